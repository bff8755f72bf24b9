//! Serves the book on this machine, and to this machine only.

mod answer;
mod rules;
mod watch;

use std::convert::Infallible;
use std::fs::{self, File, TryLockError};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, Stream};
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;

use crate::args::Serve;
use crate::url;
use xtask::Error;

use answer::Desk;
use watch::Now;

const PORT: u16 = 3217;

/// Nothing is loaded from anywhere else, whatever a page says. mdBook's pages have small scripts and styles inside,
/// and, where scripts are off, the contents in a frame.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; frame-ancestors 'self'; base-uri 'self'; form-action 'none'";

pub fn run(serve: &Serve) -> Result<(), Error> {
    let desk = Arc::new(Desk {
        root: serve.root.clone(),
        state: serve.state.clone(),
        token: answer::token(),
    });
    // Held as long as this serves.
    let (out, _lock) = claimed(&serve.out)?;
    let now = watch::start(serve, &out, &desk.token)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Error::Failed(format!("cannot start the server: {error}")))?;
    runtime.block_on(async {
        let listener = listen(serve.port).await?;
        let address = local(&listener)?;
        println!("the book is at http://{address}/ (Ctrl-C ends this)");
        if serve.open {
            xtask::opener::open(&format!("http://{address}/"));
        }
        axum::serve(listener, router(address.port(), now, desk))
            .await
            .map_err(|error| Error::Failed(format!("the server ended: {error}")))
    })
}

/// A directory for the pages that no other server uses: a second `cargo xtask book` is no reason for the first to lose its
/// pages. The system takes the lock back however a server ends, so places are used again.
fn claimed(out: &Path) -> Result<(PathBuf, File), Error> {
    let failed = |error| Error::Failed(format!("cannot write to {}: {error}", out.display()));
    fs::create_dir_all(out).map_err(failed)?;
    for number in 0.. {
        let lock = File::create(out.join(format!("lock-{number}"))).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => return Ok((out.join(number.to_string()), lock)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
    unreachable!("some number is free")
}

/// Never on another address than 127.0.0.1. The usual port makes a page's address last; a taken one is no reason to stop.
async fn listen(port: Option<u16>) -> Result<TcpListener, Error> {
    let bind = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let listener = match port {
        Some(port) => bind(port).await,
        None => match bind(PORT).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => bind(0).await,
            other => other,
        },
    };
    listener.map_err(|error| {
        let port = port.unwrap_or(PORT);
        Error::Failed(format!(
            "cannot listen on 127.0.0.1:{port}: {error}; choose another with --port, or 0 for a free one"
        ))
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Error> {
    listener
        .local_addr()
        .map_err(|error| Error::Failed(format!("cannot tell the server's address: {error}")))
}

fn router(port: u16, now: Receiver<Arc<Now>>, desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/live", get(live))
        .route(rules::ANSWER, post(|body: Bytes| answer::keep(desk, body)))
        .layer(DefaultBodyLimit::max(answer::LIMIT))
        .fallback(page)
        .with_state(now)
        .layer(middleware::from_fn(move |request, next| {
            rules::keep(port, request, next)
        }))
}

/// What the page should show, now and after each change.
async fn live(
    State(now): State<Receiver<Arc<Now>>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = stream::unfold((now, true), |(mut now, first)| async move {
        if !first {
            now.changed().await.ok()?;
        }
        let data = now.borrow_and_update().json();
        Some((Ok(Event::default().data(data)), (now, false)))
    });
    Sse::new(first).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

async fn page(State(now): State<Receiver<Arc<Now>>>, uri: Uri) -> Response {
    let site = now.borrow().site.clone();
    let Some(file) = url::file(uri.path()) else {
        let what = "this address is refused: it could leave the book\n";
        return (StatusCode::FORBIDDEN, what).into_response();
    };
    match read(&site, &file) {
        Some(bytes) => {
            let mut response = answer(StatusCode::OK, kind(&file), bytes);
            if url::is_named_by_content(&file) {
                let kept = HeaderValue::from_static("max-age=3600");
                response.headers_mut().insert(header::CACHE_CONTROL, kept);
            }
            response
        }
        None => {
            let page = read(&site, Path::new("404.html")).unwrap_or_default();
            answer(StatusCode::NOT_FOUND, "text/html; charset=utf-8", page)
        }
    }
}

/// A file of the site; one that a link leads out of it is none.
fn read(site: &Path, file: &Path) -> Option<Vec<u8>> {
    let site = site.canonicalize().ok()?;
    let path = site.join(file).canonicalize().ok()?;
    path.starts_with(&site).then(|| std::fs::read(path).ok())?
}

fn answer(status: StatusCode, kind: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Where the pages of one build lie; the one before stays until the next, for requests under way.
fn site(out: &Path, build: u64) -> PathBuf {
    out.join(format!("site-{}", build % 2))
}

#[cfg(test)]
mod tests;
