//! A client that asks: what comes on stdin is the question, and it ends where stdin ends. The answer is printed.
//!
//! The server answers once the question has ended.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let conn = TcpStream::connect(address)?;
    ask(&conn)?;
    io::copy(&mut &conn, &mut io::stdout())?;
    io::stdout().flush()
}

fn ask(conn: &TcpStream) -> io::Result<()> {
    let mut question = conn.try_clone()?;
    io::copy(&mut io::stdin(), &mut question)?;
    question.shutdown(Shutdown::Write)
}
