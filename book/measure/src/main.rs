//! One command for each figure: servers print their address, loads and loops print how many a second.

use std::cell::Cell;
use std::convert::Infallible;
use std::env;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};
use scraper::{Html, Selector};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TIME: Duration = Duration::from_secs(2);
const CONNECTIONS: usize = 64;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["echo-server"] => echo_server().await?,
        ["http-server"] => http_server().await?,
        ["echo-load", at] => load(at, &[b'x'; 64]).await?,
        ["http-load", at] => load(at, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await?,
        ["tls", cert, key] => tls(cert, key)?,
        ["scraper", file] => {
            let page = fs::read_to_string(file)?;
            let links = Selector::parse("a[href]").expect("a selector");
            each(|| {
                let page = Html::parse_document(&page);
                page.select(&links)
                    .filter_map(|link| link.attr("href"))
                    .map(str::to_string)
                    .collect::<Vec<_>>()
            });
        }
        ["lol_html", file] => {
            let page = fs::read_to_string(file)?;
            each(|| links_without_a_tree(&page));
        }
        ["dns", file] => {
            let message = fs::read(file)?;
            each(|| hickory_proto::op::Message::from_vec(&message).expect("a message"));
        }
        ["packet", file] => {
            let packet = fs::read(file)?;
            each(|| {
                let sliced = etherparse::SlicedPacket::from_ethernet(&packet).expect("a packet");
                black_box(sliced.transport.is_some())
            });
        }
        _ => return Err("see book/measure/measure.py".into()),
    }
    Ok(())
}

/// Does it for some time, on one thread.
fn each<T>(mut once: impl FnMut() -> T) {
    let (start, mut count) = (Instant::now(), 0_u64);
    while start.elapsed() < TIME {
        black_box(once());
        count += 1;
    }
    say(count, start.elapsed());
}

fn say(count: u64, time: Duration) {
    println!("{:.0}", count as f64 / time.as_secs_f64());
}

fn links_without_a_tree(page: &str) -> usize {
    let count = Cell::new(0);
    let mut rewriter = lol_html::HtmlRewriter::new(
        lol_html::Settings {
            element_content_handlers: vec![lol_html::element!("a[href]", |link| {
                black_box(link.get_attribute("href"));
                count.set(count.get() + 1);
                Ok(())
            })],
            ..lol_html::Settings::new()
        },
        |_: &[u8]| {},
    );
    rewriter.write(page.as_bytes()).expect("a page");
    rewriter.end().expect("a page");
    count.get()
}

async fn door() -> io::Result<TcpListener> {
    let door = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", door.local_addr()?);
    io::stdout().flush()?;
    Ok(door)
}

async fn echo_server() -> io::Result<()> {
    let door = door().await?;
    loop {
        let (mut conn, _) = door.accept().await?;
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = conn.read(&mut buffer).await {
                if conn.write_all(&buffer[..count]).await.is_err() {
                    break;
                }
            }
        });
    }
}

async fn hello(_: Request<Incoming>) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"hello"))))
}

async fn http_server() -> io::Result<()> {
    let door = door().await?;
    loop {
        let (conn, _) = door.accept().await?;
        let http = hyper::server::conn::http1::Builder::new();
        tokio::spawn(http.serve_connection(TokioIo::new(conn), service_fn(hello)));
    }
}

/// Asks on each connection, waits for the answer, and asks again. An answer ends with `hello`, or is as long as the
/// question.
async fn load(at: &str, question: &'static [u8]) -> Result<()> {
    let answered = Arc::new(AtomicU64::new(0));
    let mut talks = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut conn = TcpStream::connect(at).await?;
        conn.set_nodelay(true)?;
        let answered = answered.clone();
        talks.push(tokio::spawn(async move {
            let mut buffer = [0; 4096];
            loop {
                conn.write_all(question).await?;
                let mut have = 0;
                while have < question.len()
                    || question[0] == b'G' && !buffer[..have].ends_with(b"hello")
                {
                    match conn.read(&mut buffer[have..]).await? {
                        0 => return Err::<(), io::Error>(io::ErrorKind::UnexpectedEof.into()),
                        count => have += count,
                    }
                }
                answered.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    let start = Instant::now();
    answered.store(0, Ordering::Relaxed);
    tokio::time::sleep(TIME).await;
    say(answered.load(Ordering::Relaxed), start.elapsed());
    if talks.iter().any(|talk| talk.is_finished()) {
        return Err("a connection broke".into());
    }
    Ok(())
}

/// Both ends in one thread, without a network, as measure.py does it too.
fn tls(cert: &str, key: &str) -> Result<()> {
    let chain = vec![CertificateDer::from_pem_file(cert)?];
    let mut roots = RootCertStore::empty();
    roots.add(chain[0].clone())?;
    let mut client = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.resumption = rustls::client::Resumption::disabled();
    let mut server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?;
    server.send_tls13_tickets = 0;
    let (client, server) = (Arc::new(client), Arc::new(server));
    each(|| {
        let name = ServerName::try_from("post.example").expect("a name");
        let mut near = ClientConnection::new(client.clone(), name).expect("a client");
        let mut far = ServerConnection::new(server.clone()).expect("a server");
        let mut tape = Vec::new();
        while near.is_handshaking() || far.is_handshaking() {
            near.write_tls(&mut tape).expect("memory");
            far.read_tls(&mut &tape[..]).expect("memory");
            far.process_new_packets().expect("a good client");
            tape.clear();
            far.write_tls(&mut tape).expect("memory");
            near.read_tls(&mut &tape[..]).expect("memory");
            near.process_new_packets().expect("a good server");
            tape.clear();
        }
    });
    Ok(())
}
