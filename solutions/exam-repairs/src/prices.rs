//! A client that asks for prices: a datagram for each thing, all of them at once, and an answer to each.
//!
//! A question is a number and a thing, `0 stamp`. Its answer is the same number and a price, `0 85`.

use std::collections::BTreeMap;
use std::io;
use std::net::UdpSocket;

/// The longest answer, in bytes.
const MAX_ANSWER: usize = 512;

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_default();
    let things: Vec<String> = args.collect();
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    // From now on nobody else's datagrams are received.
    socket.connect(address)?;
    for (number, thing) in things.iter().enumerate() {
        socket.send(format!("{number} {thing}").as_bytes())?;
    }
    for (thing, price) in things.iter().zip(prices(&socket, things.len())?) {
        println!("{thing}: {price}");
    }
    Ok(())
}

/// The price of each thing, in the order of the questions.
fn prices(socket: &UdpSocket, questions: usize) -> io::Result<Vec<String>> {
    let mut prices = BTreeMap::new();
    while prices.len() < questions {
        let (number, price) = answer(socket)?;
        if number < questions {
            prices.insert(number, price);
        }
    }
    Ok(prices.into_values().collect())
}

/// The next answer: the number of its question, and a price.
fn answer(socket: &UdpSocket) -> io::Result<(usize, String)> {
    let mut letter = [0; MAX_ANSWER];
    let n = socket.recv(&mut letter)?;
    let text = String::from_utf8_lossy(&letter[..n]).into_owned();
    let parts = text.split_once(' ');
    parts
        .and_then(|(number, price)| Some((number.parse().ok()?, price.to_string())))
        .ok_or_else(|| io::Error::other(format!("{text:?} is no answer")))
}
