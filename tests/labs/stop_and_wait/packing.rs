//! Packets that the program packs, byte by byte.

use hidden_tests::{Bench, CauseId, Program};

use super::packet::{Data, MAX_PAYLOAD, acknowledgement, checksum_0, cut, hex, name, wrong_bytes};

const CONNECTION: u32 = 0xadaa_daad;
const SEQUENCE: u16 = 258;

pub struct Packing<'a> {
    bench: &'a Bench,
    program: Program,
}

impl<'a> Packing<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench.program(&["pack"]).with_input().start();
        Self { bench, program }
    }

    pub fn data_and_acknowledgements(&self) {
        let bench = self.bench;
        bench.tell("a packet of data, and acknowledgements");
        let data = Data {
            connection: CONNECTION,
            sequence: SEQUENCE,
            last: true,
            payload: b"Dear Ada",
            ..Data::default()
        };
        self.pack("the last packet", &data.fields(), &data.bytes());
        for (connection, sequence) in [
            (CONNECTION, SEQUENCE),
            (1, 0),
            name(bench),
            (u32::MAX, u16::MAX),
        ] {
            let fields = format!("\"connection\": {connection}, \"acknowledgement\": {sequence}");
            let bytes = acknowledgement(connection, sequence);
            self.pack("an acknowledgement", &fields, &bytes);
        }
    }

    pub fn flags_and_payloads(&self) {
        let bench = self.bench;
        bench.tell("now data, with and without flags");
        let all: Vec<u8> = (0..=255).collect();
        let word = bench.random_word(5..=20);
        let longest = bench.random_bytes(MAX_PAYLOAD);
        let flags = [(false, false), (true, false), (false, true), (true, true)];
        let mut cases = Vec::new();
        for (first, last) in flags {
            cases.push(("data", first, last, word.as_bytes()));
            cases.push(("data without a payload", first, last, b""));
        }
        cases.extend([
            ("a payload of one byte, 0", false, false, &b"\0"[..]),
            ("a payload of each byte that there is", false, false, &all),
            ("the longest payload", true, false, &longest),
        ]);
        for (what, first, last, payload) in cases {
            let (connection, sequence) = name(bench);
            let data = Data {
                connection,
                sequence,
                first,
                last,
                payload,
            };
            let what = match (first, last) {
                (false, false) => what.to_string(),
                (true, false) => format!("{what}, the first packet"),
                (false, true) => format!("{what}, the last packet"),
                (true, true) => format!("{what}, the first packet and the last"),
            };
            self.pack(&what, &data.fields(), &data.bytes());
        }
    }

    pub fn checksums_of_0(&self) {
        let bench = self.bench;
        bench.tell(
            "now packets of which the checksum happens to be 0: it is a number like any other",
        );
        for n in [0, 8] {
            let payload = checksum_0(bench, CONNECTION, SEQUENCE, n);
            let data = Data {
                connection: CONNECTION,
                sequence: SEQUENCE,
                payload: &payload,
                ..Data::default()
            };
            let what = "data of which the checksum happens to be 0";
            self.pack(what, &data.fields(), &data.bytes());
        }
    }

    fn pack(&self, what: &str, fields: &str, bytes: &[u8]) {
        self.program.feed_line(&format!("{{{fields}}}"));
        let wanted = hex(bytes);
        let expected = format!("{what}: {}", cut(&wanted));
        let line = self.program.next_line(&expected);
        if line != wanted {
            let likely = wrong_bytes(bytes, &from_hex(&line));
            self.bench
                .fail(CauseId::OutputDiffers, &expected, cut(&line), Some(&likely));
        }
    }
}

fn from_hex(line: &str) -> Vec<u8> {
    let digits = line.as_bytes().chunks(2);
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
    digits.map_while(byte).collect()
}
