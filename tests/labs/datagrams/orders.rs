//! Orders and what comes for them, as the statement lays them out.

use hidden_tests::{Bench, CauseId, DatagramPeer};

/// `AMPLIFICATION` of the statement.
const AMPLIFICATION: usize = 3;

/// Part of what is said of an order with its right cookie.
pub const PROVED: &str = "with the cookie that came";
/// And of one whose answer is three times as long.
pub const JUST: &str = "45 bytes for 15";

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

/// Waits for the goods of an order, of which is said `what` it was.
pub fn expect_goods(bench: &Bench, peer: &DatagramPeer, number: u32, length: usize, what: &str) {
    let expected = format!("{length} bytes of goods for order {number}: {what}");
    let bytes = peer.receive(&expected).bytes;
    if bytes == goods(number, length) {
        return;
    }
    let (likely, got) = match bytes.split_first_chunk::<5>() {
        Some((_, [])) | None if bytes.is_empty() => (
            Some("An empty datagram is an answer, too. What is no order gets none at all."),
            "an empty datagram".to_string(),
        ),
        Some((_, cookie)) if bytes[0] == 3 && cookie.len() == 8 => {
            let likely = if what.contains(PROVED) {
                Some(
                    "This is the cookie that your program gave to this address. The same address and the same key make it again, each time: then it is right.",
                )
            } else if what.contains(JUST) {
                Some("44 bytes came for 15, and 45 did not: three times as many are allowed, too.")
            } else {
                None
            };
            (likely, "a challenge".to_string())
        }
        Some((head, goods)) if bytes[0] == 2 => {
            let number = head.last_chunk().map_or(0, |n| u32::from_be_bytes(*n));
            let n = goods.len();
            (None, format!("{n} bytes of goods for order {number}"))
        }
        _ => (
            None,
            format!("what is neither: \"{}\"", bytes.escape_ascii()),
        ),
    };
    bench.fail(CauseId::BytesDiffer, &expected, &got, likely)
}

/// Waits for the challenge to an order of so many bytes, of which is said `what` it was; returns the cookie.
pub fn expect_challenge(
    bench: &Bench,
    peer: &DatagramPeer,
    number: u32,
    order: usize,
    what: &str,
) -> Cookie {
    let datagram = peer.receive(&format!("a challenge: {what}"));
    let most = AMPLIFICATION * order;
    if datagram.bytes.len() > most {
        bench.fail(
            CauseId::BytesExtra,
            &format!("at most {most} bytes for an order of {order}, whose address is not proved: {what}"),
            &format!("{} bytes", datagram.bytes.len()),
            Some("The sender of a datagram is only ink: whoever's address stands there gets all of this, and did not ask."),
        );
    }
    match datagram.bytes.split_last_chunk::<8>() {
        Some((_, cookie)) if datagram.bytes == challenge(number, *cookie) && *cookie != [0; 8] => {
            *cookie
        }
        _ => {
            let expected =
                format!("a challenge: 03, the number {number}, 8 bytes of cookie ({what})");
            let got = match datagram.bytes.first_chunk::<5>() {
                Some([3, n @ ..]) if datagram.bytes.len() == 13 => format!(
                    "a challenge with the number {}, and the cookie {:02x?}",
                    u32::from_be_bytes(*n),
                    &datagram.bytes[5..]
                ),
                _ => format!("{:02x?}", datagram.bytes),
            };
            bench.fail(CauseId::BytesDiffer, &expected, &got, None)
        }
    }
}
