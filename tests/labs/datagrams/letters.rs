//! Single letters: what goes back, what is kept of them, and what their difference says.

use std::net::SocketAddr;

use hidden_tests::{Bench, CauseId, DatagramPeer, Program};
use serde_json::Value;

use super::SILENCE;
use super::said::taken;

/// Sends a letter to `at`, where it should come back from; `what` its answer is, for the screen.
pub fn exchange(bench: &Bench, peer: &DatagramPeer, at: SocketAddr, letter: &[u8], what: &str) {
    peer.send(at, letter);
    let from = peer.expect_as(letter, what, |answer| why(bench, peer, letter, answer));
    if from != at {
        bench.fail(
            CauseId::BytesDiffer,
            &format!("an answer from {at}"),
            &format!("the right bytes, but from {from}"),
            Some("Whoever asked this socket waits for an answer from this socket: a stranger's answer is thrown away."),
        );
    }
}

/// What the answer has become, as far as its bytes tell.
fn why(bench: &Bench, peer: &DatagramPeer, letter: &[u8], answer: &[u8]) -> Option<String> {
    if answer.len() > letter.len() && answer.starts_with(letter) {
        let likely = "The letter is there, and more behind it. `recv_from` says how many bytes of the buffer are the letter.";
        return Some(likely.to_string());
    }
    if answer == String::from_utf8_lossy(letter).as_bytes() {
        let likely =
            "Bytes that are no UTF-8 were replaced, as a text would need it. A letter is bytes.";
        return Some(likely.to_string());
    }
    let rest = letter.strip_prefix(answer).filter(|_| !answer.is_empty())?;
    if rest.trim_ascii().is_empty() {
        let likely =
            "White space at the end of a letter is part of it. Whoever asked wants every byte.";
        return Some(likely.to_string());
    }
    bench.pass(SILENCE);
    Some(match peer.came().is_empty() {
        true => format!(
            "These are the first {} bytes of the letter. What does not fit into the buffer of a receive is cut off, and \
             nothing says so.",
            answer.len()
        ),
        false => "The answer came in several datagrams. What was one letter is one answer: each datagram has its edge."
            .to_string(),
    })
}

/// What `hear` says about one letter after another.
pub struct Hearing<'a> {
    bench: &'a Bench,
    program: &'a Program,
    from: SocketAddr,
    max: usize,
    before: String,
}

impl<'a> Hearing<'a> {
    pub fn new(bench: &'a Bench, program: &'a Program, from: SocketAddr, max: usize) -> Self {
        Self {
            bench,
            program,
            from,
            max,
            before: String::new(),
        }
    }

    /// Waits for what the program says about this letter.
    pub fn expect(&mut self, letter: &[u8]) {
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
