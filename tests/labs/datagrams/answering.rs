//! A program that answers letters: whose they are, how long, and how many.

use std::net::SocketAddr;
use std::time::Duration;

use hidden_tests::{Bench, CauseId, DatagramPeer};

use super::{ANY, MAX_DATAGRAM, SILENCE};

/// Long enough for a time-out that somebody has set by habit, short enough for a test.
const LONG_SILENCE: Duration = Duration::from_millis(1500);

/// A program that answers, and two who ask.
pub struct Answering<'a> {
    bench: &'a Bench,
    at: SocketAddr,
    ada: DatagramPeer,
    eve: DatagramPeer,
}

impl<'a> Answering<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench.start(&["serve", "--listen", ANY]);
        let at = program.listens();
        let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
        Self {
            bench,
            at,
            ada,
            eve,
        }
    }

    pub fn whoever_asks(&self) {
        let first = self.bench.random_word(4..=20);
        self.exchange(&self.ada, first.as_bytes(), "the first letter");
        self.bench
            .tell("now somebody else, and the first one again");
        self.exchange(&self.eve, b"and me?", "somebody else");
        self.exchange(&self.ada, b"still there?", "the first one again");
        self.exchange(&self.ada, b"still there?", "the same letter once more");
    }

    pub fn whatever_it_holds(&self) {
        self.bench
            .tell("now an empty letter, which is no end, white space, and bytes that are no text");
        self.exchange(&self.ada, b"", "an empty letter");
        self.exchange(
            &self.eve,
            b"Dear Ada, \r\n",
            "a letter that ends in white space",
        );
        self.exchange(&self.ada, b"\xff\x00\xfe", "bytes that are no text");
        self.bench.tell("now the largest letter that there is");
        let largest = self.bench.random_bytes(MAX_DATAGRAM);
        self.exchange(&self.ada, &largest, "the largest letter");
        self.exchange(
            &self.eve,
            &self.bench.random_bytes(1),
            "a letter of one byte",
        );
    }

    pub fn each_of_three_at_once(&self) {
        self.bench
            .tell("now three letters at once: each has an answer of its own");
        for letter in [&b"one"[..], b"", b"three"] {
            self.ada.send(self.at, letter);
        }
        for letter in [&b"one"[..], b"", b"three"] {
            self.ada.expect(letter);
        }
        self.ada.expect_silence(SILENCE);
        self.eve.expect_silence(SILENCE);
    }

    pub fn each_of_many(&self) {
        self.bench
            .tell("now 150 letters, each when the one before was answered");
        for n in 1..=150u32 {
            let letter = n.to_be_bytes();
            self.ada.send_quietly(self.at, &letter);
            let answer = self
                .ada
                .receive_quietly(&format!("the answer to letter {n} of 150"));
            if answer.bytes != letter {
                let got = format!("other bytes: {:02x?}", answer.bytes);
                let expected = format!("letter {n} of 150 again: {letter:02x?}");
                self.bench.fail(CauseId::BytesDiffer, &expected, &got, None);
            }
        }
    }

    pub fn after_a_silence(&self) {
        self.bench.tell("now nothing at all for a while");
        self.bench.pass(LONG_SILENCE);
        self.exchange(&self.eve, b"still open?", "a letter after 1.5 s of silence");
    }

    fn exchange(&self, peer: &DatagramPeer, letter: &[u8], what: &str) {
        exchange(
            self.bench,
            peer,
            self.at,
            letter,
            &format!("the answer to {what}"),
        );
    }
}

pub fn over_ipv6(bench: &Bench) {
    if bench.has_ipv6() {
        let program = bench.start(&["serve", "--listen", "[::1]:0"]);
        let six = bench.datagram_peer_at("six", "[::1]:0");
        let what = "the answer to a letter over IPv6";
        exchange(bench, &six, program.listens(), b"hello", what);
    }
}

/// Sends a letter to `at`, where it should come back from; `what` its answer is, for the screen.
fn exchange(bench: &Bench, peer: &DatagramPeer, at: SocketAddr, letter: &[u8], what: &str) {
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
