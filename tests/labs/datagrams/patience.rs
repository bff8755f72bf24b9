//! What ends a wait of `ping`, and what does not.

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, DatagramPeer, Program};

use super::PROBE;
use super::pings::{Seen, probe};
use super::said::{self, Road};

const PROBES: u32 = 4;
/// Between two letters that nobody asked for.
const BEAT: Duration = Duration::from_millis(50);
/// So many of them take 3 s, which is three times as long as the longest wait.
const MANY: u32 = 60;

pub fn ends_with_its_own_answer(bench: &Bench) {
    bench.tell("now what a wait is for: the answer to its own probe, and nothing else");
    if !Patience::is_kept(bench, Duration::from_millis(500)) {
        bench.tell(
            "this machine was too busy for an answer in time; once more, with twice as much of it",
        );
        if !Patience::is_kept(bench, Duration::from_millis(1000)) {
            bench.tell("too busy again: how long a wait is was not proven");
        }
    }
}

/// A run of `ping` with 4 probes, of which the third waits in vain.
struct Patience<'a> {
    bench: &'a Bench,
    ada: DatagramPeer,
    eve: DatagramPeer,
    program: Program,
    /// The time of each wait, real and as the bench counts.
    real: Duration,
    wait: Duration,
    began: Instant,
    road: Road,
    seen: Vec<Seen>,
    letters: u32,
}

impl<'a> Patience<'a> {
    /// False if the test itself was too late with something: then nothing is proven.
    fn is_kept(bench: &'a Bench, wait: Duration) -> bool {
        // An earlier program may still send its probes to an earlier Ada.
        let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
        let real = bench.slowed(wait);
        let began = Instant::now();
        let (to, ms) = (ada.address().to_string(), real.as_millis().to_string());
        let count = PROBES.to_string();
        let program = bench.start(&["ping", &to, "--count", &count, "--wait-ms", &ms]);
        let run = Self {
            bench,
            ada,
            eve,
            program,
            real,
            wait,
            began,
            road: Road::default(),
            seen: Vec::new(),
            letters: 0,
        };
        run.goes()
    }

    fn goes(mut self) -> bool {
        self.next_probe();
        self.bench
            .tell("probe 1 is not answered: the next one comes when its time is over");
        self.next_probe();
        self.whole_wait("nothing");
        self.has_a_secret();

        self.bench
            .tell("probe 2 waits: an answer to probe 1, a stranger and a forger do not end that");
        let asker = self.seen[1].datagram.from;
        self.eve.send(asker, b"not for you");
        self.eve.send(asker, &self.seen[1].datagram.bytes);
        let scene = "a stranger's letter, and the bytes of probe 2 from a stranger";
        if !self.still_waits(scene, self.wait / 10) {
            return false;
        }
        self.ada.send(asker, &self.forged(2));
        let scene = "number 2 with a wrong secret, from the right port";
        if !self.still_waits(scene, self.wait / 10) {
            return false;
        }
        self.answer(1);
        if !self.still_waits("an answer to probe 1", self.wait / 10) {
            return false;
        }
        let scene = "a stranger's letter, a forged one, and an answer to probe 1";
        if !self.still_waits(scene, self.wait * 3 / 10) {
            return false;
        }
        self.answer(2);
        self.next_probe();

        self.bench.tell(
            "probe 3 is not answered, while the answer to 2 comes again and again, and strangers write",
        );
        while !self.ada.has_come() {
            if self.letters == MANY {
                self.bench.fail(
                    CauseId::NotEnded,
                    &format!("probe 4, {} ms after probe 3", self.real.as_millis()),
                    &format!("no probe, while {MANY} letters that answer something else or nothing came, one each 50 ms"),
                    Some("What came gave probe 3 its whole time anew. The end of its wait is one moment, whatever comes."),
                );
            }
            self.disturb(2);
        }
        self.next_probe();
        self.whole_wait("more answers to probe 2, and what is no answer");
        self.last_wait()
    }

    /// After the last answer, there is one more whole wait, whatever comes in it.
    fn last_wait(mut self) -> bool {
        self.hear_again();
        let answered = Instant::now();
        let trip = self.answer(4);
        if trip > self.real.as_secs_f64() * 900.0 {
            // Perhaps its time was over, and the last wait has begun before.
            return false;
        }
        self.bench
            .tell("the last answer came; now the same one again, late in the last wait");
        self.bench.pass(self.wait * 7 / 10);
        let over = self.program.has_ended();
        let asker = self.seen[3].datagram.from;
        self.ada.send_quietly(asker, &self.seen[3].datagram.bytes);
        let after = answered.elapsed();
        if over && after < self.real * 9 / 10 {
            self.bench.fail(
                CauseId::OutputDiffers,
                &format!(
                    "a program that still listens: the last wait is {} ms, too",
                    self.real.as_millis()
                ),
                &format!(
                    "the end, less than {} ms after the last answer",
                    after.as_millis()
                ),
                None,
            );
        }
        if after > self.real * 9 / 10 {
            return false;
        }
        said::expect_answer(self.bench, &self.program, self.road.answer(4));

        self.bench
            .tell("now again and again, until the last wait is over");
        let mut sent = 0;
        while !self.program.has_ended() {
            if sent == MANY {
                self.bench.fail(
                    CauseId::NotEnded,
                    &format!("the end, {} ms after the last answer", self.real.as_millis()),
                    &format!("a program that still listens, while {MANY} answers came again, one each 50 ms"),
                    Some("What came gave the last wait its whole time anew. Its end is one moment, whatever comes."),
                );
            }
            self.ada.send_quietly(asker, &self.seen[3].datagram.bytes);
            self.bench.pass(BEAT);
            sent += 1;
        }
        // How many of these it has heard, only the program knows.
        let told =
            said::answers_then_summary(self.bench, &self.program, sent, || self.road.answer(4));
        if told != self.road.summary().trim_end() {
            let expected = self.road.summary();
            self.bench
                .fail(CauseId::OutputDiffers, expected.trim_end(), &told, None);
        }
        self.program.expect_exit(0);
        true
    }

    fn next_probe(&mut self) {
        let number = self.seen.len() as u32 + 1;
        self.road.sent(number);
        self.seen.push(probe(self.bench, &self.ada, number, PROBES));
    }

    /// Answers a probe, and waits for what is said about it.
    fn answer(&mut self, number: u32) -> f64 {
        let seen = &self.seen[number as usize - 1];
        let after = Instant::now();
        self.ada.send(seen.datagram.from, &seen.datagram.bytes);
        let trip = said::expect_answer(self.bench, &self.program, self.road.answer(number));
        // It was sent before it was seen. And its own clock began no sooner than the program.
        let least = after - seen.at;
        let most = (self.began.elapsed()).saturating_sub(seen.sent);
        said::is_between(self.bench, number, trip, least, most);
        trip
    }

    /// A stranger's letter, an answer again, a forged one.
    fn disturb(&mut self, answered: usize) {
        let asker = self.seen[answered].datagram.from;
        match self.letters % 3 {
            0 => {
                let again = &self.seen[answered - 1].datagram.bytes;
                self.ada.send_quietly(asker, again);
            }
            1 => self.eve.send_quietly(asker, b"not for you"),
            _ => {
                let number = self.seen.len() as u32;
                self.ada.send_quietly(asker, &self.forged(number));
            }
        }
        self.letters += 1;
        self.bench.pass(BEAT);
    }

    /// Every answer that came again while probe 3 waited is told.
    fn hear_again(&mut self) {
        for _ in 0..self.letters.div_ceil(3) {
            said::expect_answer(self.bench, &self.program, self.road.answer(2));
        }
    }

    fn forged(&self, number: u32) -> Vec<u8> {
        let random = self.bench.random_bytes(PROBE - 4);
        [&number.to_be_bytes()[..], &random].concat()
    }

    /// Nothing is said and nothing sent for a while. False if the wait may have been over.
    fn still_waits(&mut self, scene: &str, window: Duration) -> bool {
        if !self.ada.has_come() {
            self.program.expect_still_silent_after(scene, window);
        }
        if !self.ada.has_come() {
            return true;
        }
        self.next_probe();
        let waited = self.waited();
        if waited < self.real * 9 / 10 {
            self.too_soon(scene, waited);
        }
        false
    }

    /// The newest probe was not sent before the time of the one before it was over.
    fn whole_wait(&self, scene: &str) {
        let waited = self.waited();
        if waited < self.real * 9 / 10 {
            self.too_soon(scene, waited);
        }
    }

    /// By the program's own clock, how long the last probe but one has waited.
    fn waited(&self) -> Duration {
        let [.., before, newest] = &self.seen[..] else {
            return Duration::ZERO;
        };
        newest.sent.saturating_sub(before.sent)
    }

    fn too_soon(&self, scene: &str, waited: Duration) -> ! {
        let [.., before, newest] = &self.seen[..] else {
            unreachable!("two probes were seen");
        };
        let (number, real) = (self.seen.len(), self.real.as_millis());
        let apart = newest.at - before.at;
        if apart > self.real * 3 / 4 && waited < apart / 4 {
            self.bench.fail(
                CauseId::BytesDiffer,
                &format!(
                    "a probe {number} that was sent {} ms after the one before it, and says so",
                    apart.as_millis()
                ),
                &format!(
                    "a probe that was sent {} ms after it, by the time that stands in it",
                    waited.as_millis()
                ),
                Some("The time in a probe is when it is sent: what `clock` says just then."),
            );
        }
        self.bench.fail(
            CauseId::BrokeSilence,
            &format!(
                "probe {number} when the {real} ms of probe {} are over, or its answer is there; what had come was {scene}",
                number - 1
            ),
            &format!("probe {number} after {} ms", waited.as_millis()),
            None,
        )
    }

    fn has_a_secret(&self) {
        let secrets: Vec<_> = (self.seen.iter().rev().take(2))
            .map(|seen| &seen.datagram.bytes[12..])
            .collect();
        if secrets[0] == secrets[1] {
            self.bench.fail(
                CauseId::BytesDiffer,
                "a secret of its own in each probe",
                "the same bytes in two of them",
                Some("A secret that does not change is known from the first probe on. `Probe::new` makes one for each."),
            );
        }
    }
}
