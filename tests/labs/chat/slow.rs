//! The host, and many guests who take nothing.

use std::time::Duration;

use hidden_tests::{Bench, CauseId};

use super::MAX_LINE;
use super::hosted::Hosted;
use super::people::differs;

pub fn twenty_take_nothing(bench: &Bench) {
    bench.tell("now twenty who take nothing");
    bench.rule("rules 1 and 2: they come in");
    let house = Hosted::start(bench, 64);
    for guest in 1..=22_u64 {
        house.acts(&format!("come {guest}"));
        house.acts(&format!("line {guest} g{guest}"));
        house.takes(guest, &format!("welcome g{guest} hall"));
    }
    house.takes(21, "joined g22");
    bench.rule("rules 2 and 3: one who takes everything misses nothing");
    let line = "x".repeat(MAX_LINE - 10);
    let mut missing: Vec<_> = (1..=20).map(|n| format!("left g{n}")).collect();
    for n in 0..=64 {
        house.acts(&format!("line 22 {n} {line}"));
        let wanted = format!("said g22 {n} {line}");
        let mut said = false;
        // That somebody is let go may be heard before the line or after it.
        while !said {
            let expected = format!("line {n}, or that one of {} leaves", missing.len());
            let line = house.next(21, &expected);
            match missing.iter().position(|left| *left == line) {
                Some(at) => drop(missing.remove(at)),
                None if line == wanted => said = true,
                None => differs(bench, &expected, &line),
            }
        }
    }
    bench.tell("the queues have 64 places: all twenty have been let go");
    bench.rule("rule 3: all twenty have no place for the last line");
    let missing: Vec<_> = missing.iter().map(String::as_str).collect();
    house.takes_all(21, &missing);
    house.ends();
}

/// A thousand guests have no place for a line, one after the other. Waiting for each, however shortly, takes its time.
pub fn nobody_is_waited_for(bench: &Bench) {
    const GUESTS: usize = 1_000;
    /// A tenth of a millisecond less for each than a timer can wait.
    const TIME: Duration = Duration::from_millis(900);
    const TRIES: usize = 3;
    let guests = GUESTS * bench.slowed(Duration::from_millis(1)).as_millis() as usize;
    for n in 1..=TRIES {
        bench.tell(&format!(
            "now {guests} guests with one place each; each is told two things, and takes nothing"
        ));
        bench.rule("rules 1 and 3: who has no place for a line is let go, at once");
        let house = Hosted::start(bench, 1);
        house.acts("come 1");
        let acts: Vec<_> = (2..guests + 2)
            .map(|guest| format!("come {guest}\nsorry {guest} a\nsorry {guest} b\n"))
            .collect();
        house.acts(&format!("{}sorry 1 done\ntake 1", acts.concat()));
        if let Some(line) = house.program.line_within(TIME) {
            if line != "1 takes: sorry done" {
                differs(bench, "1 takes: sorry done", &line);
            }
            house.ends();
            return;
        }
        if n < TRIES {
            bench.tell("that took too long; once more, in case this machine was busy");
        }
    }
    let expected = format!(
        "{guests} guests let go in less than {} ms",
        bench.slowed(TIME).as_millis()
    );
    let likely = "The host waits for a place, if only for a moment. In that moment it deals with nobody else, and the \
                  moments add up: as many as there are guests who take nothing.";
    bench.fail(
        CauseId::TooSlow,
        &expected,
        &format!("not done, {TRIES} times"),
        Some(likely),
    )
}
