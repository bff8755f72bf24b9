//! Probes and their answers, over roads that lose, double and delay.

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Datagram, DatagramPeer, Direction, Fate, Faults, Program};

use super::said::{self, Road};
use super::{PROBE, WAIT_MS};

/// One who is asked, and a stranger.
pub struct Pings<'a> {
    bench: &'a Bench,
    ada: DatagramPeer,
    eve: DatagramPeer,
}

impl<'a> Pings<'a> {
    pub fn new(bench: &'a Bench) -> Self {
        let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
        Self { bench, ada, eve }
    }

    pub fn late_twice_or_never(&self) {
        self.bench
            .tell("one answer is late, one comes twice, one never, and a stranger answers, too");
        let program = self.start(&self.ada.address().to_string(), 6);
        let mut road = Road::default();
        let mut probes = Vec::new();
        for number in 1..=6 {
            road.sent(number);
            let probe = probe(self.bench, &self.ada, number, 6).datagram;
            probes.push(probe.bytes);
            let answers: &[u32] = match number {
                1 => &[1],
                6 => &[6, 6],
                3 => &[3, 3],
                5 => &[5, 4],
                _ => &[],
            };
            if number == 2 {
                self.eve.send(probe.from, &probes[1]);
            }
            // All at once: the second one may not be late because the first one was waited for.
            for answer in answers {
                self.ada.send(probe.from, &probes[*answer as usize - 1]);
            }
            for answer in answers {
                said::expect_answer(self.bench, &program, road.answer(*answer));
            }
        }
        program.expect_last_lines(&road.summary());
        program.expect_exit(0);
        if !self.ada.came().is_empty() {
            self.bench.fail(
                CauseId::BytesExtra,
                "6 probes, each sent once",
                "more of them",
                None,
            );
        }
    }

    pub fn again_before_it_is_over(&self) {
        self.bench.tell(
            "now every answer comes, and some of them again: they are heard before it is over",
        );
        let program = self.start(&self.ada.address().to_string(), 2);
        let mut road = Road::default();
        let mut probes = Vec::new();
        for number in 1..=2 {
            road.sent(number);
            let probe = self.ada.receive(&format!("probe {number} of 2"));
            self.ada.send(probe.from, &probe.bytes);
            probes.push(probe);
        }
        for again in [1, 0, 1] {
            self.ada
                .send_quietly(probes[again].from, &probes[again].bytes);
        }
        for number in [1, 2, 2, 1, 2] {
            said::expect_answer(self.bench, &program, road.answer(number));
        }
        program.expect_last_lines(&road.summary());
        program.expect_exit(0);
    }

    pub fn nobody_waits_who_is_answered(&self) {
        self.bench
            .tell("now a wait of a minute: whoever is answered does not wait");
        let program = self.bench.start(&[
            "ping",
            &self.ada.address().to_string(),
            "--count",
            "3",
            "--wait-ms",
            "60000",
        ]);
        let mut road = Road::default();
        for number in 1..=3 {
            road.sent(number);
            let probe = self.ada.receive(&format!("probe {number} of 3"));
            self.ada.send(probe.from, &probe.bytes);
            said::expect_answer(self.bench, &program, road.answer(number));
        }
    }

    pub fn over_a_bad_road(&self) {
        const ALL: u32 = 12;
        self.bench.tell("now over a road that does as it likes");
        let mut faults = Faults::none()
            .lossy(20)
            .doubled(20)
            .reordered(20)
            .only(Direction::Back);
        // Nothing may still be held back when everything is over.
        for number in 9..=ALL as usize {
            faults = faults.fate(Direction::Back, number, Fate::Delivered);
        }
        let network = self.bench.network(self.ada.address(), faults);
        let program = self.start(&network.address().to_string(), ALL);
        let mut road = Road::default();
        for number in 1..=ALL {
            road.sent(number);
            let probe = self.ada.receive(&format!("probe {number} of {ALL}"));
            self.ada.send_quietly(probe.from, &probe.bytes);
        }
        // Once the last one has been answered, everything has been passed on.
        let passed = network.passed_on(Direction::Back, ALL as usize);
        for bytes in passed {
            let number = bytes.first_chunk().map_or(0, |n| u32::from_be_bytes(*n));
            said::expect_answer(self.bench, &program, road.answer(number));
        }
        program.expect_last_lines(&road.summary());
        program.expect_exit(0);
    }

    pub fn nobody_answers(&self) {
        self.bench.tell("now nobody answers");
        let program = self.start(&self.ada.address().to_string(), 1);
        program.expect_last_lines(
            "{\"sent\": 1, \"came\": 0, \"lost\": 1, \"doubled\": 0, \"late\": 0}\n",
        );
        program.expect_exit(1);
    }

    fn start(&self, to: &str, count: u32) -> Program {
        let count = count.to_string();
        self.bench
            .start(&["ping", to, "--count", &count, "--wait-ms", WAIT_MS])
    }
}

/// A probe as it was seen, and when; the program's own clock stands in it.
pub struct Seen {
    pub datagram: Datagram,
    pub at: Instant,
    pub sent: Duration,
}

/// Waits for the probe with this number.
pub fn probe(bench: &Bench, ada: &DatagramPeer, number: u32, all: u32) -> Seen {
    let datagram = ada.receive(&format!("probe {number} of {all}"));
    let at = Instant::now();
    let bytes = &datagram.bytes;
    let right = bytes.len() == PROBE && bytes[..4] == number.to_be_bytes();
    if !right {
        let got = match bytes.first_chunk() {
            Some(other) if bytes.len() == PROBE => {
                format!("probe {}", u32::from_be_bytes(*other))
            }
            _ => format!("a datagram of {} bytes", bytes.len()),
        };
        bench.fail(
            CauseId::BytesDiffer,
            &format!("a probe with number {number}"),
            &got,
            Some("Each number is sent once, and they go up by one."),
        );
    }
    let micros = bytes[4..12]
        .iter()
        .fold(0, |all, b| all << 8 | u64::from(*b));
    Seen {
        at,
        sent: Duration::from_micros(micros),
        datagram,
    }
}
