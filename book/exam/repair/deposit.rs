//! A server that keeps letters for a while: a length in four bytes, network order, then so many bytes.
//!
//! It answers with the sum of the bytes. A letter over the limit is answered `too long`, and the connection is closed.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

const MAX_LETTER: usize = 1024 * 1024;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let door = TcpListener::bind(address)?;
    println!("listening on {}", door.local_addr()?);
    for conn in door.incoming() {
        if let Err(error) = conn.and_then(take) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn take(mut conn: TcpStream) -> io::Result<()> {
    loop {
        let mut length = [0; 4];
        if conn.read(&mut length[..1])? == 0 {
            return Ok(());
        }
        conn.read_exact(&mut length[1..])?;
        let length = u32::from_be_bytes(length) as usize;
        let mut letter = vec![0; length];
        conn.read_exact(&mut letter)?;
        if length > MAX_LETTER {
            return conn.write_all(b"too long\n");
        }
        let sum: u64 = letter.iter().map(|&byte| u64::from(byte)).sum();
        conn.write_all(format!("{sum}\n").as_bytes())?;
    }
}
