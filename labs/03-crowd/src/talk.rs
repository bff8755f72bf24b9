//! Given: a client for people, with two threads as in the echo lab.

use std::io::{self, BufRead, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use lab_crowd::{LENGTH, MAX_TEXT, frame, tell};

/// Sends each line of the input as a question, and prints what the server says until its end.
pub fn talk(server: SocketAddr) -> io::Result<()> {
    let conn = TcpStream::connect(server)?;
    let mut to_server = conn.try_clone()?;
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if let Err(error) = to_server.write_all(&frame(&line)) {
                return tell(error);
            }
        }
        // Already broken: there is nothing to end.
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let mut from_server = io::BufReader::new(&conn);
    while !from_server.fill_buf()?.is_empty() {
        let mut length = [0; LENGTH];
        from_server.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > MAX_TEXT {
            return Err(io::Error::other(format!("a letter of {length} bytes")));
        }
        let mut text = vec![0; length];
        from_server.read_exact(&mut text)?;
        writeln!(io::stdout(), "{}", String::from_utf8_lossy(&text))?;
    }
    Ok(())
}
