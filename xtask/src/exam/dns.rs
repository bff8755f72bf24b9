//! A DNS response, with a compressed name in it (RFC 1035 sections 4.1 and 4.1.4).

use std::fmt::Write;

use fastrand::Rng;

pub const CODES: [&str; 6] = [
    "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused",
];
const HEADER: usize = 12;
const IN: u16 = 1;
const A: u16 = 1;
const CNAME: u16 = 5;
/// QR, RD and RA: an answer to a question that asked for recursion.
const RESPONSE: u16 = 0x8180;

/// The bytes, and the facts that are asked of them.
pub struct Message {
    pub bytes: Vec<u8>,
    /// The response code, below 16.
    pub code: u8,
    /// Where the CNAME record leads, where that is written, and what the pointer at its end points to.
    pub target: String,
    pub target_at: usize,
    pub pointer: usize,
    pub ttl: u32,
    pub ttl_at: usize,
}

impl Message {
    pub fn new(random: &mut Rng) -> Self {
        let host = one(random, &["www", "mail", "ftp", "chat", "news"]);
        let town = one(random, &["town", "harbour", "village", "post", "station"]);
        // Not every name exists at which a CNAME record leads; the code is about that last name (RFC 6604 section 3).
        let code = [0, 0, 2, 3][random.usize(..4)];
        let mut bytes = Vec::new();
        for word in [
            random.u16(..),
            RESPONSE | u16::from(code),
            1,
            1 + u16::from(code == 0),
            0,
            0,
        ] {
            bytes.extend(word.to_be_bytes());
        }
        // Where `town.example` and `example` begin in the question.
        let town_at = HEADER + 1 + host.len();
        let example_at = town_at + 1 + town.len();
        for part in [host, town, "example", ""] {
            label(&mut bytes, part);
        }
        two(&mut bytes, A, IN);

        pointer(&mut bytes, HEADER);
        two(&mut bytes, CNAME, IN);
        let (ttl, ttl_at) = (random.u32(30..=86_400), bytes.len());
        bytes.extend(ttl.to_be_bytes());
        let first = one(random, &["box", "gate", "relay", "carrier"]);
        let first = format!("{first}{}", random.u8(1..=40));
        let other = one(random, &["road", "depot", "sorting"]);
        let (labels, points_at, target) = match random.bool() {
            true => (vec![&first[..]], town_at, format!("{first}.{town}.example")),
            false => (
                vec![&first[..], other],
                example_at,
                format!("{first}.{other}.example"),
            ),
        };
        let length: usize = labels.iter().map(|label| 1 + label.len()).sum();
        bytes.extend((length as u16 + 2).to_be_bytes());
        let target_at = bytes.len();
        for part in labels {
            label(&mut bytes, part);
        }
        pointer(&mut bytes, points_at);
        if code == 0 {
            pointer(&mut bytes, target_at);
            two(&mut bytes, A, IN);
            bytes.extend(random.u32(30..=86_400).to_be_bytes());
            bytes.extend(4_u16.to_be_bytes());
            bytes.extend([203, 0, 113, random.u8(1..=254)]);
        }
        Self {
            bytes,
            code,
            target,
            target_at,
            pointer: points_at,
            ttl,
            ttl_at,
        }
    }
}

/// Position, sixteen bytes, and what of them can be printed.
pub fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (n, row) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = |byte: &u8| match byte.is_ascii_graphic() || *byte == b' ' {
            true => char::from(*byte),
            false => '.',
        };
        let shown: String = row.iter().map(shown).collect();
        let _ = writeln!(text, "{:04x}  {:<47}  {shown}", n * 16, hex.join(" "));
    }
    text
}

fn one<'a>(random: &mut Rng, words: &[&'a str]) -> &'a str {
    words[random.usize(..words.len())]
}

/// The empty label is the root, which ends a name.
fn label(bytes: &mut Vec<u8>, label: &str) {
    bytes.push(label.len() as u8);
    bytes.extend(label.as_bytes());
}

fn pointer(bytes: &mut Vec<u8>, to: usize) {
    bytes.extend((0xC000 | to as u16).to_be_bytes());
}

fn two(bytes: &mut Vec<u8>, kind: u16, class: u16) {
    bytes.extend(kind.to_be_bytes());
    bytes.extend(class.to_be_bytes());
}
