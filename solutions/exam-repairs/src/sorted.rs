//! A server that sorts: it takes lines, then answers with how many there were and with the lines in order.
//!
//! The lines end with a line that is a dot alone, or with the end of what the client sends.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let door = TcpListener::bind(address)?;
    println!("listening on {}", door.local_addr()?);
    for conn in door.incoming() {
        if let Err(error) = conn.and_then(sort) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn sort(mut conn: TcpStream) -> io::Result<()> {
    let mut lines = read_lines(&conn)?;
    lines.sort();
    let mut answer = format!("{} lines\n", lines.len());
    for line in lines {
        answer.push_str(&line);
        answer.push('\n');
    }
    conn.write_all(answer.as_bytes())
}

fn read_lines(conn: &TcpStream) -> io::Result<Vec<String>> {
    let mut from = BufReader::new(conn);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        let n = from.read_line(&mut line)?;
        if n == 0 {
            return Ok(lines);
        }
        let line = line.trim_end_matches('\n');
        if line == "." {
            return Ok(lines);
        }
        lines.push(line.to_string());
    }
}
