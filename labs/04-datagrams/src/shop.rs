//! Goods for a postcard, without becoming a weapon against whoever is written on it.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

/// Until an address is proved, an answer is at most so many times as long as its question.
pub const AMPLIFICATION: usize = 3;
/// The most bytes of goods in one answer: what passes every road uncut, with room for headers.
pub const MAX_GOODS: u16 = 1200;
const ORDER: u8 = 1;
const GOODS: u8 = 2;
const CHALLENGE: u8 = 3;

/// Something that only its maker can make, and that its maker makes again instead of remembering it.
pub type Cookie = [u8; 8];

/// A question for a long answer.
///
/// ```text
///    0      1        5        7                15
///   +------+--------+--------+----------------+
///   | 1    | number | length | cookie         |      the highest byte first; a cookie of zeros is none
///   +------+--------+--------+----------------+
///     1      4        2        8
/// ```
///
/// Bytes behind it are allowed, and mean nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub number: u32,
    /// How many bytes of goods are wanted.
    pub length: u16,
    pub cookie: Option<Cookie>,
}

impl Order {
    /// Given: the order in a datagram, if it is one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (header, _) = bytes.split_first_chunk::<15>()?;
        let [ORDER, a, b, c, d, e, f, cookie @ ..] = *header else {
            return None;
        };
        Some(Self {
            number: u32::from_be_bytes([a, b, c, d]),
            length: u16::from_be_bytes([e, f]),
            cookie: (cookie != [0; 8]).then_some(cookie),
        })
    }
}

/// An answer: its kind, the number of the order, and the goods or the cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// What was ordered: as many bytes as were wanted, but at most [`MAX_GOODS`].
    Goods { number: u32, length: u16 },
    /// "Order again, with this."
    Challenge { number: u32, cookie: Cookie },
}

impl Reply {
    /// Given: as it goes over the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (kind, number, rest) = match self {
            Self::Goods { number, length } => {
                let length = (*length).min(MAX_GOODS);
                (GOODS, number, vec![b'g'; length.into()])
            }
            Self::Challenge { number, cookie } => (CHALLENGE, number, cookie.to_vec()),
        };
        [&[kind][..], &number.to_be_bytes(), &rest].concat()
    }
}

/// A key that lives as long as the shop.
#[derive(Debug, Default)]
pub struct Secret(RandomState);

impl Secret {
    /// Given: the cookie of an address, the same each time.
    ///
    /// It is a keyed hash of address and port (SipHash). No table is kept: a million strangers cost no memory.
    pub fn cookie(&self, address: SocketAddr) -> Cookie {
        // Zeros mean "none", and one address in 2^64 has to live with ones.
        match self.0.hash_one(address).to_be_bytes() {
            [0, 0, 0, 0, 0, 0, 0, 0] => [1; 8],
            cookie => cookie,
        }
    }
}

/// Answers orders.
#[derive(Debug, Default)]
pub struct Shop {
    secret: Secret,
}

impl Shop {
    /// Given: a shop with a key of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// What goes back to `from` for this datagram, if anything does.
    ///
    /// # Rules
    /// 1. An order with the cookie of `from` gets its goods: only whoever receives at that address can have it.
    /// 2. Any other order gets its goods if that answer is at most [`AMPLIFICATION`] times as long as the datagram that
    ///    came, every byte of both counted.
    /// 3. Else it gets a challenge with the cookie of `from`. A wrong cookie is as good as none.
    /// 4. What is no order gets no answer, not even "what?".
    /// 5. That an address was proved once is not remembered: each order proves it anew.
    ///
    /// # Spec
    /// RFC 9000 section 8.1 (at most three times what came, until an address is validated); RFC 7873 section 5.2 (DNS cookies).
    pub fn answer(&self, from: SocketAddr, bytes: &[u8]) -> Option<Vec<u8>> {
        todo!("goods, a challenge, or nothing")
    }
}
