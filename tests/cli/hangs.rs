//! Programs that never come to an end: each is stopped, and told what it was doing.

use crate::course::Plan;
use crate::rogue::{rogue, slow_rogue, tried};

#[test]
fn a_program_that_loops_for_ever_is_said_to_spin() {
    slow_rogue("loops for ever").earns_nothing("timed_out", "spinning", "it spins");
}

#[test]
fn a_program_that_blocks_for_ever_is_said_not_to_connect() {
    slow_rogue("blocks for ever").earns_nothing(
        "timed_out",
        "not-connected",
        "never opened a connection",
    );
}

#[test]
fn a_program_that_ignores_sigterm_is_ended_all_the_same() {
    slow_rogue("ignores SIGTERM").earns_nothing(
        "timed_out",
        "not-connected",
        "never opened a connection",
    );
}

#[test]
fn a_program_that_never_reads_is_told_how_many_bytes_wait() {
    let tried = rogue("never reads");
    tried.fails(
        "hello/hears_the_greeting",
        "timed_out",
        "not-read",
        "has not read",
    );
    assert_eq!(
        tried.graded.verdicts("hello"),
        ["passed", "timed_out", "skipped"]
    );
    assert_eq!(tried.graded.earned("hello"), 5);
}

#[test]
fn a_program_that_reads_and_never_answers_is_told_so() {
    let tried = rogue("reads and never answers");
    tried.fails(
        "hello/hears_the_greeting",
        "timed_out",
        "not-answered",
        "has read everything that was sent, and it sleeps",
    );
    assert_eq!(tried.graded.earned("hello"), 5);
}

#[test]
fn a_program_that_stops_its_keeper_does_not_stop_the_test() {
    let plan = Plan::fresh().rogue("stops its keeper");
    tried(plan.deadline_ms(500), &[]).earns_nothing(
        "timed_out",
        "not-connected",
        "never opened a connection",
    );
}

#[test]
fn a_program_that_stops_all_that_keep_it_does_not_stop_the_runner() {
    let plan = Plan::fresh().rogue("stops all that keep it");
    let tried = tried(plan.deadline_ms(500), &[]);
    assert_eq!(tried.graded.earned("hello"), 0);
    assert_eq!(tried.step("says_its_name")["verdict"], "could_not_grade");
    assert_eq!(tried.graded.ran.code, Some(3));
}
