//! Paths in addresses: percent signs taken off, and nothing that climbs out.

use std::path::PathBuf;

/// `%41` becomes `A`. `None` for what is no such encoding, or no UTF-8.
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The file below the site's root that a path asks for; `None` if it may name anything else.
pub fn file(path: &str) -> Option<PathBuf> {
    let path = decoded(path.strip_prefix('/')?)?;
    // What is still encoded after decoding was encoded twice: nobody does that to ask for a page.
    if path.contains(['\\', '\0', '%', ':']) {
        return None;
    }
    let mut file = PathBuf::new();
    for part in path.split('/') {
        match part {
            ".." | "." => return None,
            // Such as the last part of `/` or of `/a/`.
            "" => {}
            part => file.push(part),
        }
    }
    if path.is_empty() || path.ends_with('/') {
        file.push("index.html");
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_are_files() {
        for (path, name) in [
            ("/", "index.html"),
            ("/a.html", "a.html"),
            ("/css/b.css", "css/b.css"),
            ("/a%20b", "a b"),
            ("/d/", "d/index.html"),
            ("//etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(file(path), Some(PathBuf::from(name)), "{path}");
        }
    }

    #[test]
    fn nothing_climbs() {
        for path in [
            "",
            "a",
            "/..",
            "/../a",
            "/a/../b",
            "/%2e%2e/a",
            "/%2E./a",
            "/a/%2e%2e%2fb",
            "/..%2fa",
            "/..%5ca",
            "/a\\b",
            "/%252e%252e/a",
            "/%00",
            "/%",
            "/%4",
            "/%zz",
            "/%ff",
            "/./a",
            "/c:/a",
        ] {
            assert_eq!(file(path), None, "{path}");
        }
    }
}
