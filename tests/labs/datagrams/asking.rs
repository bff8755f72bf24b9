//! A program that asks, and is answered by whom it asked and by strangers.

use std::net::SocketAddr;
use std::time::Duration;

use hidden_tests::{Bench, CauseId, Datagram, DatagramPeer, Program};

use super::{PROBE, SILENCE, WAIT_MS, said};

/// So long an answer takes.
const HELD: Duration = Duration::from_millis(80);

/// One who is asked, and a stranger.
pub struct Asking<'a> {
    bench: &'a Bench,
    ada: DatagramPeer,
    eve: DatagramPeer,
}

impl<'a> Asking<'a> {
    pub fn new(bench: &'a Bench) -> Self {
        let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
        Self { bench, ada, eve }
    }

    /// Returns the round trip in milliseconds, as the next two.
    pub fn hears_the_right_answer(&self) -> f64 {
        let (program, asked) = self.ask("60000");
        self.right_answer(&program, &asked, Duration::ZERO)
    }

    pub fn not_from_another_socket(&self) -> f64 {
        self.bench
            .tell("now somebody who was not asked gives the right answer");
        let (program, asked) = self.ask("60000");
        if let Some(beside) = self.bench.datagram_peer_beside(&self.ada, "beside") {
            let far = self.bench.datagram_peer_at("far", "127.0.0.2:0");
            let what = "the right bytes from another address and port";
            no_answer(&far, asked.from, &asked.bytes, what, &program);
            let what = "the right bytes from another port of the same address";
            no_answer(&self.eve, asked.from, &asked.bytes, what, &program);
            let what = "the right bytes from another address with the same port";
            no_answer(&beside, asked.from, &asked.bytes, what, &program);
        } else {
            let what = "the right bytes from another socket";
            no_answer(&self.eve, asked.from, &asked.bytes, what, &program);
        }
        self.right_answer(&program, &asked, SILENCE)
    }

    pub fn not_from_a_forger(&self) -> f64 {
        self.bench
            .tell("now what a forger who writes Ada's address can guess");
        let (program, asked) = self.ask("60000");
        let right = &asked.bytes;
        let of_ada = |bytes: &[u8], what: &str| {
            let what = format!("{what} from whoever was asked");
            no_answer(&self.ada, asked.from, bytes, &what, &program);
        };
        of_ada(&self.bench.random_bytes(PROBE), "20 other bytes");
        let number_only = [&right[..4], &self.bench.random_bytes(PROBE - 4)].concat();
        of_ada(&number_only, "the number and 16 other bytes");
        let changed = |at: usize| {
            let mut bytes = right.clone();
            bytes[at] ^= 1 << self.bench.random().u32(0..8);
            bytes
        };
        let random = self.bench.random().usize(4..PROBE);
        for at in [3, 4, 11, 12, 15, 16, PROBE - 1, random] {
            self.ada.send(asked.from, &changed(at));
        }
        of_ada(&changed(8), "the right bytes but for one bit");
        for short in [&right[..4], b"", b"\xff\xff\xff"] {
            self.ada.send(asked.from, short);
        }
        of_ada(
            &right[..PROBE - 1],
            "the right bytes but for the last, or fewer,",
        );
        let longer = [&right[..], b"!"].concat();
        of_ada(&longer, "the right bytes and one more");
        self.right_answer(&program, &asked, 5 * SILENCE)
    }

    pub fn to_the_microsecond(&self, trips: &[f64]) {
        if trips.iter().all(|ms| ms.fract() == 0.0) {
            self.bench.fail(
                CauseId::OutputDiffers,
                "the time from `sent` to `now`, to the microsecond",
                &format!("whole milliseconds, three times: {trips:?}"),
                Some("The trip was cut to whole milliseconds. On a short road nothing would be left of it."),
            );
        }
    }

    pub fn over_ipv6(&self) {
        let bench = self.bench;
        if bench.has_ipv6() {
            let six = bench.datagram_peer_at("six", "[::1]:0");
            let to = six.address().to_string();
            let program = bench.start(&["ask", &to, "--wait-ms", "60000"]);
            let asked = six.receive("a probe over IPv6");
            six.send(asked.from, &asked.bytes);
            said::expect_trip(bench, &program, Duration::ZERO);
        }
    }

    pub fn not_from_a_stranger_alone(&self) {
        self.bench.tell("now only the stranger answers");
        let (program, asked) = self.ask(WAIT_MS);
        self.eve.send(asked.from, &asked.bytes);
        program.expect_last_lines("{\"rtt_ms\": null}\n");
        program.expect_exit(1);
    }

    /// Starts a program, and waits for its probe.
    fn ask(&self, ms: &str) -> (Program, Datagram) {
        let to = self.ada.address().to_string();
        let program = self.bench.start(&["ask", &to, "--wait-ms", ms]);
        let asked = self.ada.receive("a probe");
        if asked.bytes.len() != PROBE {
            self.bench.fail(
                CauseId::BytesDiffer,
                &format!("a probe of {PROBE} bytes"),
                &format!("a datagram of {} bytes", asked.bytes.len()),
                None,
            );
        }
        (program, asked)
    }

    fn right_answer(&self, program: &Program, asked: &Datagram, waited: Duration) -> f64 {
        self.bench.pass(HELD);
        self.ada.send(asked.from, &asked.bytes);
        let trip = said::expect_trip(self.bench, program, waited + HELD);
        program.expect_exit(0);
        trip
    }
}

fn no_answer(peer: &DatagramPeer, to: SocketAddr, bytes: &[u8], what: &str, program: &Program) {
    peer.send(to, bytes);
    peer.wait_until_read(to);
    program.expect_still_silent_after(what, SILENCE);
}
