//! What an answer is: its kind, how it is written, and when it is the right one.

/// How the answer to a question is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Decimal, or hexadecimal behind `0x`; `,` and `_` may part the digits.
    Number,
    /// One of these words.
    OneOf(Vec<String>),
    /// A domain name: case and a last dot do not matter (RFC 4343).
    Name,
    /// A line as it was printed; only the amount of white space does not matter.
    Line,
}

impl Kind {
    /// For the page's script and for the hint in the file of answers.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::OneOf(_) => "word",
            Self::Name => "name",
            Self::Line => "line",
        }
    }

    /// In words, for somebody who is to write one.
    pub fn described(&self) -> String {
        match self {
            Self::Number => "a number".to_string(),
            Self::OneOf(words) => format!("one of: {}", words.join(", ")),
            Self::Name => "a name with dots".to_string(),
            Self::Line => "the line that it prints".to_string(),
        }
    }

    /// The answer as it is compared, or why it is none of this kind.
    pub fn read(&self, text: &str) -> Result<String, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = words.join(" ");
        match self {
            Self::Number => number(&line)
                .map(|n| n.to_string())
                .ok_or_else(|| format!("{line:?} is no number; write digits, or hex behind 0x")),
            Self::OneOf(known) => {
                let word = words.join("-").to_lowercase().replace('_', "-");
                match known.contains(&word) {
                    true => Ok(word),
                    false => Err(format!("{line:?} is not {}", self.described())),
                }
            }
            Self::Name => match words.len() {
                1 => Ok(line.to_lowercase().trim_end_matches('.').to_string()),
                _ => Err(format!("{line:?} is no name; write it with dots")),
            },
            Self::Line => Ok(line),
        }
    }
}

fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        Some(hex) if hex.chars().all(|c| c.is_ascii_hexdigit()) => {
            u64::from_str_radix(hex, 16).ok()
        }
        Some(_) => None,
        None if digits.chars().all(|c| c.is_ascii_digit()) => digits.parse().ok(),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_is_the_same() {
        let words = Kind::OneOf(vec!["port-closed".to_string(), "none".to_string()]);
        for (kind, given, read) in [
            (&Kind::Number, "4,711", Some("4711")),
            (&Kind::Number, "0x1267", Some("4711")),
            (&Kind::Number, "-1", None),
            (&Kind::Number, "0x+1", None),
            (&Kind::Number, "eleven", None),
            (&Kind::Number, "18446744073709551616", None),
            (&words, "Port closed", Some("port-closed")),
            (&words, "PORT_CLOSED", Some("port-closed")),
            (&words, "closed", None),
            (&Kind::Name, "Mail.Post.Example.", Some("mail.post.example")),
            (&Kind::Name, "mail post", None),
            (&Kind::Line, " 3   2  1 ", Some("3 2 1")),
        ] {
            assert_eq!(kind.read(given).ok().as_deref(), read, "{given}");
        }
    }
}
