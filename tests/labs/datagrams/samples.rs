//! Which answers are samples of a round trip, by Karn's rule.

use hidden_tests::{Bench, Program};

use super::said::Series;

/// What the program is told, and when that is.
pub struct Samples<'a> {
    bench: &'a Bench,
    program: Program,
    series: Series,
    at: f64,
    trip: u32,
    number: u32,
}

impl<'a> Samples<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench
            .program(&["karn", "--min-ms", "0"])
            .with_input()
            .start();
        let trip = bench.random().u32(50..200);
        let number = bench.random().u32(1..1000);
        Self {
            bench,
            program,
            series: Series::new(0.0),
            at: 0.0,
            trip,
            number,
        }
    }

    pub fn sent_once_then_twice(&mut self) {
        let (one, two, trip) = (self.number, self.number + 1, self.trip);
        self.happens(5, &format!("sent {one}"));
        self.happens(trip, &format!("came {one}"));
        self.series.sample(f64::from(trip));
        self.expect(one, Some(f64::from(trip)), "it was sent once");

        self.bench
            .tell("now a letter that was sent twice: its answer is no sample, and the time-out stays long");
        self.happens(1000, &format!("sent {two}"));
        self.happens(600, "timeout");
        self.series.timed_out();
        self.happens(0, &format!("sent {two}"));
        self.happens(10, &format!("came {two}"));
        self.expect(two, None, "it was sent twice");
    }

    pub fn answered_before_or_never_sent(&mut self) {
        let (one, two, three) = (self.number, self.number + 1, self.number + 2);
        self.bench.tell("now the second answer to it, one to a letter that was answered long ago, and one to nothing");
        for (number, after, why) in [
            (two, 300, "it was answered before"),
            (one, 10, "it was answered long ago"),
            (three, 0, "it was never sent"),
        ] {
            self.happens(after, &format!("came {number}"));
            self.expect(number, None, why);
        }
    }

    pub fn one_of_two_sent_again_and_again(&mut self) {
        let three = self.number + 2;
        self.bench
            .tell("now two letters on their way at once, one of them sent three times");
        self.happens(0, &format!("sent {three}"));
        self.happens(20, &format!("sent {}", three + 1));
        for _ in 0..2 {
            self.happens(900, "timeout");
            self.series.timed_out();
            self.happens(0, &format!("sent {three}"));
        }
        self.happens(7, &format!("came {}", three + 1));
        self.series.sample(1807.0);
        let why = "it was sent once, and one before it three times";
        self.expect(three + 1, Some(1807.0), why);
        self.happens(1, &format!("came {three}"));
        self.expect(three, None, "it was sent three times");
    }

    pub fn a_number_used_again(&mut self) {
        let three = self.number + 2;
        self.bench
            .tell("now a number that is used again, after its first letter was answered");
        self.happens(50, &format!("sent {three}"));
        self.happens(80, &format!("came {three}"));
        self.series.sample(80.0);
        let why = "it is a new letter, sent once";
        self.expect(three, Some(80.0), why);
    }

    pub fn three_at_once(&mut self) {
        let last = self.number + 6;
        self.bench.tell("now three letters on their way at once, each sent once, and the last one is answered first");
        for letter in [last - 2, last - 1, last] {
            self.happens(10, &format!("sent {letter}"));
        }
        for (letter, after, trip, why) in [
            (last, 50, 50.0, "it was sent once"),
            (
                last - 2,
                5,
                75.0,
                "it was sent once, and the answer to a later one is none to it",
            ),
        ] {
            self.happens(after, &format!("came {letter}"));
            self.series.sample(trip);
            self.expect(letter, Some(trip), why);
        }
        self.bench
            .tell("now one of two is sent again, and answered: the other one still waits");
        self.happens(0, &format!("sent {last}"));
        self.happens(10, &format!("sent {last}"));
        self.happens(10, &format!("came {last}"));
        self.expect(last, None, "it was sent twice");
        self.happens(10, &format!("came {}", last - 1));
        self.series.sample(95.0);
        let why = "it was sent once, and the answer to a later one is none to it";
        self.expect(last - 1, Some(95.0), why);
    }

    pub fn a_trip_of_no_time(&mut self) {
        let one = self.number;
        self.bench
            .tell("now one that is answered in the same moment");
        self.happens(10, &format!("sent {one}"));
        self.happens(0, &format!("came {one}"));
        self.series.sample(0.0);
        self.expect(one, Some(0.0), "a trip of no time is a trip");
    }

    /// So many milliseconds later.
    fn happens(&mut self, after: u32, what: &str) {
        self.at += f64::from(after);
        let at = self.at;
        self.program.feed(format!("{at} {what}\n").as_bytes());
    }

    fn expect(&self, number: u32, sample: Option<f64>, why: &str) {
        let Self {
            bench,
            program,
            series,
            ..
        } = self;
        series.expect_sample(bench, program, number, sample, why);
    }
}
