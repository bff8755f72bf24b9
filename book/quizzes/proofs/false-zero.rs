// A read into a vector that has room and no length.
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn main() -> io::Result<()> {
    let door = TcpListener::bind("127.0.0.1:0")?;
    let mut near = TcpStream::connect(door.local_addr()?)?;
    let (mut far, _caller) = door.accept()?;
    far.set_read_timeout(Some(Duration::from_secs(1)))?;
    near.write_all(b"hello")?;
    far.peek(&mut [0; 5])?; // they are here
    let mut buffer = Vec::with_capacity(1024);
    let count = far.read(&mut buffer)?;
    assert_eq!(buffer.len(), 0);
    println!("{count}, at once");
    Ok(())
}
