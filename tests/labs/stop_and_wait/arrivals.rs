//! Numbers on a circle: what is new, what comes again, and what is ahead.

use hidden_tests::{Bench, CauseId, Program};

pub struct Arrivals<'a> {
    bench: &'a Bench,
    program: Program,
}

impl<'a> Arrivals<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench.program(&["arrival"]).with_input().start();
        Self { bench, program }
    }

    pub fn all_around(&self) {
        let bench = self.bench;
        let mut expected = vec![7, 0, 1, 255, 256, 32_767, 32_768, 32_769, 65_535];
        expected.extend((0..20).map(|_| bench.random().u16(..)));
        let mut far = vec![1, 2, 10, 255, 256, 257, 10_000, 32_766, 32_767];
        far.extend((0..5).map(|_| bench.random().u16(1..32_768)));
        for expected in expected {
            let mut questions = vec![Question {
                expected,
                sequence: expected,
                what: "the one expected".to_string(),
                wanted: &["new"],
            }];
            for &far in &far {
                let round = |crosses: bool| if crosses { ", over 0" } else { "" };
                let (before, crosses) = expected.overflowing_sub(far);
                let what = format!("{far} before it{}", round(crosses));
                questions.push(Question {
                    expected,
                    sequence: before,
                    what,
                    wanted: &["again"],
                });
                let (after, crosses) = expected.overflowing_add(far);
                let what = format!("{far} after it{}", round(crosses));
                questions.push(Question {
                    expected,
                    sequence: after,
                    what,
                    wanted: &["ahead"],
                });
            }
            self.ask(&questions);
        }
    }

    pub fn just_opposite(&self) {
        self.bench
            .tell("now the number just opposite, which may be either, but not new");
        let opposite = |expected: u16| Question {
            expected,
            sequence: expected ^ 0x8000,
            what: "the one just opposite".to_string(),
            wanted: &["ahead", "again"],
        };
        self.ask(&[0, 7, 32_768, 65_535].map(opposite));
    }

    fn ask(&self, questions: &[Question]) {
        let feed: String = questions.iter().map(Question::line).collect();
        self.program.feed(feed.as_bytes());
        let lines = self
            .program
            .next_lines(questions.len(), "a line {\"arrival\": ...}");
        for (line, question) in lines.iter().zip(questions) {
            let wanted = question.wanted.iter();
            let wanted: Vec<_> = wanted
                .map(|it| format!("{{\"arrival\": \"{it}\"}}"))
                .collect();
            if !wanted.contains(line) {
                let Question {
                    what,
                    expected,
                    sequence,
                    ..
                } = question;
                let likely =
                    format!("On the circle, {sequence} is {what}, where {expected} is expected.");
                let expected = format!("{what}: {}", wanted.join(" or "));
                self.bench
                    .fail(CauseId::OutputDiffers, &expected, line, Some(&likely));
            }
        }
    }
}

/// What is `sequence` to somebody who expects `expected`?
struct Question {
    expected: u16,
    sequence: u16,
    /// In words, where it stands.
    what: String,
    wanted: &'static [&'static str],
}

impl Question {
    fn line(&self) -> String {
        let Question {
            expected, sequence, ..
        } = self;
        format!("{{\"expected\": {expected}, \"sequence\": {sequence}}}\n")
    }
}
