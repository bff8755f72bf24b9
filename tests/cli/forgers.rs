//! Programs that claim to have passed: none of them earns a point.

use std::fs;

use crate::rogue::{Tried, rogue, slow_rogue};

#[test]
fn what_a_test_harness_prints_is_no_verdict() {
    rogue("prints what a harness prints").earns_nothing("failed", "ended-early", "exit status 0");
}

#[test]
fn a_report_on_a_descriptor_is_no_verdict() {
    rogue("writes reports to every descriptor").earns_nothing(
        "failed",
        "ended-early",
        "exit status 0",
    );
}

#[test]
fn a_forged_report_is_overwritten() {
    let tried = rogue("forges the report");
    tried.earns_nothing("failed", "ended-early", "exit status 0");
    assert!(!report(&tried).contains("passed"));
}

#[test]
fn a_forged_report_of_a_test_that_was_killed_is_not_believed() {
    let tried = rogue("forges the report and kills the test");
    assert!(report(&tried).contains("passed"), "the forgery is in place");
    tried.earns_nothing(
        "failed",
        "killed-its-keeper",
        "ended the process that watches over it",
    );
}

#[test]
fn a_report_that_is_forged_for_ever_is_not_believed() {
    let tried = slow_rogue("forges the report for ever");
    assert_eq!(tried.graded.earned("hello"), 0, "{:#}", tried.graded.json);
    let verdict = &tried.step("says_its_name")["verdict"];
    assert!(
        verdict == "failed" || verdict == "could_not_grade",
        "{verdict}"
    );
}

#[test]
fn an_endless_report_is_not_read() {
    rogue("makes the report endless").earns_nothing(
        "failed",
        "killed-its-keeper",
        "ended the process that watches over it",
    );
}

#[test]
fn a_report_that_is_a_pipe_is_not_waited_for() {
    rogue("makes the report a pipe").earns_nothing(
        "failed",
        "killed-its-keeper",
        "ended the process that watches over it",
    );
}

fn report(tried: &Tried) -> String {
    let run = tried.course.state.path().join("runs/hello/says_its_name");
    fs::read_to_string(run.join("report.json")).unwrap()
}
