//! Text made safe for HTML, and for the Markdown that the HTML stands in.

/// Escapes for text and for attributes in double quotes. Braces too, since `{{#` is mdBook's own.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '{' => out.push_str("&#123;"),
            // An empty line would end the HTML block that this stands in.
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A listing, for inside of `<pre>`: its lines stay, and none of them is empty in the source.
pub fn lines(text: &str) -> String {
    let lines = text.trim_matches('\n').lines();
    lines.map(escape).collect::<Vec<_>>().join("&#10;")
}

/// One paragraph of Markdown with nothing in it but code between backquotes.
pub fn with_code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let marks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let (before, inside) = (&rest[..start], &rest[start + marks..]);
        let Some(end) = inside.find(&rest[start..start + marks]) else {
            break;
        };
        out.push_str(&escape(before));
        out.push_str(&format!("<code>{}</code>", escape(inside[..end].trim())));
        rest = &inside[end + marks..];
    }
    out + &escape(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_code_and_everything_is_escaped() {
        assert_eq!(
            with_code("read `Vec<u8>`, not `{name}` & so on"),
            "read <code>Vec&lt;u8&gt;</code>, not <code>&#123;name}</code> &amp; so on"
        );
        assert_eq!(with_code("one ` alone"), "one ` alone");
        assert_eq!(with_code("``a`b``"), "<code>a`b</code>");
    }
}
