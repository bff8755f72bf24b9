//! The engines over UDP: `send` and `receive`, and a file from one to the other over a bad road.

use std::net::SocketAddr;
use std::time::Duration;

use hidden_tests::{Bench, Direction, Fate, Faults, Program};

/// Long enough that a test is not surprised by packets that it has not lost.
pub const LONG: Duration = Duration::from_millis(100);
/// As short as a road that loses much should have it.
pub const SHORT: Duration = Duration::from_millis(10);
/// Longer than any silence of a sender that is still there.
pub const PATIENCE: Duration = Duration::from_millis(1000);

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

pub fn send(bench: &Bench, to: SocketAddr, timeout: Duration, chunk: usize) -> Program {
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

pub fn receive(bench: &Bench) -> Program {
    let patience = ms(bench, PATIENCE);
    bench.start(&[
        "receive",
        "--listen",
        "127.0.0.1:0",
        "--patience-ms",
        &patience,
    ])
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

fn ms(bench: &Bench, duration: Duration) -> String {
    bench.slowed(duration).as_millis().to_string()
}
