//! Programs that end too soon, in whatever way.

use crate::rogue::rogue;

#[test]
fn a_panic_is_shown_with_its_place_and_words() {
    let tried = rogue("panics");
    tried.earns_nothing("crashed", "panicked", "out of stamps");
    let place = tried.step("says_its_name")["cause"]["place"].clone();
    let place = place.as_str().unwrap();
    assert!(place.starts_with("labs/00-hello/src/main.rs:"), "{place}");
}

#[test]
fn exit_0_at_once_is_no_pass() {
    rogue("exits at once").earns_nothing("failed", "ended-early", "exit status 0");
}

#[test]
fn exit_0_after_one_right_answer_is_no_pass() {
    let tried = rogue("exits after one right answer");
    tried.fails(
        "hello/hears_the_greeting",
        "failed",
        "exit-status",
        "exit status 1: something went wrong exit status 0",
    );
    assert_eq!(
        tried.graded.verdicts("hello"),
        ["passed", "failed", "skipped"]
    );
    assert_eq!(tried.graded.earned("hello"), 5);
}

#[test]
fn a_gigabyte_on_stdout_is_cut_off() {
    rogue("floods stdout").earns_nothing("failed", "too-much-output", "prints without end");
}

#[test]
fn of_a_gigabyte_on_stderr_the_last_lines_are_kept() {
    let tried = rogue("floods stderr");
    tried.earns_nothing("failed", "ended-early", "exit status 0");
    let kept = &tried.step("says_its_name")["cause"]["stderr"];
    assert_eq!(kept.as_array().unwrap().len(), 8);
    assert!(kept.to_string().len() < 2000);
}

#[test]
fn memory_for_a_length_that_lies_is_refused() {
    let tried = rogue("believes a length");
    tried.fails(
        "hello/counts_the_letters",
        "crashed",
        "out-of-memory",
        "asked for more memory than it may have",
    );
    assert_eq!(
        tried.graded.verdicts("hello"),
        ["passed", "passed", "crashed"]
    );
    assert_eq!(tried.graded.earned("hello"), 15);
}

#[test]
fn a_program_that_deletes_its_run_is_still_told_its_cause() {
    rogue("deletes its run").earns_nothing("failed", "ended-early", "exit status 0");
}
