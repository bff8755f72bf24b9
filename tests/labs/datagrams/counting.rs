//! What came of what was sent, and in which order: counted by the program.

use std::ops::RangeInclusive;

use hidden_tests::Bench;

use super::said::Road;

pub fn the_road_of_the_chapter(bench: &Bench) {
    bench.tell("the road of the chapter: 0 to 9 were sent");
    count(bench, 0..=9, &[1, 2, 2, 3, 4, 6, 5, 9, 8]);
}

pub fn all_that_can_be_wrong(bench: &Bench) {
    bench.tell("now all that can be wrong, by itself");
    for came in [
        &[][..],
        &[1, 2, 3, 4],
        &[4, 3, 2, 1],
        &[2, 1, 2, 1, 1],
        &[1, 3, 2, 2, 4],
        &[4, 1, 4, 1],
        &[9, 1, 9, 2, 0],
    ] {
        count(bench, 1..=4, came);
    }
    bench.tell("now at random, and with high numbers");
    for first in [1, 1_000_000_000, u32::MAX - 20] {
        let all = first..=first + 20;
        let came: Vec<u32> = (0..40)
            .map(|_| bench.random().u32(first..=first.saturating_add(21)))
            .collect();
        count(bench, all, &came);
    }
}

pub fn the_lowest_and_the_highest(bench: &Bench) {
    bench.tell("now the lowest number that there is, and the highest");
    for number in [0, u32::MAX] {
        count(bench, number..=number, &[number, number]);
    }
    count(bench, 0..=1, &[1, 0, 0]);
}

pub fn one_sent_after_another_has_come(bench: &Bench) {
    bench.tell("now a letter is sent after another one has come");
    let program = bench.program(&["count"]).with_input().start();
    let mut road = Road::default();
    for (what, number) in [
        ("sent", 1),
        ("came", 2),
        ("came", 1),
        ("sent", 2),
        ("came", 2),
        ("came", 2),
    ] {
        program.feed(format!("{what} {number}\n").as_bytes());
        match what {
            "sent" => road.sent(number),
            _ => program.expect_lines(&road.came(number)),
        }
    }
    program.end_input();
    program.expect_last_lines(&road.summary());
}

/// The program says what came, line by line, while its input stays open, and then the sums.
fn count(bench: &Bench, sent: RangeInclusive<u32>, came: &[u32]) {
    let program = bench.program(&["count"]).with_input().start();
    let mut road = Road::default();
    let lines: String = sent
        .clone()
        .map(|number| format!("sent {number}\n"))
        .collect();
    program.feed(lines.as_bytes());
    sent.for_each(|number| road.sent(number));
    let lines: String = came
        .iter()
        .map(|number| format!("came {number}\n"))
        .collect();
    program.feed(lines.as_bytes());
    let lines: String = came.iter().map(|number| road.came(*number)).collect();
    program.expect_lines(&lines);
    program.end_input();
    program.expect_last_lines(&road.summary());
    program.expect_exit(0);
}
