//! Programs that leave processes behind, or turn on those that watch them.

use crate::course::Plan;
use crate::rogue::{rogue, slow_rogue, tried};

#[test]
fn a_process_that_outlives_the_program_fails_every_step() {
    // It holds the program's stdout and stderr, which must not keep anybody waiting either.
    for mode in ["leaves a process", "leaves a hidden process"] {
        let tried = tried(Plan::fresh().rogue(mode), &["--no-skip"]);
        for step in [
            "hello/says_its_name",
            "hello/hears_the_greeting",
            "hello/counts_the_letters",
        ] {
            tried.fails(step, "failed", "left-processes", "left them running");
        }
        assert_eq!(tried.graded.earned("hello"), 0);
    }
}

#[test]
fn a_program_that_kills_its_keeper_is_told_so() {
    rogue("kills its keeper").earns_nothing(
        "failed",
        "killed-its-keeper",
        "ended the process that watches over it",
    );
}

#[test]
fn a_program_that_kills_all_that_keep_it_is_told_so_and_ended() {
    slow_rogue("kills all that keep it").earns_nothing(
        "failed",
        "killed-its-keeper",
        "ended the process that watches over it",
    );
}
