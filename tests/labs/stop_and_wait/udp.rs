//! The engines over UDP: each against a peer that the test plays, then against each other over a bad road.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Datagram, DatagramPeer, Direction, Fate, Faults, Program};

use super::packet::{Data, HEADER, acknowledgement, hex};

/// Long enough that a test is not surprised by packets that it has not lost.
const LONG: Duration = Duration::from_millis(100);
/// As short as a road that loses much should have it.
const SHORT: Duration = Duration::from_millis(10);
/// Longer than any silence of a sender that is still there.
const PATIENCE: Duration = Duration::from_millis(1000);
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

/// `send`, with acknowledgements that are late, doubled, forged or lost.
pub fn sends_to_a_receiver(bench: &Bench) {
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
pub fn sends_each_once(bench: &Bench) {
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
pub fn sends_again_in_a_flood(bench: &Bench) {
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

/// `receive`, from a sender that hears no acknowledgement, and with a stranger who sends as well. Returns the receiver,
/// which stays for a while when it has everything.
pub fn receives_from_a_sender(bench: &Bench) -> Program {
    let program = receive(bench);
    let at = program.listens();
    let (peer, eve) = (bench.datagram_peer("sender"), bench.datagram_peer("eve"));
    bench.tell(
        "nobody sends for longer than the receiver's patience: that begins with the first packet",
    );
    bench.pass(PATIENCE * 5 / 4);
    let (connection, first) = (bench.random().u32(..), u16::MAX);
    let words = [
        bench.random_bytes(20),
        bench.random_bytes(1200),
        Vec::new(),
        bench.random_bytes(7),
    ];
    let expect = |what: &str, wanted: u16| {
        let sequence = first.wrapping_add(wanted);
        let come = peer.receive(what).bytes;
        if come != acknowledgement(connection, sequence) {
            let expected = format!("{what}: the acknowledgement of {sequence}, once");
            let of = |n: &u16| come == acknowledgement(connection, first.wrapping_add(*n));
            let (got, likely) = match (0..4).find(of) {
                Some(n) if n < wanted => (
                    format!("the acknowledgement of {}", first.wrapping_add(n)),
                    "That one was acknowledged before, as often as it came.",
                ),
                Some(n) => (
                    format!("the acknowledgement of {}", first.wrapping_add(n)),
                    "That one has not come yet.",
                ),
                None => (
                    format!("a datagram {}", hex(&come)),
                    "This is no acknowledgement of this transfer.",
                ),
            };
            bench.fail(CauseId::BytesDiffer, &expected, &got, Some(likely));
        }
    };
    for (n, payload) in (0..).zip(&words) {
        let sequence = first.wrapping_add(n);
        let packet = Data {
            connection,
            sequence,
            first: n == 0,
            last: n == 3,
            payload,
        };
        if n > 0 {
            bench.tell("a packet with this number, from a stranger");
            let page = Data {
                payload: b"a page of a stranger",
                ..packet.clone()
            };
            eve.send(at, &page.bytes());
            eve.wait_until_read(at);
        }
        let which = ["first", "second", "third", "last"][usize::from(n)];
        peer.send(at, &packet.bytes());
        expect(&format!("the {which} packet has come"), n);
        program.expect_printed(payload);
        bench.tell("the acknowledgement was lost");
        peer.send(at, &packet.bytes());
        expect(&format!("the {which} packet has come again"), n);
    }
    for (who, end) in [("a stranger", &eve), ("what was answered before", &peer)] {
        if let Some(answer) = end.came().first() {
            let got = format!("a datagram {}", hex(&answer.bytes));
            let expected = format!("no more answer to {who}");
            bench.fail(CauseId::BrokeSilence, &expected, &got, None);
        }
    }
    program
}

/// `receive`, when what it has received can be written nowhere: no acknowledgement may promise that it was.
pub fn promises_nothing_it_cannot_keep(bench: &Bench) {
    bench.tell("now a receiver whose stdout is closed: the packet cannot be written");
    let program = receive(bench);
    let at = program.listens();
    let peer = bench.datagram_peer("sender");
    program.close_stdout();
    let packet = Data {
        connection: bench.random().u32(..),
        sequence: 1,
        first: true,
        last: false,
        payload: b"a page for nobody",
    };
    peer.send(at, &packet.bytes());
    program.expect_failure();
    if let Some(answer) = peer.came().first() {
        let got = format!("a datagram {}", hex(&answer.bytes));
        bench.fail(
            CauseId::BrokeSilence,
            "no acknowledgement of what was not written",
            &got,
            Some("An acknowledgement is a promise. It may leave when the packet is written, not before, and not if that failed."),
        );
    }
    if program.stderr().contains("fell silent") {
        bench.fail(
            CauseId::OutputDiffers,
            "on stderr: why nothing could be written",
            "on stderr: the sender fell silent",
            Some("`drive` said that all went well. The error of `Wire::carry_out` is its own."),
        );
    }
}

/// `send` and `receive`, over a good road, then over bad ones. Returns the receivers.
pub fn brings_files(bench: &Bench) -> Vec<Program> {
    bench.tell("now both of them: an empty file, over a road that loses the only acknowledgement");
    let lost = |n| Faults::none().fate(Direction::Back, n, Fate::Lost);
    let mut receivers = vec![brings(bench, 0, 1200, LONG, lost(1))];
    bench.tell("now a file of three packets: the last acknowledgement is lost twice");
    let twice = lost(3).fate(Direction::Back, 4, Fate::Lost);
    receivers.push(brings(bench, 300, 100, LONG, twice));
    bench.tell("now a good road, and a file of 100 packets");
    receivers.push(brings(bench, 120_000, 1200, LONG, Faults::none()));
    bench.tell("now a bad road, and a file of 40 packets");
    let bad = Faults::none().lossy(30).doubled(10).reordered(10);
    let chunk = bench.random().usize(50..1000);
    let length = 39 * chunk + 20;
    receivers.push(brings(bench, length, chunk, SHORT, bad));
    receivers
}

fn brings(
    bench: &Bench,
    length: usize,
    chunk: usize,
    timeout: Duration,
    faults: Faults,
) -> Program {
    let file = bench.random_bytes(length);
    let receiver = receive(bench);
    let network = bench.network(receiver.listens(), faults);
    let sender = send(bench, network.address(), timeout, chunk);
    sender.feed(&file);
    sender.end_input();
    sender.expect_exit(0);
    receiver.expect_printed(&file);
    receiver
}

fn send(bench: &Bench, to: SocketAddr, timeout: Duration, chunk: usize) -> Program {
    let (to, timeout, chunk) = (to.to_string(), ms(bench, timeout), chunk.to_string());
    let args = [
        "send",
        "-",
        &to,
        "--timeout-ms",
        &timeout,
        "--chunk",
        &chunk,
    ];
    bench.program(&args).with_input().start()
}

fn receive(bench: &Bench) -> Program {
    let patience = ms(bench, PATIENCE);
    bench.start(&[
        "receive",
        "--listen",
        "127.0.0.1:0",
        "--patience-ms",
        &patience,
    ])
}

fn ms(bench: &Bench, duration: Duration) -> String {
    bench.slowed(duration).as_millis().to_string()
}

/// The connection and the number of a packet.
fn names(bytes: &[u8]) -> (u32, u16) {
    let field = |range: std::ops::Range<usize>| {
        let bytes = bytes.get(range).unwrap_or_default();
        bytes.iter().fold(0, |n, byte| n << 8 | u32::from(*byte))
    };
    (field(4..8), field(8..10) as u16)
}
