//! Sequence diagrams: who sent what to whom, in order, from a text that reads well as it is.
//!
//! ```text
//! client -> server: SYN        # the call
//! server -> client: SYN, ACK   # sent by the kernel
//! client -x server: ACK        # lost on the way
//! server: waits
//! ...                          # time passes
//! ```

mod draw;

use crate::drawing::Figure;
use crate::markdown::Wrong;

#[derive(Debug, Default, PartialEq)]
pub struct Sequence {
    /// From left to right.
    pub parties: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, PartialEq)]
pub struct Row {
    pub what: What,
    pub note: String,
}

#[derive(Debug, PartialEq)]
pub enum What {
    Message {
        from: usize,
        to: usize,
        /// More than one if lines that begin with `:` follow.
        text: Vec<String>,
        lost: bool,
    },
    /// Something at one party.
    Event { at: usize, text: String },
    /// Time passes.
    Gap,
}

impl Sequence {
    /// `first` is the line that the text begins on.
    pub fn parse(text: &str, first: usize) -> Result<Self, Wrong> {
        let mut sequence = Self::default();
        for (i, line) in text.lines().enumerate() {
            let wrong = |what: String| Wrong {
                line: first + i,
                what,
            };
            if !line.trim().is_empty() {
                sequence.read(line).map_err(wrong)?;
            }
        }
        match sequence.rows.is_empty() {
            false => Ok(sequence),
            true => Err(Wrong {
                line: first,
                what:
                    "nothing happens in this sequence; write a line such as: client -> server: SYN"
                        .to_string(),
            }),
        }
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let (line, note) = match line.split_once(" # ") {
            Some((line, note)) => (line.trim(), note.trim().to_string()),
            None => (line.trim(), String::new()),
        };
        if let Some(names) = line.strip_prefix("between ") {
            if !self.rows.is_empty() || !self.parties.is_empty() {
                return Err("\"between\" comes first, before anything happens".to_string());
            }
            for name in names.split(',') {
                self.party(name)?;
            }
            return Ok(());
        }
        if let Some(more) = line.strip_prefix(':') {
            return self.more(more.trim(), note);
        }
        let what = self.what(line)?;
        self.rows.push(Row { what, note });
        Ok(())
    }

    fn what(&mut self, line: &str) -> Result<What, String> {
        if line == "..." {
            return Ok(What::Gap);
        }
        for (arrow, lost) in [(" -> ", false), (" -x ", true)] {
            let Some((from, rest)) = line.split_once(arrow) else {
                continue;
            };
            let (to, text) = rest
                .split_once(": ")
                .ok_or_else(|| format!("what is sent? write: {from}{arrow}{rest}: what is sent"))?;
            let (from, to) = (self.party(from)?, self.party(to)?);
            if from == to {
                return Err(format!(
                    "{:?} sends to itself; for something that happens there, write: {0}: what happens",
                    self.parties[from]
                ));
            }
            return Ok(What::Message {
                from,
                to,
                text: vec![text.trim().to_string()],
                lost,
            });
        }
        match line.split_once(": ") {
            Some((at, text)) => Ok(What::Event {
                at: self.party(at)?,
                text: text.trim().to_string(),
            }),
            None => Err(format!(
                "{line:?} is not understood; write \"A -> B: text\", \"A -x B: text\", \"A: text\" or \"...\", then \" # note\" if you like"
            )),
        }
    }

    /// A further line of the message before.
    fn more(&mut self, line: &str, note: String) -> Result<(), String> {
        let Some(Row {
            what: What::Message { text, .. },
            note: before,
        }) = self.rows.last_mut()
        else {
            return Err(
                "a line with \":\" goes on with a message, but none is before it".to_string(),
            );
        };
        text.push(line.to_string());
        if !note.is_empty() {
            *before = format!("{before} {note}").trim().to_string();
        }
        Ok(())
    }

    fn party(&mut self, name: &str) -> Result<usize, String> {
        let name = name.trim();
        if name.is_empty() || name.starts_with("-> ") || name.starts_with("-x ") {
            return Err("a party has no name here; write: client -> server: SYN".to_string());
        }
        if let Some(at) = self.parties.iter().position(|party| party == name) {
            return Ok(at);
        }
        self.parties.push(name.to_string());
        Ok(self.parties.len() - 1)
    }

    /// What happens, in sentences.
    pub fn words(&self) -> String {
        let row = |row: &Row| {
            let mut words = match &row.what {
                What::Message {
                    from,
                    to,
                    text,
                    lost,
                } => format!(
                    "{} to {}: {}{}",
                    self.parties[*from],
                    self.parties[*to],
                    text.join(" "),
                    if *lost { ", which is lost" } else { "" }
                ),
                What::Event { at, text } => format!("{}: {text}", self.parties[*at]),
                What::Gap => "Time passes".to_string(),
            };
            if !row.note.is_empty() {
                words.push_str(&format!(" ({})", row.note));
            }
            words + "."
        };
        self.rows.iter().map(row).collect::<Vec<_>>().join(" ")
    }

    pub fn figure(&self) -> Figure {
        draw::figure(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Sequence, Wrong> {
        Sequence::parse(text, 10)
    }

    #[test]
    fn reads_every_kind_of_row() {
        let sequence = parse(
            "client :5 -> server :7: SYN   # the call\n\nserver :7 -x client :5: 41 64\n  : 61  # Ada\nclient :5: waits\n...\n",
        )
        .unwrap();
        assert_eq!(sequence.parties, ["client :5", "server :7"]);
        assert_eq!(sequence.rows.len(), 4);
        assert_eq!(
            sequence.words(),
            "client :5 to server :7: SYN (the call). server :7 to client :5: 41 64 61, which is lost (Ada). client :5: waits. Time passes."
        );
    }

    #[test]
    fn refuses_with_the_line() {
        for (text, line, what) in [
            ("", 10, "nothing happens"),
            ("a -> b: x\nhello", 11, "\"hello\" is not understood"),
            ("a -> b", 10, "what is sent?"),
            ("a -> a: x", 10, "\"a\" sends to itself"),
            (": x", 10, "a line with \":\""),
            ("a: x\nbetween a, b", 11, "\"between\" comes first"),
            (" -> b: x\n", 10, "a party has no name"),
        ] {
            let wrong = parse(text).unwrap_err();
            assert_eq!(wrong.line, line, "{text}: {}", wrong.what);
            assert!(wrong.what.starts_with(what), "{text}: {}", wrong.what);
        }
    }

    #[test]
    fn what_is_drawn_is_escaped_and_inside_of_the_picture() {
        let figure =
            parse("a -> b: <SYN> & more  # a note that is long enough to be broken into lines\n")
                .unwrap();
        let html = figure.figure().html("x");
        assert!(html.contains("&lt;SYN&gt; &amp; more"), "{html}");
        assert!(!html.contains("\n\n"), "an empty line ends an HTML block");
    }
}
