//! HTTP messages, and how their bodies end: RFC 9112 section 6.3.

use fastrand::Rng;

pub const RULES: [&str; 5] = ["none", "length", "chunked", "close", "refused"];

/// What decides about the body of a message.
#[derive(Default)]
pub struct Head {
    /// `None` for a request.
    status: Option<u16>,
    /// Of the request, or of the one that is answered.
    method: &'static str,
    codings: &'static str,
    lengths: Vec<String>,
}

impl Head {
    /// One of the cases of section 6.3, with numbers of its own.
    pub fn new(random: &mut Rng) -> Self {
        let n = random.usize(3..900).to_string();
        let response = |status| Head {
            status: Some(status),
            method: "GET",
            ..Head::default()
        };
        let request = |method| Head {
            method,
            ..Head::default()
        };
        match random.usize(..11) {
            0 => Head {
                method: "HEAD",
                lengths: vec![n],
                ..response(200)
            },
            1 => Head {
                lengths: vec![n],
                ..response(304)
            },
            2 => Head {
                codings: "chunked",
                ..response(204)
            },
            3 => Head {
                codings: "gzip, chunked",
                ..response(200)
            },
            4 => Head {
                codings: "chunked",
                lengths: vec![n],
                ..response(200)
            },
            5 => Head {
                codings: "gzip",
                ..response(200)
            },
            6 => Head {
                codings: "chunked, gzip",
                ..request("POST")
            },
            7 => Head {
                lengths: vec![n.clone(), format!("{n}0")],
                ..request("PUT")
            },
            8 => Head {
                lengths: vec![format!("+{n}")],
                ..request("POST")
            },
            9 => request("GET"),
            _ => response([200, 404, 500][random.usize(..3)]),
        }
    }

    /// The first rule of section 6.3 that applies, and why.
    pub fn rule(&self) -> (&'static str, String) {
        let chunked_last = self.codings.rsplit(',').next().unwrap_or("").trim() == "chunked";
        let digits = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
        let (rule, reason) = match self.status {
            Some(_) if self.method == "HEAD" => (
                "none",
                "A response to HEAD has no body, whatever its fields say (rule 1).",
            ),
            Some(100..200 | 204 | 304) => (
                "none",
                "A response with the status 1xx, 204 or 304 has no body, whatever its fields say (rule 1).",
            ),
            _ if chunked_last && !self.lengths.is_empty() => (
                "chunked",
                "Transfer-Encoding overrides Content-Length (rule 3).",
            ),
            _ if chunked_last => ("chunked", "`chunked` is the last transfer coding (rule 4)."),
            Some(_) if !self.codings.is_empty() => (
                "close",
                "A response whose last transfer coding is not `chunked` ends with the connection (rule 4).",
            ),
            None if !self.codings.is_empty() => (
                "refused",
                "A request whose last transfer coding is not `chunked` has no certain length: the server must answer 400 (rule 4).",
            ),
            _ if self.lengths.len() > 1 || !self.lengths.iter().all(digits) => (
                "refused",
                "A Content-Length that is no number, or that stands there twice with two values, cannot be mended (rule 5).",
            ),
            _ if !self.lengths.is_empty() => ("length", "A valid Content-Length says it (rule 6)."),
            None => ("none", "A request with neither field has no body (rule 7)."),
            Some(_) => (
                "close",
                "A response with neither field ends with the connection (rule 8).",
            ),
        };
        (rule, format!("{reason} RFC 9112 section 6.3."))
    }

    /// As it stands on the wire, a line each, and in words what the head alone does not say.
    pub fn shown(&self) -> (String, Option<&'static str>) {
        let mut lines = match self.status {
            None => vec![
                format!("{} /letters HTTP/1.1", self.method),
                "Host: post.example".to_string(),
            ],
            Some(status) => vec![
                format!("HTTP/1.1 {status} {}", reason(status)),
                "Content-Type: text/plain".to_string(),
            ],
        };
        if !self.codings.is_empty() {
            lines.push(format!("Transfer-Encoding: {}", self.codings));
        }
        lines.extend(
            self.lengths
                .iter()
                .map(|length| format!("Content-Length: {length}")),
        );
        let both = !self.codings.is_empty() && !self.lengths.is_empty();
        let words = match (self.status, self.method) {
            (Some(_), "HEAD") => Some("This is the answer to a HEAD request."),
            (Some(_), _) if both => Some(
                "This is the answer to a GET request. The client might give it up as an attack, which it may; this one goes on.",
            ),
            (Some(_), _) => Some("This is the answer to a GET request."),
            (None, _) => None,
        };
        (lines.join("\n"), words)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        304 => "Not Modified",
        404 => "Not Found",
        _ => "Internal Server Error",
    }
}

/// A first message with all of its body, and what came behind it on the same connection.
pub struct Buffer {
    /// CR LF is written as `\r\n`, and a line ends with it.
    pub text: String,
    pub body: usize,
    pub reason: String,
}

impl Buffer {
    pub fn new(random: &mut Rng) -> Self {
        let next = "GET /next HTTP/1.1\r\nHost: post.example\r\n\r\n";
        let head = "POST /letters HTTP/1.1\r\nHost: post.example\r\n";
        let letter = word(random, 12..60);
        let (wire, body, reason) = match random.usize(..3) {
            0 => {
                let wire = format!(
                    "{head}Content-Length: {}\r\n\r\n{letter}{next}",
                    letter.len()
                );
                (
                    wire,
                    letter.len(),
                    "Content-Length says it. What follows is the next request.",
                )
            }
            1 => (
                format!("GET /first HTTP/1.1\r\nHost: post.example\r\n\r\n{next}"),
                0,
                "A request with neither Content-Length nor Transfer-Encoding has no body (rule 7). What follows is the next request.",
            ),
            _ => {
                let (mut chunks, mut total) = (String::new(), 0);
                for _ in 0..random.usize(2..=3) {
                    let chunk = word(random, 9..40);
                    total += chunk.len();
                    chunks.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
                }
                let trailer = ["", "Checked: yes\r\n"][random.usize(..2)];
                let wire = format!(
                    "{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n{trailer}\r\n{next}"
                );
                (
                    wire,
                    total,
                    "It is the sum of the chunks, whose sizes are hexadecimal (RFC 9112 section 7.1). Sizes, line ends and trailers are no part of it.",
                )
            }
        };
        Self {
            text: wire.replace("\r\n", "\\r\\n\n"),
            body,
            reason: format!("{reason} RFC 9112 section 6.3."),
        }
    }
}

fn word(random: &mut Rng, lengths: std::ops::Range<usize>) -> String {
    let n = random.usize(lengths);
    (0..n).map(|_| random.lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_applies_decides() {
        let head = |status, method, codings, lengths: &[&str]| Head {
            status,
            method,
            codings,
            lengths: lengths.iter().map(|it| it.to_string()).collect(),
        };
        for (head, rule) in [
            (head(Some(200), "HEAD", "chunked", &["5"]), "none"),
            (head(Some(304), "GET", "", &["5"]), "none"),
            (head(Some(200), "GET", "gzip, chunked", &["5"]), "chunked"),
            (head(None, "POST", "chunked", &[]), "chunked"),
            (head(Some(200), "GET", "chunked, gzip", &["5"]), "close"),
            (head(None, "POST", "gzip", &["5"]), "refused"),
            (head(None, "POST", "", &["5", "6"]), "refused"),
            (head(Some(200), "GET", "", &["0x5"]), "refused"),
            (head(None, "PUT", "", &["5"]), "length"),
            (head(None, "POST", "", &[]), "none"),
            (head(Some(500), "GET", "", &[]), "close"),
        ] {
            assert_eq!(head.rule().0, rule, "{:?}", head.shown());
        }
    }

    /// Read again as a receiver would.
    #[test]
    fn a_body_is_as_long_as_its_message_says() {
        let mut chunked = 0;
        for seed in 0..100 {
            let buffer = Buffer::new(&mut Rng::with_seed(seed));
            let wire = buffer.text.replace("\\r\\n\n", "\r\n");
            let (head, mut rest) = wire.split_once("\r\n\r\n").unwrap();
            let mut length = 0;
            if let Some((_, n)) = head.split_once("Content-Length: ") {
                length = n.parse().unwrap();
                rest = &rest[length..];
            } else if head.contains("chunked") {
                chunked += 1;
                loop {
                    let (size, after) = rest.split_once("\r\n").unwrap();
                    let size = usize::from_str_radix(size, 16).unwrap();
                    if size == 0 {
                        rest = after.find("GET ").map(|at| &after[at..]).unwrap();
                        break;
                    }
                    length += size;
                    rest = after[size..].strip_prefix("\r\n").unwrap();
                }
            }
            assert!(rest.starts_with("GET /next "), "{wire}");
            assert_eq!(length, buffer.body, "{wire}");
        }
        assert!(chunked > 0);
    }
}
