//! A packet of stop-and-wait, made without the program's help.

use hidden_tests::Bench;

/// What the header takes.
pub const HEADER: usize = 12;
/// `MAX_PAYLOAD` of the statement.
pub const MAX_PAYLOAD: usize = 1200;

const DATA: u8 = 1;
const ACKNOWLEDGEMENT: u8 = 2;

/// Of CRC-32, with its lowest bit first.
const POLYNOMIAL: u32 = 0xedb8_8320;

#[derive(Clone, Default)]
pub struct Data<'a> {
    pub connection: u32,
    pub sequence: u16,
    pub first: bool,
    pub last: bool,
    pub payload: &'a [u8],
}

impl Data<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let flags = u8::from(self.first) | u8::from(self.last) << 1;
        packet(self.connection, self.sequence, DATA, flags, self.payload)
    }

    /// As the program shows it, without the braces.
    pub fn fields(&self) -> String {
        let Data {
            connection,
            sequence,
            first,
            last,
            payload,
        } = self;
        let data = text(payload);
        format!(
            "\"connection\": {connection}, \"sequence\": {sequence}, \"first\": {first}, \"last\": {last}, \"data\": {data}"
        )
    }
}

pub fn acknowledgement(connection: u32, sequence: u16) -> Vec<u8> {
    packet(connection, sequence, ACKNOWLEDGEMENT, 0, b"")
}

pub fn packet(connection: u32, sequence: u16, kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let covered = [
        &connection.to_be_bytes()[..],
        &sequence.to_be_bytes(),
        &[kind, flags],
        payload,
    ];
    let covered = covered.concat();
    [&crc32(&covered).to_be_bytes(), &covered[..]].concat()
}

/// A connection and a sequence number.
pub fn name(bench: &Bench) -> (u32, u16) {
    let mut random = bench.random();
    (random.u32(..), random.u16(..))
}

/// A payload of `n` bytes and four more, with which the checksum of a packet without flags is 0.
pub fn checksum_0(bench: &Bench, connection: u32, sequence: u16, n: usize) -> Vec<u8> {
    let mut payload = bench.random_bytes(n);
    let before = Data {
        connection,
        sequence,
        payload: &payload,
        ..Data::default()
    };
    let more = makes_checksum_0(&before.bytes()[4..]);
    payload.extend(more);
    payload
}

/// RFC 1952 section 8, bit by bit.
pub fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (POLYNOMIAL * (crc & 1))
        })
    });
    !crc
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A long line without its end.
pub fn cut(line: &str) -> &str {
    line.get(..120).unwrap_or(line)
}

/// What is wrong with the bytes of a packet, as far as they show it.
pub fn wrong_bytes(wanted: &[u8], got: &[u8]) -> String {
    if got.len() != wanted.len() {
        let (got, wanted) = (got.len(), wanted.len());
        return format!("The packet has {got} bytes, and should have {wanted}.");
    }
    let fields = [
        ("the connection", 4..8),
        ("the sequence", 8..10),
        ("the kind", 10..11),
        ("the flags", 11..12),
        ("the payload", 12..wanted.len()),
    ];
    let mut wrong = String::new();
    for (name, range) in fields {
        let (wanted, got) = (&wanted[range.clone()], &got[range]);
        if wanted == got {
            continue;
        }
        let turned = wanted.iter().rev().eq(got) && name != "the payload";
        wrong += &match turned {
            true => format!("In {name}, the bytes stand in the other order. "),
            false => format!("Something else stands for {name}. "),
        };
    }
    let told = u32::from_be_bytes([got[0], got[1], got[2], got[3]]);
    let covered = &got[4..];
    if told != crc32(covered) {
        wrong += about_checksum(told, covered);
    }
    wrong.trim_end().to_string()
}

/// The four bytes that, at the end of what a checksum covers, make it 0: RFC 1952's steps, backwards.
fn makes_checksum_0(covered: &[u8]) -> [u8; 4] {
    let wanted = (0..32).fold(u32::MAX, |crc: u32, _| {
        let bit = crc >> 31;
        ((crc ^ (POLYNOMIAL * bit)) << 1) | bit
    });
    (!crc32(covered) ^ wanted).to_le_bytes()
}

/// What a wrong checksum over these bytes may have been made of.
fn about_checksum(told: u32, covered: &[u8]) -> &'static str {
    let right = crc32(covered);
    let (header, payload) = covered.split_at(HEADER - 4);
    let zeroed = [&[0; 4], covered].concat();
    match told {
        _ if right == 0 && told == u32::MAX => {
            "The checksum of these bytes is 0, and ffffffff was sent for it."
        }
        0 => "The checksum is 0.",
        _ if told == right.swap_bytes() => "In the checksum, the bytes stand in the other order.",
        _ if told == crc32(payload) => "The checksum is that of the payload alone.",
        _ if told == crc32(header) => "The checksum is that of the header alone.",
        _ if told == crc32(&zeroed) => {
            "The checksum is that of all bytes, with four of 0 in its own place."
        }
        _ => "The checksum is not that of the bytes which follow it.",
    }
}

/// Bytes as the program reads and prints them: a character for each.
pub fn text(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    serde_json::Value::from(text).to_string()
}
