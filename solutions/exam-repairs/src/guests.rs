//! A guest book: each guest sends a name and LF, is welcomed with a number, and goes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

const MAX_NAME: u64 = 64;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let door = TcpListener::bind(address)?;
    println!("listening on {}", door.local_addr()?);
    let mut guests = 0;
    for conn in door.incoming() {
        match conn.and_then(|conn| welcome(conn, guests + 1)) {
            Ok(()) => guests += 1,
            Err(error) => eprintln!("a guest went without a welcome: {error}"),
        }
    }
    Ok(())
}

fn welcome(mut conn: TcpStream, number: u32) -> io::Result<()> {
    let mut name = String::new();
    BufReader::new(&conn).take(MAX_NAME).read_line(&mut name)?;
    let Some(name) = name.strip_suffix('\n') else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    conn.write_all(format!("welcome, {name}, you are guest {number}\n").as_bytes())
}
