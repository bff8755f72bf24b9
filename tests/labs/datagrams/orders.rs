//! Orders and what comes for them, as the statement lays them out.

use hidden_tests::{Bench, CauseId, DatagramPeer};

/// `AMPLIFICATION` of the statement.
const AMPLIFICATION: usize = 3;

pub type Cookie = [u8; 8];

pub fn order(number: u32, length: u16, cookie: Option<Cookie>) -> Vec<u8> {
    let cookie = cookie.unwrap_or_default();
    let (number, length) = (number.to_be_bytes(), length.to_be_bytes());
    [&[1][..], &number, &length, &cookie].concat()
}

pub fn goods(number: u32, length: usize) -> Vec<u8> {
    [&[2][..], &number.to_be_bytes(), &b"g".repeat(length)].concat()
}

pub fn challenge(number: u32, cookie: Cookie) -> Vec<u8> {
    [&[3][..], &number.to_be_bytes(), &cookie].concat()
}

/// Waits for the challenge to an order of so many bytes; returns the cookie.
pub fn expect_challenge(bench: &Bench, peer: &DatagramPeer, number: u32, order: usize) -> Cookie {
    let datagram = peer.receive("a challenge");
    let most = AMPLIFICATION * order;
    if datagram.bytes.len() > most {
        bench.fail(
            CauseId::BytesExtra,
            &format!("at most {most} bytes for an order of {order}: the address is not proved"),
            &format!("{} bytes", datagram.bytes.len()),
            Some("The sender of a datagram is only ink: whoever's address stands there gets all of this, and did not ask."),
        );
    }
    match datagram.bytes.split_last_chunk::<8>() {
        Some((_, cookie)) if datagram.bytes == challenge(number, *cookie) && *cookie != [0; 8] => {
            *cookie
        }
        _ => {
            let expected = format!("a challenge: 03, the number {number}, 8 bytes of cookie");
            let got = format!("{:02x?}", datagram.bytes);
            bench.fail(CauseId::BytesDiffer, &expected, &got, None)
        }
    }
}
