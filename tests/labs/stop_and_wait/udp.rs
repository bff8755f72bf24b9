//! The engines over UDP: each against a peer that the test plays, then against each other over a bad road.

use std::net::SocketAddr;
use std::time::Duration;

use hidden_tests::{Bench, CauseId, DatagramPeer, Direction, Fate, Faults, Program};

use super::packet::{Data, HEADER, acknowledgement, hex};

/// Long enough that a test is not surprised by packets that it has not lost.
const LONG: Duration = Duration::from_millis(100);
/// As short as a road that loses much should have it.
const SHORT: Duration = Duration::from_millis(10);
/// Longer than any silence of a sender that is still there.
const PATIENCE: Duration = Duration::from_millis(1000);
/// Copies of packets that a test has seen before; each costs its sender a wait.
const MAX_COPIES: usize = 30;

/// `send`, with acknowledgements that are late, doubled, forged or lost.
pub fn sends_to_a_receiver(bench: &Bench) {
    let (peer, eve) = (bench.datagram_peer("receiver"), bench.datagram_peer("eve"));
    let file = bench.random_bytes(25);
    let program = send(bench, peer.address(), LONG, 10);
    // All is read before a packet is waited for: a program that spins then moves no byte.
    program.feed_piece_by_piece(&[&file]);
    program.end_input();
    let heard = peer.receive("the first packet");
    let from = heard.from;
    let (connection, first) = names(&heard.bytes);
    let packet = |n: u16| {
        let chunk = file.chunks(10).nth(n.into()).unwrap_or_default();
        Data {
            connection,
            sequence: first.wrapping_add(n),
            first: n == 0,
            last: n == 2,
            payload: chunk,
        }
        .bytes()
    };
    let acknowledge = |n: u16| {
        let bytes = acknowledgement(connection, first.wrapping_add(n));
        peer.send(from, &bytes);
        bytes
    };
    is(bench, &heard.bytes, &packet(0));
    bench.tell("no acknowledgement: the same packet has to come again");
    peer.expect(&packet(0));
    bench.tell("now an acknowledgement that somebody else has written: the same packet again");
    eve.send(from, &acknowledgement(connection, first));
    eve.wait_until_read(from);
    // What was sent before that says nothing about it.
    for copy in peer.came() {
        is(bench, &copy.bytes, &packet(0));
    }
    peer.expect(&packet(0));
    for n in 0..2 {
        bench.tell("now the receiver's, twice");
        acknowledge(n);
        acknowledge(n);
        after_copies(bench, &peer, &packet(n), &packet(n + 1));
        acknowledge(n);
        bench.tell("that one came late: the packet after it still waits for its own");
        peer.expect(&packet(n + 1));
    }
    acknowledge(2);
    program.expect_exit(0);
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
        let before = acknowledgement(connection, sequence.wrapping_sub(1));
        let wanted = acknowledgement(connection, sequence);
        peer.send(at, &packet.bytes());
        after_copies(bench, &peer, &before, &wanted);
        program.expect_printed(payload);
        bench.tell("the acknowledgement was lost");
        peer.send(at, &packet.bytes());
        peer.expect(&wanted);
    }
    if let Some(answer) = eve.came().first() {
        let got = format!("a datagram {}", hex(&answer.bytes));
        bench.fail(CauseId::BrokeSilence, "no answer to a stranger", &got, None);
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

fn is(bench: &Bench, bytes: &[u8], wanted: &[u8]) {
    if bytes != wanted {
        let (expected, got) = (hex(wanted), hex(bytes));
        let likely = match bytes.len() {
            0..HEADER => "This is shorter than the header of a packet.",
            _ => "These are not the bytes of the packet that should be on its way now.",
        };
        bench.fail(CauseId::BytesDiffer, &expected, &got, Some(likely));
    }
}

/// Waits for `wanted`; copies of `before` may come first.
fn after_copies(bench: &Bench, peer: &DatagramPeer, before: &[u8], wanted: &[u8]) {
    for _ in 0..MAX_COPIES {
        let come = peer.receive("the packet after the one before").bytes;
        if come != before {
            return is(bench, &come, wanted);
        }
    }
    let got = format!("the one before, {MAX_COPIES} times");
    bench.fail(CauseId::BytesDiffer, &hex(wanted), &got, None)
}
