//! A server that adds up: each line `ADD n` is answered with the sum so far.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

/// The longest line, its LF included.
const MAX_LINE: usize = 64;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let door = TcpListener::bind(address)?;
    println!("listening on {}", door.local_addr()?);
    for conn in door.incoming() {
        if let Err(error) = conn.and_then(tally) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn tally(mut conn: TcpStream) -> io::Result<()> {
    let mut sum: u64 = 0;
    loop {
        let mut line = [0; MAX_LINE];
        let n = conn.read(&mut line)?;
        if n == 0 {
            return Ok(());
        }
        let answer = match added(&line[..n]) {
            Some(n) => {
                sum = sum.saturating_add(n);
                format!("{sum}\n")
            }
            None => "what?\n".to_string(),
        };
        conn.write_all(answer.as_bytes())?;
    }
}

/// The number in `ADD n`.
fn added(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    line.trim_end().strip_prefix("ADD ")?.parse().ok()
}
