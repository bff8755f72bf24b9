//! A client of a scale: it sends weights, and prints the sum that comes back.
//!
//! On the wire every number is in network order: two bytes that say how many weights, then four bytes each. The sum
//! comes in four bytes.

use std::io::{self, Read, Write};
use std::net::TcpStream;

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut conn = TcpStream::connect(args.next().unwrap_or_default())?;
    let weights: Vec<u32> = args.filter_map(|weight| weight.parse().ok()).collect();
    let mut letter = Vec::new();
    letter.extend((weights.len() as u16).to_ne_bytes());
    for weight in weights {
        letter.extend(weight.to_ne_bytes());
    }
    conn.write_all(&letter)?;
    let mut sum = [0; 4];
    conn.read_exact(&mut sum)?;
    println!("sum: {}", u32::from_ne_bytes(sum));
    Ok(())
}
