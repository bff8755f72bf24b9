//! Single letters: what is kept of them, and what their difference says.

use std::net::SocketAddr;

use hidden_tests::{Bench, CauseId, DatagramPeer, Program};
use serde_json::Value;

use super::said::taken;
use super::{ANY, MAX_DATAGRAM};

pub fn are_cut_to_their_room(bench: &Bench, near: &DatagramPeer) {
    let max = bench.random().usize(20..100);
    for (max, all) in [
        (
            max,
            &[max - 1, max, max + 1, 2 * max, 0, MAX_DATAGRAM, 3][..],
        ),
        (1, &[1, 2, 0, 1, 50, 0, 1]),
        (0, &[0, 1, 0, 50]),
        (1200, &[1200, 1201, 1199, 9000, 0, 1, 1200]),
        (3000, &[3000, 3001, 2999]),
        (MAX_DATAGRAM, &[MAX_DATAGRAM, 0, MAX_DATAGRAM - 1]),
    ] {
        let program = bench.start(&["hear", "--listen", ANY, "--max", &max.to_string()]);
        let at = program.listens();
        let mut hearing = Hearing::new(bench, &program, near.address(), max);
        for n in all {
            // As text, the largest one is no longer than a line that the bench reads.
            let letter = match max {
                MAX_DATAGRAM => vec![b'x'; *n],
                _ => bench.random_bytes(*n),
            };
            near.send(at, &letter);
            hearing.expect(&letter);
        }
    }
}

pub fn are_cut_each_for_itself(bench: &Bench, near: &DatagramPeer) {
    bench.tell("now several before the first is read: each is cut for itself");
    let program = bench.start(&["hear", "--listen", ANY, "--max", "4"]);
    let at = program.listens();
    let letters = [&b"Dear Ada"[..], b"Dear", b"", b"Eve"];
    for letter in letters {
        near.send(at, letter);
    }
    let mut hearing = Hearing::new(bench, &program, near.address(), 4);
    for letter in letters {
        hearing.expect(letter);
    }
}

/// What `hear` says about one letter after another.
struct Hearing<'a> {
    bench: &'a Bench,
    program: &'a Program,
    from: SocketAddr,
    max: usize,
    before: String,
}

impl<'a> Hearing<'a> {
    fn new(bench: &'a Bench, program: &'a Program, from: SocketAddr, max: usize) -> Self {
        Self {
            bench,
            program,
            from,
            max,
            before: String::new(),
        }
    }

    /// Waits for what the program says about this letter.
    fn expect(&mut self, letter: &[u8]) {
        let (n, max) = (letter.len(), self.max);
        let letter_of = match n {
            0 => "an empty letter".to_string(),
            n if n == max => format!("a letter of just {n}, the most bytes that are kept"),
            1 if n > max => "a letter of one byte, of which none is kept".to_string(),
            n if n > max => format!("a letter of {n} bytes, of which {max} are kept"),
            n => format!("a letter of {n} of the {max} bytes that there is room for"),
        };
        let line = self.program.says_line(&format!("a line about {letter_of}"));
        let wanted = taken(self.from, letter, max);
        if line != wanted.trim_end() {
            self.fail(letter, &letter_of, &line)
        }
        self.before = line;
    }

    fn fail(&self, letter: &[u8], letter_of: &str, line: &str) -> ! {
        let (kept, cut) = (letter.len().min(self.max), letter.len() > self.max);
        let said: Value = serde_json::from_str(line).unwrap_or_default();
        let (length, said_cut) = (said["length"].as_u64(), said["cut"].as_bool());
        let length = length.map(|length| length as usize);
        let shown = |length: Option<usize>, cut: Option<bool>| match (length, cut) {
            (Some(length), Some(cut)) => format!("\"length\": {length}, \"cut\": {cut}"),
            _ => line.to_string(),
        };
        let odd = if line == self.before {
            (
                ", what was said before",
                Some(
                    "Your program told of the letter before once more. To look at a letter (`peek_from`) does not take it.",
                ),
            )
        } else if length.is_some_and(|length| length > self.max) {
            (", more than may be kept", None)
        } else if length.is_some_and(|length| length > kept) {
            (
                ", more than the letter has",
                Some(
                    "What stands in the buffer behind the letter is not part of it: the receive says how many bytes have come.",
                ),
            )
        } else if length.is_some_and(|length| 0 < length && length < kept) {
            (
                ", fewer than should be kept",
                Some(
                    "The buffer of the receive had room for these only. It has to show `max` bytes and that there was more, \
                     however large `max` is.",
                ),
            )
        } else if (length, cut, said_cut) == (Some(kept), true, Some(false)) {
            (", though there was more", None)
        } else if (length, cut, said_cut) == (Some(kept), false, Some(true)) {
            let just = letter.len() == self.max && kept > 0;
            let fits = if just {
                ", though it just fits"
            } else {
                ", though nothing is missing"
            };
            (fits, None)
        } else if (length, Some(cut)) == (Some(kept), said_cut) {
            (", and other bytes or another sender", None)
        } else {
            ("", None)
        };
        self.bench.fail(
            CauseId::OutputDiffers,
            &format!("{}, of {letter_of}", shown(Some(kept), Some(cut))),
            &format!("{}{}", shown(length, said_cut), odd.0),
            odd.1,
        )
    }
}
