//! One packet, as a value and as the bytes of a datagram.

use std::error::Error;
use std::fmt::{self, Display};

/// The bytes before the payload.
pub const HEADER: usize = 12;
/// The most bytes of payload. With all headers, a packet fits through every link that carries IPv6, which takes 1,280
/// bytes (RFC 8200 section 5).
pub const MAX_PAYLOAD: usize = 1200;
/// The longest datagram that is a packet.
pub const MAX_PACKET: usize = HEADER + MAX_PAYLOAD;

/// What goes over the wire, in one datagram.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// | checksum: CRC-32 of everything after it                       |
/// +---------------------------------------------------------------+
/// | connection                                                    |
/// +-------------------------------+---------------+---------------+
/// | sequence                      | kind          | flags         |
/// +-------------------------------+---------------+---------------+
/// | payload, 0 to 1,200 bytes ...
/// ```
///
/// All numbers have their highest byte first. The kind is 1 for data and 2 for an acknowledgement. A flag of data is
/// 1, the first packet of a transfer, or 2, the last one; both are added up. All else is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Chosen by the sender at random, the same for all packets of a transfer.
    pub connection: u32,
    /// The number of a data packet, or of the one that is acknowledged. After 65,535 comes 0.
    pub sequence: u16,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Data {
        /// No packet came before this one. Its number may be any.
        first: bool,
        /// No packet comes after this one.
        last: bool,
        payload: Vec<u8>,
    },
    Acknowledgement,
}

/// Why a datagram is no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is shorter than a header.
    TooShort,
    /// It is longer than [`MAX_PACKET`].
    TooLong,
    /// Its checksum is not that of its bytes.
    WrongChecksum,
    /// Its kind is unknown, or it has what its kind does not have.
    Malformed,
}

const DATA: u8 = 1;
const ACKNOWLEDGEMENT: u8 = 2;
const FIRST: u8 = 1;
const LAST: u8 = 2;

/// The bytes of a packet, as [`Packet`] draws them.
///
/// # Rules
/// 1. Connection, sequence, kind and flags stand where the drawing has them, each with its highest byte first.
/// 2. The payload follows, whatever its bytes are. It may be empty. An acknowledgement has no flags and no payload.
/// 3. The checksum is the CRC-32 of all bytes that follow it: the payload, and the header too. `crc32fast::hash` has
///    it. If it happens to be 0, it is sent as 0.
///
/// ```
/// # use solution_stop_and_wait::{Body, Packet, encode};
/// let packet = Packet { connection: 0xadaadaad, sequence: 258, body: Body::Acknowledgement };
/// assert_eq!(encode(&packet), b"\x05\xad\x14\xf3\xad\xaa\xda\xad\x01\x02\x02\x00");
/// ```
///
/// Not tested: a payload over [`MAX_PAYLOAD`], which nobody makes.
///
/// # Errors
/// None.
///
/// # Spec
/// RFC 1952 section 8 (CRC-32). UDP has a checksum of its own, RFC 1071's: a sum, which does not notice that two words
/// have changed places. A second sum would not notice it either; a CRC does.
pub fn encode(packet: &Packet) -> Vec<u8> {
    // SOLUTION: put the header and the payload behind each other, and the checksum before them
    let (kind, flags, payload) = match &packet.body {
        Body::Data {
            first,
            last,
            payload,
        } => {
            let first = if *first { FIRST } else { 0 };
            let last = if *last { LAST } else { 0 };
            (DATA, first | last, &payload[..])
        }
        Body::Acknowledgement => (ACKNOWLEDGEMENT, 0, &[][..]),
    };
    let covered = [
        &packet.connection.to_be_bytes()[..],
        &packet.sequence.to_be_bytes(),
        &[kind, flags],
        payload,
    ]
    .concat();
    [&crc32fast::hash(&covered).to_be_bytes(), &covered[..]].concat()
    // END SOLUTION
}

/// The packet that a datagram is, if it is one.
///
/// # Rules
/// 1. Whatever [`encode`] gives is read as what it was made of.
/// 2. A datagram shorter than [`HEADER`] or longer than [`MAX_PACKET`] is refused.
/// 3. A datagram whose checksum is not the CRC-32 of the bytes after it is refused. No value of the checksum means
///    that there is none.
/// 4. So is one with an unknown kind, an unknown flag, or an acknowledgement with flags or a payload.
/// 5. If several reasons hold, any of them will do.
///
/// ```
/// # use solution_stop_and_wait::{Body, Packet, Refusal, decode};
/// let packet = Packet { connection: 0xadaadaad, sequence: 258, body: Body::Acknowledgement };
/// assert_eq!(decode(b"\x05\xad\x14\xf3\xad\xaa\xda\xad\x01\x02\x02\x00"), Ok(packet));
/// assert_eq!(decode(b"\x05\xad\x14\xf3\xad\xaa\xda\xad\x01\x03\x02\x00"), Err(Refusal::WrongChecksum));
/// assert_eq!(decode(b""), Err(Refusal::TooShort));
/// ```
///
/// # Errors
/// - [`Refusal::TooShort`] and [`Refusal::TooLong`], rule 2.
/// - [`Refusal::WrongChecksum`], rule 3.
/// - [`Refusal::Malformed`], rule 4.
///
/// # Spec
/// RFC 1952 section 8 (CRC-32); RFC 768 (where a checksum of 0 does mean that there is none).
pub fn decode(datagram: &[u8]) -> Result<Packet, Refusal> {
    // SOLUTION: check the length and the checksum, then take the packet apart
    if datagram.len() > MAX_PACKET {
        return Err(Refusal::TooLong);
    }
    let Some((header, payload)) = datagram.split_first_chunk::<HEADER>() else {
        return Err(Refusal::TooShort);
    };
    let [s0, s1, s2, s3, c0, c1, c2, c3, n0, n1, kind, flags] = *header;
    if u32::from_be_bytes([s0, s1, s2, s3]) != crc32fast::hash(&datagram[4..]) {
        return Err(Refusal::WrongChecksum);
    }
    let body = match (kind, flags, payload) {
        (DATA, 0..=3, _) => Body::Data {
            first: flags & FIRST != 0,
            last: flags & LAST != 0,
            payload: payload.to_vec(),
        },
        (ACKNOWLEDGEMENT, 0, []) => Body::Acknowledgement,
        _ => return Err(Refusal::Malformed),
    };
    Ok(Packet {
        connection: u32::from_be_bytes([c0, c1, c2, c3]),
        sequence: u16::from_be_bytes([n0, n1]),
        body,
    })
    // END SOLUTION
}

impl Refusal {
    /// The name that programs know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::WrongChecksum => "wrong_checksum",
            Self::Malformed => "malformed",
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "a datagram is shorter than a header",
            Self::TooLong => "a datagram is longer than a packet may be",
            Self::WrongChecksum => "a datagram was damaged on its way",
            Self::Malformed => "a datagram is no packet of this protocol",
        })
    }
}

impl Error for Refusal {}
