//! Packets that the program unpacks: as they were sent, or refused for what happened to them.

use hidden_tests::{Bench, CauseId, Program};

use super::differs;
use super::packet::{
    self, Data, HEADER, MAX_PAYLOAD, acknowledgement, checksum_0, cut, hex, name, packet,
};

const TOO_SHORT: &str = r#"{"error": "too_short"}"#;
const TOO_LONG: &str = r#"{"error": "too_long"}"#;
const WRONG_CHECKSUM: &str = r#"{"error": "wrong_checksum"}"#;
const MALFORMED: &str = r#"{"error": "malformed"}"#;

pub struct Unpacking<'a> {
    bench: &'a Bench,
    program: Program,
    connection: u32,
    sequence: u16,
    payload: Vec<u8>,
    longest: Vec<u8>,
    too_long: [Vec<u8>; 2],
    /// A payload that makes the checksum 0.
    to_zero: Vec<u8>,
}

impl<'a> Unpacking<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench.program(&["unpack"]).with_input().start();
        let (connection, sequence) = name(bench);
        let payload = bench.random_bytes(40);
        let longest = bench.random_bytes(MAX_PAYLOAD);
        let too_long = [1, 100].map(|more| bench.random_bytes(MAX_PAYLOAD + more));
        let to_zero = checksum_0(bench, connection, sequence, 8);
        Self {
            bench,
            program,
            connection,
            sequence,
            payload,
            longest,
            too_long,
            to_zero,
        }
    }

    pub fn honest(&self) {
        let (connection, sequence) = (self.connection, self.sequence);
        self.bench.tell("a packet as it was sent");
        for (what, good) in [
            ("a packet as it was sent", &self.good()),
            ("one without a payload", &self.data(b"", false, false)),
            (
                "the last one, without a payload",
                &self.data(b"", false, true),
            ),
            (
                "one with the longest payload",
                &self.data(&self.longest, true, true),
            ),
            (
                "one of which the checksum happens to be 0",
                &self.data(&self.to_zero, false, false),
            ),
        ] {
            let fields = format!("{{{}}}", good.fields());
            self.each(what, &[good.bytes()], &[&fields]);
        }
        let fields = format!("{{\"connection\": {connection}, \"acknowledgement\": {sequence}}}");
        let bytes = self.acknowledgement();
        self.each("an acknowledgement", &[bytes], &[&fields]);
    }

    pub fn too_short_or_too_long(&self) {
        self.bench.tell("now too short, or too long");
        let bytes = self.good().bytes();
        // Where there is a checksum, it is wrong as well.
        let (no_checksum, cut_off): (Vec<_>, Vec<_>) = (0..HEADER)
            .map(|n| bytes[..n].to_vec())
            .partition(|it| it.len() < 4);
        self.each("less than a checksum", &no_checksum, &[TOO_SHORT]);
        self.each("less than a header", &cut_off, &[TOO_SHORT, WRONG_CHECKSUM]);
        let whole = packet(self.connection, self.sequence, 1, 0, b"");
        let right: Vec<_> = (0..HEADER - 4)
            .map(|n| with_checksum(&whole[4..4 + n]))
            .collect();
        self.each(
            "less than a header, with the right checksum",
            &right,
            &[TOO_SHORT],
        );
        let long = [0, 1].map(|n| self.data(&self.too_long[n], false, false).bytes());
        let [one_more, many_more] = long;
        self.each("more than a packet may have", &[many_more], &[TOO_LONG]);
        self.each("one byte too many for a packet", &[one_more], &[TOO_LONG]);
    }

    pub fn behind_the_same_checksum(&self) {
        let bytes = self.good().bytes();
        let wrong = &[WRONG_CHECKSUM][..];
        self.bench
            .tell("now with other bytes behind the same checksum");
        let other = self.data(&self.longest[..40], true, false).bytes();
        let other = [&bytes[..4], &other[4..]].concat();
        self.each("another payload behind the same checksum", &[other], wrong);
        self.bench
            .tell("now with one bit turned over, wherever it is");
        let honest_ack = self.acknowledgement();
        let flips = |bytes: &[u8], range: std::ops::Range<usize>| -> Vec<_> {
            range
                .flat_map(|at| (0..8).map(move |bit| (at, bit)))
                .map(|(at, bit)| turned(bytes, at, bit))
                .collect()
        };
        // In the kind or the flags, a bit turned over may make it malformed as well.
        for (what, range) in [
            ("a bit of the checksum turned over", 0..4),
            ("a bit of the connection turned over", 4..8),
            ("a bit of the sequence turned over", 8..10),
            ("a bit of the payload turned over", HEADER..bytes.len()),
        ] {
            self.each(what, &flips(&bytes, range.clone()), wrong);
            let range = range.start..range.end.min(honest_ack.len());
            self.each(what, &flips(&honest_ack, range), wrong);
        }
        let other_flags = [turned(&bytes, 11, 0), turned(&bytes, 11, 1)];
        self.each("a bit of the flags turned over", &other_flags, wrong);
    }

    pub fn cut_longer_or_swapped(&self) {
        let (bytes, honest_ack) = (self.good().bytes(), self.acknowledgement());
        let wrong = &[WRONG_CHECKSUM][..];
        self.bench.tell("now cut short, made longer, with two words that have changed places, and without a checksum");
        let cut: Vec<_> = (HEADER..bytes.len()).map(|n| bytes[..n].to_vec()).collect();
        self.each("a packet cut short", &cut, wrong);
        let longer = [&bytes[..], b"\0"].concat();
        self.each("a packet with a byte behind it", &[longer], wrong);
        let ordered = self.data(b"Dear Ada", false, false).bytes();
        let mut swapped = ordered.clone();
        swapped[HEADER..HEADER + 4].rotate_left(2);
        self.each("two words that have changed places", &[swapped], wrong);
        for bytes in [&bytes, &honest_ack] {
            for (what, checksum) in [
                ("0 for the checksum", [0; 4]),
                ("ffffffff for the checksum", [0xff; 4]),
            ] {
                self.each(what, &[[&checksum, &bytes[4..]].concat()], wrong);
            }
        }
    }

    pub fn no_packets(&self) {
        let (connection, sequence) = (self.connection, self.sequence);
        let payload = &self.payload[..];
        self.bench.tell("now whole, but no packet of this protocol");
        for (what, kinds) in [
            ("kind 0, which is unknown", 0..=0),
            ("a kind from 3 to 15, which is unknown", 3..=15),
            ("a kind from 16 to 255, which is unknown", 16..=255),
        ] {
            let unknown: Vec<_> = kinds
                .flat_map(|kind| {
                    let empty = packet(connection, sequence, kind, 0, b"");
                    [empty, packet(connection, sequence, kind, kind & 3, payload)]
                })
                .collect();
            self.each(what, &unknown, &[MALFORMED]);
        }
        let flags: Vec<_> = (4..=255)
            .map(|flags| packet(connection, sequence, 1, flags, payload))
            .collect();
        self.each("data with an unknown flag", &flags, &[MALFORMED]);
        let flags: Vec<_> = (1..=255)
            .map(|flags| packet(connection, sequence, 2, flags, b""))
            .collect();
        self.each("an acknowledgement with flags", &flags, &[MALFORMED]);
        let payloads = [&b"\0"[..], b"12", payload];
        let payloads = payloads.map(|payload| packet(connection, sequence, 2, 0, payload));
        self.each("an acknowledgement with a payload", &payloads, &[MALFORMED]);
    }

    fn good(&self) -> Data<'_> {
        self.data(&self.payload, true, false)
    }

    fn data<'b>(&self, payload: &'b [u8], first: bool, last: bool) -> Data<'b> {
        Data {
            connection: self.connection,
            sequence: self.sequence,
            first,
            last,
            payload,
        }
    }

    fn acknowledgement(&self) -> Vec<u8> {
        acknowledgement(self.connection, self.sequence)
    }

    /// Each of these datagrams is answered by one of these lines.
    fn each(&self, what: &str, datagrams: &[Vec<u8>], wanted: &[&str]) {
        let feed: String = datagrams.iter().map(|it| hex(it) + "\n").collect();
        self.program.feed(feed.as_bytes());
        let expected = format!("{what}: {}", wanted.join(" or "));
        let lines = self.program.next_lines(datagrams.len(), &expected);
        for (line, datagram) in lines.iter().zip(datagrams) {
            if wanted.contains(&line.as_str()) {
                continue;
            }
            self.bench
                .tell(&format!("for {}: {}", cut(&hex(datagram)), cut(line)));
            let likely = match (
                line.starts_with("{\"error\""),
                wanted[0].starts_with("{\"error\""),
            ) {
                (true, true) => {
                    "It was refused for another reason. None but the one expected holds."
                        .to_string()
                }
                (true, false) => "It was refused, and it is a packet.".to_string(),
                (false, true) => "It was taken for a packet.".to_string(),
                (false, false) => {
                    differs::fields("In what was read, ", wanted[0], line).unwrap_or_default()
                }
            };
            self.bench
                .fail(CauseId::OutputDiffers, &expected, cut(line), Some(&likely));
        }
    }
}

/// These bytes with one bit turned over.
fn turned(bytes: &[u8], at: usize, bit: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1 << bit;
    bytes
}

/// These bytes behind their checksum.
fn with_checksum(covered: &[u8]) -> Vec<u8> {
    let mut bytes = packet::crc32(covered).to_be_bytes().to_vec();
    bytes.extend(covered);
    bytes
}
