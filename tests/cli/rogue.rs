//! Grades a rogue (`rogue/program.rs`) and checks what holds for each of them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::course::{Course, Plan};
use crate::processes;
use crate::runner::Graded;

/// The runner must not grow with what a program prints or writes.
const PEAK_KIB: u64 = 64 * 1024;

/// How a rogue was graded.
pub struct Tried {
    pub course: Course,
    pub graded: Graded,
}

/// Grades a program of this mode.
pub fn rogue(mode: &str) -> Tried {
    tried(Plan::fresh().rogue(mode), &[])
}

/// Grades a rogue that uses all its time, with less of it.
pub fn slow_rogue(mode: &str) -> Tried {
    tried(Plan::fresh().rogue(mode).deadline_ms(1200), &[])
}

pub fn tried(plan: Plan, options: &[&str]) -> Tried {
    let course = plan.open();
    let before = course.files();
    let running = course
        .xtask(&[&["grade", "hello", "twin", "--format", "json"], options].concat())
        .start();
    let runner = running.pid();
    let ran = running.ended();
    let left = processes::marked(course.state.path(), runner);
    for (pid, _) in &left {
        processes::signal("KILL", *pid);
    }
    assert!(left.is_empty(), "left running: {left:#?}\n{}", ran.stdout);
    assert!(
        ran.peak_kib > 0 && ran.peak_kib < PEAK_KIB,
        "the runner's peak was {} KiB",
        ran.peak_kib
    );
    assert_eq!(course.files(), before, "something was left in the checkout");
    assert!(!course.target.join("course").exists());
    let kept: BTreeSet<_> = fs::read_dir(course.state.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        kept.iter().map(String::as_str).collect::<Vec<_>>(),
        ["bin", "lock", "results.json", "runs"],
        "{}",
        ran.stderr
    );

    let graded = ran.graded();
    assert_eq!(
        graded.verdicts("twin"),
        ["passed"; 3],
        "a lab beside the rogue: {:#}",
        graded.lab("twin")
    );
    Tried { course, graded }
}

impl Tried {
    /// The first step fails like this, nothing is earned, and the others wait for it.
    pub fn earns_nothing(&self, verdict: &str, cause: &str, says: &str) {
        self.fails("hello/says_its_name", verdict, cause, says);
        assert_eq!(
            self.graded.verdicts("hello")[1..],
            ["skipped"; 2],
            "{:#}",
            self.graded.json
        );
        assert_eq!(self.graded.earned("hello"), 0);
        assert_eq!(self.graded.ran.code, Some(0), "{}", self.graded.ran.stderr);
    }

    /// One step fails like this.
    pub fn fails(&self, step: &str, verdict: &str, cause: &str, says: &str) {
        let result = self.graded.step(step);
        let shown = || format!("{result:#}");
        assert_eq!(result["verdict"], verdict, "{}", shown());
        assert_eq!(result["cause"]["id"], cause, "{}", shown());
        let words = |key: &str| result["cause"][key].as_str().unwrap_or("").to_string();
        let said = [words("expected"), words("got"), words("likely")].join(" ");
        assert!(said.contains(says), "{says:?} is not in {}", shown());
    }

    pub fn step(&self, id: &str) -> &Value {
        self.graded.step(&format!("hello/{id}"))
    }
}
