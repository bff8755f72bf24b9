//! Text of a run without what differs from run to run: ports, seconds, process ids, lines of the puppet.

/// The same text for the same conversation.
pub fn plain(text: &str) -> String {
    let mut text = seconds(text);
    for (before, name) in [
        ("127.0.0.1:", "PORT"),
        ("[::1]:", "PORT"),
        ("puppet.rs:", "LINE:COLUMN"),
        ("thread 'main' (", "ID"),
        ("stdout: \"left ", "ID"),
    ] {
        text = numbers_after(&text, before, name);
    }
    text
}

/// Whatever number follows `before` gets a name; so does `12:5`.
fn numbers_after(text: &str, before: &str, name: &str) -> String {
    let mut parts = text.split(before);
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let colon = rest.strip_prefix(':').unwrap_or(rest);
        let rest = match colon.trim_start_matches(|c: char| c.is_ascii_digit()) {
            after if after.len() < colon.len() => after,
            _ => rest,
        };
        plain = plain + before + name + rest;
    }
    plain
}

/// `12.3 s` becomes `N s`.
fn seconds(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(" s") {
        let (before, after) = rest.split_at(at);
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let words = before.trim_end_matches(is_part);
        plain.push_str(words);
        plain.push_str(match before[words.len()..].contains('.') {
            true => "N",
            false => &before[words.len()..],
        });
        plain.push_str(" s");
        rest = &after[2..];
    }
    plain + rest
}

#[test]
fn what_differs_gets_a_name() {
    assert_eq!(
        plain(
            "thread 'main' (712) at puppet.rs:12:5: 0.12 s of 2 sides, then 127.0.0.1:41, [::1]:9."
        ),
        "thread 'main' (ID) at puppet.rs:LINE:COLUMN: N s of 2 sides, then 127.0.0.1:PORT, [::1]:PORT."
    );
}
