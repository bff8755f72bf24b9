//! How much may be said.

use hidden_tests::{Bench, CauseId};

/// Asks for each of these times, in milliseconds, whether a line may pass. The rule says it for the last of them that
/// the scene is about; what came before leads to it.
fn may_pass(bench: &Bench, burst: u64, every: u64, scene: &[(u64, &str)]) {
    let (burst_arg, every_arg) = (burst.to_string(), every.to_string());
    let args = ["flood", "--burst", &burst_arg, "--every-ms", &every_arg];
    let program = bench.program(&args).with_input().start();
    bench.tell(&format!("{burst} lines at once, then one every {every} ms"));
    let mut paid_at = 0;
    for (time, rule) in scene {
        let before = paid_at.max(*time) - time;
        let debt = before + every;
        let passes = debt <= burst * every;
        if passes {
            paid_at = time + debt;
        }
        bench.rule(rule);
        let word = |passes| if passes { "passes" } else { "does not" };
        program.feed(format!("{time}\n").as_bytes());
        let expected = format!(
            "at {time} ms: {:?}; the debt is {before} ms, with this line {debt}, and may be {}",
            word(passes),
            burst * every
        );
        let came = program.says_line(&expected);
        if came != word(passes) {
            bench.fail(
                CauseId::OutputDiffers,
                &expected,
                &format!("{came:?}"),
                None,
            );
        }
    }
    bench.rule("");
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);
}

const BURST: &str = "rule 1: so many at once, and no further one";
const AGAIN: &str = "rule 2: after that time one passes again";
const AFTER: &str = "rule 1: after a silence so many pass at once";
const EACH: &str = "rule 2: one passes each time, and no part of that time is lost";
const FREE: &str = "rule 4: the lines that did not pass cost nothing";
const SILENCE: &str = "rule 3: a longer silence earns no more";

pub fn each_rule(bench: &Bench) {
    let waits = [(0, BURST), (0, BURST), (0, BURST), (1000, AGAIN)];
    may_pass(bench, 3, 1000, &waits);
    may_pass(
        bench,
        3,
        1000,
        &[(0, BURST), (0, BURST), (0, BURST), (0, BURST)],
    );
    bench.tell("now somebody who goes on trying, at once");
    let mut tries = [(0, BURST); 9];
    tries[8] = (1000, FREE);
    may_pass(bench, 3, 1000, &tries);
    bench.tell("now somebody who tries now and then");
    let now_and_then: Vec<_> = [0, 0, 0, 0, 999, 1000, 1000, 1999, 2000]
        .into_iter()
        .chain((0..30).map(|n| 2130 + n * 130))
        .map(|time| (time, EACH))
        .collect();
    may_pass(bench, 3, 1000, &now_and_then);
    bench.tell("now long silences, which earn no more than a short one");
    for silence in [3_600_000, 65_536, 86_400_000] {
        let times = [
            (0, BURST),
            (0, BURST),
            (0, BURST),
            (1, AFTER),
            (1, AFTER),
            (1, AFTER),
            (1, SILENCE),
            (500, SILENCE),
            (501, AGAIN),
        ]
        .map(|(ms, rule)| match ms {
            0 => (10, rule),
            ms => (10 + silence + ms, rule),
        });
        may_pass(bench, 3, 500, &times);
    }
}

pub fn at_random(bench: &Bench) {
    bench.tell("now at random");
    for _ in 0..3 {
        let (burst, every) = {
            let mut random = bench.random();
            (random.u64(1..6), random.u64(2..3_000))
        };
        let mut now = 0;
        let mut times = Vec::new();
        for _ in 0..60 {
            now += bench.random().u64(0..every * 3 / 2);
            times.push((now, "rules 1 to 4"));
        }
        may_pass(bench, burst, every, &times);
    }
}
