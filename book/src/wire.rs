//! The end of a step's `wire.txt` as a sequence diagram.

use crate::sequence::{Row, Sequence, What};

/// Rows that are drawn; a failure shows in the last ones.
const SHOWN: usize = 14;
/// Bytes of a record that fit over an arrow.
const BYTES: usize = 10;

/// `None` if nothing went over the wire.
pub fn sequence(text: &str) -> Option<Sequence> {
    let records: Vec<Record> = text.lines().filter_map(record).collect();
    let several = records
        .iter()
        .any(|it| it.connection != records[0].connection);
    let left_out = records.len().saturating_sub(SHOWN);
    let mut rows = Vec::new();
    if left_out > 0 {
        rows.push(Row {
            what: What::Gap,
            note: format!("{left_out} earlier lines are in wire.txt"),
        });
    }
    for record in &records[left_out..] {
        let mut said = vec![match several {
            true => format!("{}: {}", record.connection, record.what),
            false => record.what.clone(),
        }];
        said.extend(record.bytes.clone());
        let (from, to) = if record.from_test { (0, 1) } else { (1, 0) };
        rows.push(Row {
            what: What::Message {
                from,
                to,
                text: said,
                lost: false,
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
    /// Such as `connect` or `5 bytes`.
    what: String,
    /// The first ones, in hex and as text.
    bytes: Option<String>,
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
    let (what, bytes) = match hex(rest) {
        Some((at, bytes)) => (rest[..at].trim(), Some(bytes)),
        None => (rest.trim(), None),
    };
    Some(Record {
        at: at.to_string(),
        connection: connection.to_string(),
        from_test,
        what: what.to_string(),
        bytes,
    })
}

/// Where the column of hex digits begins, and what to show of it: 48 characters, then the same bytes as text.
fn hex(rest: &str) -> Option<(usize, String)> {
    const COLUMN: usize = 48;
    let at = (1..rest.len()).find(|at| {
        rest.as_bytes()[at - 1] == b' ' && rest.get(*at..at + COLUMN).is_some_and(is_hex_column)
    })?;
    let column: Vec<&str> = rest[at..at + COLUMN].split_whitespace().collect();
    let ascii = rest.get(at + COLUMN + 1..).unwrap_or("");
    let cut = column.len() > BYTES || ascii.ends_with(" ...");
    let shown = column.len().min(BYTES);
    let ascii: String = ascii.chars().take(shown).collect();
    Some((
        at,
        format!(
            "{}{}  {ascii}",
            column[..shown].join(" "),
            if cut { " ..." } else { "" }
        ),
    ))
}

fn is_hex_column(column: &str) -> bool {
    let pairs = column.trim_end();
    !pairs.is_empty()
        && pairs
            .split(' ')
            .all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
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
  0.020  near   you -> test  12,345 reads of 65,536 bytes 68 65 6c 6c 6f 20 74 65 73 74 20 2d 3e 20 79 6f  hello test -> yo ...
  1.120  near   you -> test  reset (RST)
";

    #[test]
    fn a_record_becomes_arrows() {
        let sequence = sequence(WIRE).unwrap();
        assert_eq!(
            sequence.words(),
            "the test to your program: connect (0.012 s). \
             the test to your program: 5 writes of 1 byte 68 65 6c 6c 6f  hello (0.013 s). \
             your program to the test: 12,345 reads of 65,536 bytes 68 65 6c 6c 6f 20 74 65 73 74 ...  hello test (0.020 s). \
             your program to the test: reset (RST) (1.120 s)."
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
