//! A reader: it connects, and prints the text that comes, until the other side ends.
//!
//! The text is UTF-8. What is not is an error: exit status 1, and no letter that nobody sent.

use std::io::{self, Read, Write};
use std::net::TcpStream;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let mut conn = TcpStream::connect(address)?;
    let mut buffer = [0; 1024];
    let mut letter = Vec::new();
    loop {
        let n = conn.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        letter.extend_from_slice(&buffer[..n]);
    }
    let text = String::from_utf8(letter).map_err(io::Error::other)?;
    io::stdout().write_all(text.as_bytes())
}
