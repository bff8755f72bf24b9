use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use super::*;

/// A server over a site of two files, with something beside the site that must never be served.
struct Served {
    address: SocketAddr,
    tell: tokio::sync::watch::Sender<Arc<Now>>,
    directory: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

fn served() -> Served {
    let directory = tempfile::tempdir().unwrap();
    let site: PathBuf = directory.path().join("site");
    fs::create_dir(&site).unwrap();
    fs::write(site.join("index.html"), "<p>the book").unwrap();
    fs::write(site.join("404.html"), "<p>no such page").unwrap();
    fs::write(directory.path().join("secret"), "secret").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret", site.join("link.html")).unwrap();
    let (tell, now) = tokio::sync::watch::channel(Arc::new(Now {
        site,
        build: 0,
        trouble: None,
        progress: Default::default(),
        token: TOKEN.to_string(),
    }));
    let quizzes = directory.path().join("book/quizzes");
    fs::create_dir_all(&quizzes).unwrap();
    fs::write(quizzes.join("q.toml"), quiz()).unwrap();
    let desk = Arc::new(Desk {
        root: directory.path().to_path_buf(),
        state: directory.path().to_path_buf(),
        token: TOKEN.to_string(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(listen(Some(0))).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, router(address.port(), now, desk)).await });
    Served {
        address,
        tell,
        directory,
        _runtime: runtime,
    }
}

impl Served {
    fn send(&self, line: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let headers = headers.replace("PORT", &self.address.port().to_string());
        write!(
            stream,
            "{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        )
        .unwrap();
        stream
    }

    /// Status and everything after it.
    fn ask(&self, line: &str, headers: &str) -> (u16, String) {
        let mut answer = String::new();
        self.send(line, headers)
            .read_to_string(&mut answer)
            .unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }
}

const TOKEN: &str = "a token";

fn quiz() -> String {
    let question = |n| {
        format!(
            "[[question]]\nid = \"q{n}\"\nprompt = \"?\"\nanswer = \"yes\"\nwhy = \"so\"\n\
             [[question.wrong]]\nchoice = \"no\"\nwhy = \"not so\"\n\
             [[question.wrong]]\nchoice = \"perhaps\"\nwhy = \"not so\"\n"
        )
    };
    (0..4).map(question).collect()
}

const HOST: &str = "Host: 127.0.0.1:PORT\r\n";

#[test]
fn it_listens_on_loopback_only() {
    assert_eq!(served().address.ip(), Ipv4Addr::LOCALHOST);
}

#[test]
fn our_own_pages_are_served() {
    let served = served();
    for headers in [
        HOST.to_string(),
        "Host: localhost:PORT\r\n".to_string(),
        format!("{HOST}Origin: http://127.0.0.1:PORT\r\n"),
    ] {
        let (status, answer) = served.ask("GET /", &headers);
        assert_eq!(status, 200, "{headers}{answer}");
        assert!(
            answer.contains("the book") && answer.contains("content-security-policy"),
            "{answer}"
        );
        assert!(!answer.contains("access-control-"), "{answer}");
    }
    assert_eq!(served.ask("GET /gone.html", HOST).0, 404);
    assert_eq!(served.ask("HEAD /", HOST).0, 200);
}

#[test]
fn foreign_hosts_and_origins_are_refused_with_a_sentence() {
    let served = served();
    for headers in [
        "Host: evil.example\r\n",
        "Host: evil.example:PORT\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: 127.0.0.1:PORT.evil.example\r\n",
        "Host: 127.0.0.1:PORT\r\nHost: evil.example\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: null\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: https://127.0.0.1:PORT\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:1\r\n",
    ] {
        for path in ["GET /", "GET /live"] {
            let (status, answer) = served.ask(path, headers);
            assert_eq!(status, 403, "{path} {headers}{answer}");
            assert!(answer.contains("this server answers"), "{answer}");
        }
    }
    assert!(
        matches!(served.ask("GET /", "").0, 400 | 403),
        "no Host at all"
    );
    assert_eq!(served.ask("POST /", HOST).0, 405);
}

#[test]
fn nothing_outside_of_the_site_is_served() {
    let served = served();
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/%2e%2e%2fsecret",
        "/..%5csecret",
        "/%252e%252e/secret",
        "/a/../../secret",
        "/./../secret",
        "/link.html",
        "//../secret",
    ] {
        let (status, answer) = served.ask(&format!("GET {path}"), HOST);
        assert!(matches!(status, 403 | 404), "{path}: {answer}");
        assert!(!answer.ends_with("secret"), "{path}: {answer}");
    }
}

#[test]
fn a_change_is_pushed_to_the_open_page() {
    let served = served();
    let mut lines = BufReader::new(served.send("GET /live", HOST)).lines();
    let mut next = |part: &str| loop {
        let line = lines.next().unwrap().unwrap();
        if line.starts_with("data:") {
            assert!(line.contains(part), "{line}");
            return;
        }
    };
    next("\"build\":0");
    served.tell.send_modify(|now| {
        let mut next = Now::clone(now);
        next.build = 1;
        *now = Arc::new(next);
    });
    next("\"build\":1");
}

#[test]
fn an_answer_of_our_own_page_is_kept_and_no_other() {
    let served = served();
    let catalog = xtask::catalog::Catalog::read(served.directory.path()).unwrap();
    let quiz = xtask::quiz::read(served.directory.path(), "q", &catalog).unwrap();
    let choice = quiz.questions[1].choices[1].key();
    let body = |token: &str, question: &str, choice: &str| {
        format!(
            "{{\"token\": \"{token}\", \"quiz\": \"q\", \"question\": \"{question}\", \"choice\": \"{choice}\"}}"
        )
    };
    let good = body(TOKEN, "q1", &choice);
    let ours = format!("{HOST}Origin: http://127.0.0.1:PORT\r\n");
    let json = "Content-Type: application/json\r\n";
    let send = |path: &str, headers: &str, body: &str| {
        let length = format!("Content-Length: {}\r\n", body.len());
        let mut stream = served.send(&format!("POST {path}"), &format!("{headers}{length}"));
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_string()
    };
    let kept = || xtask::quiz::answers::Answers::read(served.directory.path()).chosen();
    for (path, headers, body, status) in [
        (
            "/answer",
            format!("{ours}{json}"),
            body("another", "q1", &choice),
            "403",
        ),
        (
            "/answer",
            format!("{ours}{json}"),
            body(TOKEN, "q9", &choice),
            "400",
        ),
        (
            "/answer",
            format!("{ours}{json}"),
            body(TOKEN, "q1", "no"),
            "400",
        ),
        ("/answer", format!("{ours}{json}"), "{".to_string(), "400"),
        ("/answer", format!("{ours}{json}"), "x".repeat(2000), "413"),
        ("/answer", format!("{HOST}{json}"), good.clone(), "403"),
        ("/answer", ours.clone(), good.clone(), "403"),
        (
            "/answer",
            format!("{HOST}{json}Origin: http://evil.example\r\n"),
            good.clone(),
            "403",
        ),
        ("/", format!("{ours}{json}"), good.clone(), "405"),
    ] {
        assert_eq!(
            send(path, &headers, &body),
            status,
            "{path} {headers}{body}"
        );
        assert!(kept().is_empty(), "{path} {headers}{body}");
    }
    assert_eq!(send("/answer", &format!("{ours}{json}"), &good), "204");
    assert_eq!(
        kept().into_iter().collect::<Vec<_>>(),
        [("q/q1".to_string(), choice)]
    );
}

#[test]
fn two_servers_never_share_their_pages_and_places_are_used_again() {
    let out = tempfile::tempdir().unwrap();
    let (first, lock) = claimed(out.path()).unwrap();
    let (second, _held) = claimed(out.path()).unwrap();
    assert_ne!(first, second);
    drop(lock);
    assert_eq!(claimed(out.path()).unwrap().0, first);
}
