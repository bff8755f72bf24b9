// A second read into the same buffer.
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let door = TcpListener::bind("127.0.0.1:0")?;
    let mut near = TcpStream::connect(door.local_addr()?)?;
    let (mut far, _caller) = door.accept()?;
    let mut buffer = [b'.'; 12];
    for letter in ["helloworld", "Zoe"] {
        near.write_all(letter.as_bytes())?;
        let count = far.read(&mut buffer)?;
        assert_eq!(count, letter.len());
    }
    println!("{}", buffer.escape_ascii());
    Ok(())
}
