//! Who may ask for a page. Any site that a browser has open can send requests to this server; none but our own is answered.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The one address that something can be sent to.
pub const ANSWER: &str = "/answer";

pub async fn keep(port: u16, request: Request, next: Next) -> Response {
    match refusal(
        port,
        request.method(),
        request.uri().path(),
        request.headers(),
    ) {
        None => next.run(request).await,
        Some((status, what)) => (status, format!("{what}\n")).into_response(),
    }
}

fn refusal(
    port: u16,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Option<(StatusCode, String)> {
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    // A name that its owner points at 127.0.0.1 makes a foreign page same-origin: only the Host header gives that away.
    let host = one(headers, &header::HOST);
    if !host.is_some_and(|host| ours.iter().any(|it| it == host)) {
        let what = format!("this server answers to the name 127.0.0.1:{port} only");
        return Some((StatusCode::FORBIDDEN, what));
    }
    if headers.contains_key(header::ORIGIN) {
        let origin = one(headers, &header::ORIGIN).and_then(|it| it.strip_prefix("http://"));
        if !origin.is_some_and(|origin| ours.iter().any(|it| it == origin)) {
            let what = "this server answers its own pages only, not those of another origin";
            return Some((StatusCode::FORBIDDEN, what.to_string()));
        }
    }
    match *method {
        Method::GET | Method::HEAD => None,
        // A browser says where a POST comes from, and asks first before it sends JSON from one origin to another.
        Method::POST if path == ANSWER => {
            let json = one(headers, &header::CONTENT_TYPE) == Some("application/json");
            let said = headers.contains_key(header::ORIGIN);
            let what = "an answer comes as JSON, from a page of this server".to_string();
            (!json || !said).then_some((StatusCode::FORBIDDEN, what))
        }
        _ => {
            let what = "pages can be read here, and answers to a quiz be sent".to_string();
            Some((StatusCode::METHOD_NOT_ALLOWED, what))
        }
    }
}

/// The value of a header that stands there once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let value = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(value)
}
