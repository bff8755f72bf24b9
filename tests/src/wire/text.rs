//! `wire.txt`: the record for a reader.

use super::{Kind, Record, Recorded, Side, What, Wire};
use crate::hex;
use crate::story::{count, grouped};

/// Bytes shown of a record.
const SHOWN: usize = 16;
/// Where the fate of a datagram stands: behind `what`, the bytes in hex and as text, and " ...".
const FATE: usize = 22 + 1 + 48 + 1 + SHOWN + 4;

pub fn render(wire: &Wire, title: &str) -> String {
    let mut text = format!(
        "{title}\nTimes in seconds since the step began. \"you\" is your program, \"test\" is the hidden test.\n\n"
    );
    for connection in &wire.connections {
        text.push_str(&legend(connection));
    }
    text.push('\n');
    let mut rest = &wire.records[..];
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|next| alike(first, next)).count();
        text.push_str(&line(wire, &rest[..run]));
        rest = &rest[run..];
    }
    text
}

fn legend(connection: &Recorded) -> String {
    let Recorded {
        name,
        test,
        program,
        kind,
        ..
    } = connection;
    match kind {
        Kind::Connection(Side::Test) => {
            format!("{name} = test {test} connected to you {program}\n")
        }
        Kind::Connection(Side::Program) => {
            format!("{name} = you {program} connected to test {test}\n")
        }
        Kind::Pipes => format!("{name} = stdin of your program (test -> you) and its stdout\n"),
        Kind::Datagrams => format!("{name} = datagrams between test {test} and you {program}\n"),
    }
}

/// Whether two records can share a line: pieces of the same size, one after the other.
fn alike(one: &Record, other: &Record) -> bool {
    one.connection == other.connection
        && one.from == other.from
        && match (&one.what, &other.what) {
            (What::Bytes { length: a, .. }, What::Bytes { length: b, .. }) => a == b,
            _ => std::ptr::eq(one, other),
        }
}

fn line(wire: &Wire, run: &[Record]) -> String {
    let first = &run[0];
    let name = &wire.connections[first.connection].name;
    let arrow = match first.from {
        Side::Test => "test -> you",
        Side::Program => "you -> test",
    };
    let what = match &first.what {
        What::Open => "connect".to_string(),
        What::End if wire.connections[first.connection].kind == Kind::Pipes => "end".to_string(),
        What::End => "end (FIN)".to_string(),
        What::Reset => "reset (RST)".to_string(),
        What::Bytes { length, .. } => pieces(first.from, *length, run),
        What::Datagram { kept, length, fate } => {
            let what = format!("datagram, {}", count(*length, "byte"));
            let text = shown(&what, &kept[..SHOWN.min(kept.len())], *length);
            match fate.told() {
                Some(told) => format!("{text:FATE$}  {told}"),
                None => text,
            }
        }
    };
    format!("{:7.3}  {name:<6} {arrow}  {what}", first.at.as_secs_f64())
        .trim_end()
        .to_string()
        + "\n"
}

fn pieces(from: Side, length: usize, run: &[Record]) -> String {
    let verb = match from {
        Side::Test => "write",
        Side::Program => "read",
    };
    let what = match run.len() {
        1 => count(length, "byte"),
        n => format!("{} {verb}s of {}", grouped(n), count(length, "byte")),
    };
    let mut shown: Vec<u8> = Vec::new();
    for record in run {
        if let What::Bytes { kept, .. } = &record.what {
            shown.extend(kept.iter().take(SHOWN - shown.len()));
        }
        if shown.len() == SHOWN {
            break;
        }
    }
    self::shown(&what, &shown, run.len() * length)
}

/// `what`, and behind it the first of `length` bytes.
fn shown(what: &str, first: &[u8], length: usize) -> String {
    if first.is_empty() && length > 0 {
        return format!("{what:<22} (not kept: the record of this direction is full)");
    }
    let more = if length > first.len() { " ..." } else { "" };
    format!(
        "{what:<22} {:48} {}{more}",
        hex::hex(first),
        hex::ascii(first)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn equal_pieces_share_a_line() {
        let mut wire = Wire::new();
        let (test, you) = (
            "127.0.0.1:52214".parse().unwrap(),
            "127.0.0.1:41873".parse().unwrap(),
        );
        let near = wire.open(Duration::from_millis(12), "near", test, you, Side::Test);
        for byte in b"hello" {
            wire.bytes(Duration::from_millis(13), near, Side::Test, &[*byte]);
        }
        wire.end(Duration::from_millis(21), near, Side::Test);
        wire.bytes(Duration::from_millis(120), near, Side::Program, b"hello");
        wire.reset(Duration::from_millis(1120), near, Side::Program);
        assert_eq!(
            render(&wire, "echo/echoes, seed 7f3a"),
            "\
echo/echoes, seed 7f3a
Times in seconds since the step began. \"you\" is your program, \"test\" is the hidden test.

near = test 127.0.0.1:52214 connected to you 127.0.0.1:41873

  0.012  near   test -> you  connect
  0.013  near   test -> you  5 writes of 1 byte     68 65 6c 6c 6f                                   hello
  0.021  near   test -> you  end (FIN)
  0.120  near   you -> test  5 bytes                68 65 6c 6c 6f                                   hello
  1.120  near   you -> test  reset (RST)
"
        );
    }
}
