//! Paths in addresses: percent signs taken off, and nothing that climbs out.

use std::path::{Path, PathBuf};

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

/// Whether the name has a digest of the content, as mdBook names scripts, styles and fonts: `book-609e4cb8.js`. A browser may
/// keep such a file, and a page that is loaded again costs the page alone.
pub fn is_named_by_content(file: &Path) -> bool {
    let stem = file.file_name().and_then(|name| name.to_str());
    let stem = stem.and_then(|name| name.split('.').next());
    let digest = stem.and_then(|stem| stem.rsplit_once('-'));
    digest.is_some_and(|(_, digest)| {
        digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_in_the_name_is_eight_digits() {
        for name in ["book-609e4cb8.js", "css/a-b-aa4f6349.min.css"] {
            assert!(is_named_by_content(Path::new(name)), "{name}");
        }
        for name in [
            "index.html",
            "a-importance.html",
            "3a-client-server.html",
            "toc-609e4cb.js",
            "609e4cb8.js",
        ] {
            assert!(!is_named_by_content(Path::new(name)), "{name}");
        }
    }

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
