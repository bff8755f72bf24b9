//! The end of a step's `wire.txt` as a sequence diagram.

use crate::sequence::{Row, Sequence, What};

/// Rows that are drawn; a failure shows in the last ones.
const SHOWN: usize = 14;
/// A fate stands behind this column.
const FATE: usize = 22 + 1 + 48 + 1 + 16;
const LOST: &str = "lost by the test";
const FATES: [&str; 3] = [LOST, "doubled by the test", "held back by the test"];
/// Bytes of a record that fit over an arrow, in hex.
const BYTES: usize = 12;

/// `None` if nothing went over the wire.
pub fn sequence(text: &str) -> Option<Sequence> {
    let records = joined(text.lines().filter_map(record));
    let several = (records.iter()).any(|it| it.connection != records[0].connection);
    let left_out = records.len().saturating_sub(SHOWN);
    let mut rows = Vec::new();
    if left_out > 0 {
        rows.push(Row {
            what: What::Gap,
            note: format!("{left_out} earlier lines are in wire.txt"),
        });
    }
    for record in &records[left_out..] {
        let what = record.what();
        let mut said = vec![match several {
            true => format!("{}: {what}", record.connection),
            false => what,
        }];
        said.extend(record.bytes.iter().flatten().cloned());
        said.extend(record.fate.filter(|fate| *fate != LOST).map(str::to_string));
        let (from, to) = if record.from_test { (0, 1) } else { (1, 0) };
        rows.push(Row {
            what: What::Message {
                from,
                to,
                text: said,
                lost: record.fate == Some(LOST),
            },
            note: format!("{} s", record.at),
        });
    }
    (!records.is_empty()).then(|| Sequence {
        parties: vec!["the test".to_string(), "your program".to_string()],
        rows,
    })
}

struct Record {
    at: String,
    connection: String,
    from_test: bool,
    /// Such as `connect`; for bytes see the next two.
    what: String,
    length: u64,
    pieces: u64,
    /// The first ones, a line in hex and a line as text.
    bytes: Option<[String; 2]>,
    /// What the test did to a datagram.
    fate: Option<&'static str>,
}

impl Record {
    fn what(&self) -> String {
        match (self.length, self.pieces) {
            (0, _) => self.what.clone(),
            (1, _) => "1 byte".to_string(),
            (n, 1) => format!("{} bytes", grouped(n)),
            (n, pieces) => format!("{} bytes in {} pieces", grouped(n), grouped(pieces)),
        }
    }
}

/// Bytes that followed each other in one direction are one arrow.
fn joined(records: impl Iterator<Item = Record>) -> Vec<Record> {
    let mut joined: Vec<Record> = Vec::new();
    for next in records {
        match joined.last_mut() {
            Some(last)
                if last.length > 0
                    && next.length > 0
                    && last.from_test == next.from_test
                    && last.connection == next.connection =>
            {
                last.length += next.length;
                last.pieces += next.pieces;
            }
            _ => joined.push(next),
        }
    }
    joined
}

/// `5 bytes` is 5 in 1 piece, `3 reads of 262,144 bytes` is 786,432 in 3.
fn sizes(what: &str) -> Option<(u64, u64)> {
    let words: Vec<&str> = what.split(' ').collect();
    let number = |word: &str| word.replace(',', "").parse::<u64>().ok();
    match words[..] {
        [n, "byte" | "bytes", ..] => Some((number(n)?, 1)),
        [pieces, _, "of", n, "byte" | "bytes", ..] => {
            let pieces = number(pieces)?;
            Some((number(n)?.checked_mul(pieces)?, pieces))
        }
        _ => None,
    }
}

/// `65,536`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A line such as `  0.013  near   test -> you  5 bytes    68 65 ...    hello`.
fn record(line: &str) -> Option<Record> {
    let mut words = line.split_whitespace();
    let at = words.next()?;
    at.parse::<f64>().ok()?;
    let connection = words.next()?;
    let (head, rest, from_test) = match line.split_once(" test -> you  ") {
        Some((head, rest)) => (head, rest, true),
        None => {
            let (head, rest) = line.split_once(" you -> test  ")?;
            (head, rest, false)
        }
    };
    // The arrow comes right after the two words, not in somebody's bytes.
    if head.split_whitespace().count() != 2 {
        return None;
    }
    let fate = FATES.into_iter().find(|fate| {
        // The same words in somebody's bytes stand before that column.
        rest.strip_suffix(fate)
            .is_some_and(|before| before.ends_with("  ") && before.len() > FATE)
    });
    let rest = fate.map_or(rest, |fate| rest[..rest.len() - fate.len()].trim_end());
    let (what, bytes) = match hex(rest) {
        Some((at, bytes)) => (rest[..at].trim(), Some(bytes)),
        None => (rest.trim(), None),
    };
    let (length, pieces) = sizes(what).unwrap_or((0, 0));
    Some(Record {
        length,
        pieces,
        at: at.to_string(),
        connection: connection.to_string(),
        from_test,
        what: what.to_string(),
        bytes,
        fate,
    })
}

/// Where the column of hex digits begins, and what to show of it: 48 characters, then the same bytes as text.
fn hex(rest: &str) -> Option<(usize, [String; 2])> {
    const COLUMN: usize = 48;
    let at = (1..rest.len()).find(|at| {
        rest.as_bytes()[at - 1] == b' ' && rest.get(*at..at + COLUMN).is_some_and(is_hex_column)
    })?;
    let column: Vec<&str> = rest[at..at + COLUMN].split_whitespace().collect();
    let ascii = rest.get(at + COLUMN + 1..).unwrap_or("");
    let cut = column.len() > BYTES || ascii.ends_with(" ...");
    let shown = column.len().min(BYTES);
    let ascii: String = ascii.chars().take(shown).collect();
    let mut hex = column[..shown].join(" ");
    if cut {
        hex.push_str(" ...");
    }
    Some((at, [hex, ascii]))
}

fn is_hex_column(column: &str) -> bool {
    let pairs = column.trim_end();
    // After the eighth byte there is a space more.
    let pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    pairs.starts_with(|c: char| c.is_ascii_hexdigit()) && pairs.split_whitespace().all(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIRE: &str = "\
echo/echoes, seed 7f3a
Times in seconds since the step began. \"you\" is your program, \"test\" is the hidden test.

near = test 127.0.0.1:52214 connected to you 127.0.0.1:41873

  0.012  near   test -> you  connect
  0.013  near   test -> you  5 writes of 1 byte     68 65 6c 6c 6f                                   hello
  0.014  near   test -> you  2 bytes                68 65                                            he
  0.015  near   test -> you  1,000 bytes            (not kept: the record of this direction is full)
  0.020  near   you -> test  12,345 reads of 65,536 bytes 68 65 6c 6c 6f 20 74 65  73 74 20 2d 3e 20 79 6f hello test -> yo ...
  1.120  near   you -> test  reset (RST)
";

    #[test]
    fn a_record_becomes_arrows() {
        let sequence = sequence(WIRE).unwrap();
        assert_eq!(
            sequence.words(),
            "the test to your program: connect (0.012 s). \
             the test to your program: 1,007 bytes in 7 pieces 68 65 6c 6c 6f hello (0.013 s). \
             your program to the test: 809,041,920 bytes in 12,345 pieces 68 65 6c 6c 6f 20 74 65 73 74 20 2d ... hello test - (0.020 s). \
             your program to the test: reset (RST) (1.120 s)."
        );
    }

    #[test]
    fn datagrams_are_arrows_of_their_own_and_a_lost_one_does_not_arrive() {
        let line = |text: &str, fate: &str| {
            let hex: String = text.bytes().map(|b| format!("{b:02x} ")).collect();
            let what = format!("datagram, {} bytes", text.len());
            let line =
                format!("  0.012  near   you -> test  {what:<22} {hex:<48} {text:<20}  {fate}");
            line.trim_end().to_string() + "\n"
        };
        let lines = [
            line("one", "lost by the test"),
            line("", "doubled by the test"),
            line("two", ""),
        ];
        let sequence = sequence(&lines.concat()).unwrap();
        assert_eq!(
            sequence.words(),
            "your program to the test: datagram, 3 bytes 6f 6e 65 one, which is lost (0.012 s). \
             your program to the test: datagram, 0 bytes doubled by the test (0.012 s). \
             your program to the test: datagram, 3 bytes 74 77 6f two (0.012 s)."
        );
    }

    #[test]
    fn only_the_end_of_a_long_record_is_drawn_and_an_empty_one_is_not() {
        let line = "  0.012  near   test -> you  end (FIN)\n";
        let sequence = sequence(&line.repeat(20)).unwrap();
        assert_eq!(sequence.rows.len(), SHOWN + 1);
        assert_eq!(sequence.rows[0].note, "6 earlier lines are in wire.txt");
        assert!(super::sequence("nothing here\n\n").is_none());
    }
}
