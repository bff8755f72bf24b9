//! `send`, against a receiver that the test plays.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Datagram, DatagramPeer, Program};

use super::packet::{Data, HEADER, acknowledgement, hex};
use super::udp::{LONG, SHORT, send};

/// Copies of packets that a test has seen before; each costs its sender a wait.
const MAX_COPIES: usize = 30;
/// Longer than any test: what comes twice then was sent twice.
const NEVER: Duration = Duration::from_secs(3600);
/// For how long a stranger writes without a pause, and a sender that never looks at the clock sends nothing.
const FLOOD: Duration = Duration::from_millis(500);
/// A pause in which such a sender may look at the clock after all: on a busy machine the test makes some.
const GAP: Duration = Duration::from_millis(20);
/// After so many of those, the machine is too busy to tell.
const MAX_AFTER_GAPS: usize = 10;
/// Between two datagrams of that stranger.
const PAUSE: Duration = Duration::from_millis(1);
/// The payload of a packet, in the files that a test sends.
const CHUNK: usize = 10;

/// `send`, with acknowledgements that are late, doubled, forged or lost.
pub fn to_a_receiver(bench: &Bench) {
    let eve = bench.datagram_peer("eve");
    let sent = Outgoing::start(bench, 25, LONG);
    bench.tell("no acknowledgement: the same packet has to come again");
    sent.expect("the same packet again, since nothing came back", 0);
    bench.tell("now an acknowledgement that somebody else has written: the same packet again");
    eve.send(sent.from, &acknowledgement(sent.connection, sent.first));
    eve.wait_until_read(sent.from);
    // What was sent before that says nothing about it.
    for copy in sent.peer.came() {
        sent.is("the packet that is not acknowledged yet", &copy.bytes, 0);
    }
    sent.expect(
        "the same packet again, after a stranger's acknowledgement",
        0,
    );
    for n in 0..2 {
        bench.tell("now the receiver's, twice");
        sent.acknowledge(n);
        sent.acknowledge(n);
        sent.expect_after_copies("the packet after the one acknowledged", n + 1);
        sent.acknowledge(n);
        bench.tell("that one came late: the packet after it still waits for its own");
        sent.expect("the same packet again, after a late acknowledgement", n + 1);
    }
    sent.acknowledge(2);
    sent.program.expect_exit(0);
}

/// `send`, which waits for ever before it sends again: then each packet comes once.
pub fn each_once(bench: &Bench) {
    bench.tell("now a sender that has all the time in the world, and every acknowledgement comes: each packet comes once");
    let sent = Outgoing::start(bench, 35, NEVER);
    for n in 1..sent.all() {
        sent.acknowledge(n - 1);
        sent.expect("the next packet, and each of them once", n);
    }
    sent.acknowledge(sent.all() - 1);
    sent.program.expect_exit(0);
    if let Some(copy) = sent.peer.came().first() {
        let expected = "nothing more: each packet is sent once";
        let got = format!("a datagram {}", hex(&copy.bytes));
        bench.fail(CauseId::BrokeSilence, expected, &got, None);
    }
}

/// `send`, while a stranger writes without a pause: it still has to look at the clock.
pub fn again_in_a_flood(bench: &Bench) {
    bench.tell(
        "now a sender to whom a stranger writes every millisecond, and no acknowledgement comes",
    );
    let eve = bench.datagram_peer("eve");
    let sent = Outgoing::start(bench, 7, SHORT);
    let (mut again, mut after_gaps, mut written) = (0, 0, 0);
    // When the stranger wrote last, since when without a gap, and since when nothing came of it.
    let mut last = Instant::now();
    let (mut flooded, mut silent) = (last, last);
    while again < 2 && after_gaps < MAX_AFTER_GAPS {
        let copies = sent.peer.came();
        // Behind that: a gap while it looked is one as well.
        let now = Instant::now();
        if now - last > GAP {
            (flooded, silent) = (now, now);
        }
        for copy in copies {
            sent.is("the same packet again, in a flood", &copy.bytes, 0);
            silent = now;
            match now - flooded > GAP {
                true => again += 1,
                false => after_gaps += 1,
            }
        }
        if now - last >= PAUSE {
            eve.send_quietly(sent.from, b"?");
            last = now;
            written += 1;
        }
        if now - silent > bench.slowed(FLOOD) {
            let expected = "the same packet again, while a stranger writes every millisecond";
            let got = format!(
                "nothing for {} ms; the stranger wrote {written} datagrams",
                (now - silent).as_millis()
            );
            let likely = "It is due whoever writes meanwhile: the wait ends at `until`, not some time after the last datagram.";
            bench.fail(CauseId::NotAnswered, expected, &got, Some(likely));
        }
    }
    bench.tell(match again {
        2.. => "it came twice more",
        _ => "this machine is too busy to tell: it came only when the stranger paused",
    });
    sent.acknowledge(0);
    sent.program.expect_exit(0);
}

/// A file on its way from `send` to a peer that the test plays.
struct Outgoing<'a> {
    bench: &'a Bench,
    peer: DatagramPeer,
    program: Program,
    from: SocketAddr,
    connection: u32,
    first: u16,
    file: Vec<u8>,
}

impl<'a> Outgoing<'a> {
    /// Starts it, and waits for its first packet.
    fn start(bench: &'a Bench, length: usize, timeout: Duration) -> Self {
        let peer = bench.datagram_peer("receiver");
        let file = bench.random_bytes(length);
        let program = send(bench, peer.address(), timeout, CHUNK);
        // All is read before a packet is waited for: a program that spins then moves no byte.
        program.feed_piece_by_piece(&[&file]);
        program.end_input();
        let Datagram { from, bytes } = peer.receive("the first packet");
        let (connection, first) = names(&bytes);
        let outgoing = Self {
            bench,
            peer,
            program,
            from,
            connection,
            first,
            file,
        };
        outgoing.is("the first packet", &bytes, 0);
        outgoing
    }

    fn all(&self) -> u16 {
        self.file.len().div_ceil(CHUNK) as u16
    }

    fn packet(&self, n: u16) -> Vec<u8> {
        let chunk = self.file.chunks(CHUNK).nth(n.into()).unwrap_or_default();
        Data {
            connection: self.connection,
            sequence: self.first.wrapping_add(n),
            first: n == 0,
            last: n + 1 == self.all(),
            payload: chunk,
        }
        .bytes()
    }

    fn acknowledge(&self, n: u16) {
        let bytes = acknowledgement(self.connection, self.first.wrapping_add(n));
        self.peer.send(self.from, &bytes);
    }

    /// Waits for packet `n`, which is `what`.
    fn expect(&self, what: &str, n: u16) {
        let come = self.peer.receive(what).bytes;
        self.is(what, &come, n);
    }

    fn is(&self, what: &str, bytes: &[u8], n: u16) {
        if bytes != self.packet(n) {
            let expected = format!("{what}: packet {} of {}", n + 1, self.all());
            let known = (0..self.all()).find(|&n| bytes == self.packet(n));
            let got = match known {
                Some(n) => format!("packet {} of {}", n + 1, self.all()),
                None => hex(bytes),
            };
            let likely = match known {
                Some(other) if other < n => {
                    "This one was acknowledged before, and nothing but time sends a packet again."
                }
                Some(_) => "The packet before this one is not acknowledged yet.",
                None if bytes.len() < HEADER => "This is shorter than the header of a packet.",
                None => "This is no packet of this file.",
            };
            self.bench
                .fail(CauseId::BytesDiffer, &expected, &got, Some(likely));
        }
    }

    /// The same after any number of copies of the packet before: each of them was sent before its acknowledgement came.
    fn expect_after_copies(&self, what: &str, n: u16) {
        for _ in 0..MAX_COPIES {
            let come = self.peer.receive(what).bytes;
            if come != self.packet(n - 1) {
                return self.is(what, &come, n);
            }
        }
        let expected = format!("{what}: packet {} of {}", n + 1, self.all());
        let got = format!("packet {n} of {}, {MAX_COPIES} times", self.all());
        self.bench.fail(CauseId::BytesDiffer, &expected, &got, None)
    }
}

/// The connection and the number of a packet.
fn names(bytes: &[u8]) -> (u32, u16) {
    let field = |range: std::ops::Range<usize>| {
        let bytes = bytes.get(range).unwrap_or_default();
        bytes.iter().fold(0, |n, byte| n << 8 | u32::from(*byte))
    };
    (field(4..8), field(8..10) as u16)
}
