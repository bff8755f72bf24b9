//! Ctrl-C, and worse: nothing goes on after the runner.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::course::{Course, Plan};
use crate::processes::{marked, signal, wait_for};
use crate::runner::Running;

const SOON: Duration = Duration::from_secs(10);

#[test]
fn ctrl_c_ends_the_run_with_what_it_has() {
    let (course, running) = asleep();
    let (runner, start) = (running.pid(), Instant::now());
    signal("INT", runner);
    let ran = running.ended();
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert!(start.elapsed() < SOON);
    assert!(ran.stdout.contains("Interrupted"), "{}", ran.stdout);
    assert_eq!(marked(course.state.path(), runner), []);
}

#[test]
fn ctrl_c_while_cargo_builds_is_no_failure_of_cargo() {
    let course = Plan::fresh().open();
    // At a terminal, Ctrl-C reaches cargo too, which then ends without a word.
    let cargo = course.state.path().join("slow-cargo");
    fs::write(&cargo, "#!/bin/sh\nexec sleep 86400\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let running = course
        .xtask(&["grade"])
        .env("CARGO", &cargo)
        .in_own_group()
        .start();
    let runner = running.pid();
    wait_for("cargo to run", SOON, || {
        marked(course.state.path(), runner)
            .iter()
            .any(|(_, line)| line.starts_with("sleep"))
    });
    wait_for("the group to be signalled", SOON, || {
        let group = format!("kill -INT -{runner}");
        let status = std::process::Command::new("sh")
            .args(["-c", &group])
            .status();
        status.unwrap().success()
    });
    let ran = running.ended();
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert!(!ran.stderr.contains("cargo cannot build"), "{}", ran.stderr);
}

#[test]
fn a_killed_runner_leaves_no_process() {
    let (course, running) = asleep();
    let runner = running.pid();
    signal("KILL", runner);
    let ran = running.ended();
    assert_eq!(ran.code, None);
    wait_for("every process to end", SOON, || {
        marked(course.state.path(), runner).is_empty()
    });
}

/// A run whose graded program has started another one and waits for ever.
fn asleep() -> (Course, Running) {
    let course = Plan::fresh().rogue("ignores SIGTERM").open();
    let running = course.xtask(&["grade", "hello"]).start();
    let runner = running.pid();
    wait_for("the program to sleep", Duration::from_secs(60), || {
        marked(course.state.path(), runner)
            .iter()
            .any(|(_, line)| line.starts_with("sleep 86400"))
    });
    (course, running)
}
