//! Machines that are not like the one on which this was written.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::course::{Course, Plan};
use crate::runner::Ran;

fn solved() -> Course {
    Plan::fresh().solved("00-hello").open()
}

/// Everything is earned.
fn whole(ran: Ran) -> Ran {
    let graded = ran.graded();
    assert_eq!(graded.earned("hello"), 25, "{:#}", graded.json);
    assert_eq!(graded.ran.code, Some(0));
    graded.ran
}

const GRADE: [&str; 4] = ["grade", "hello", "--format", "json"];

#[test]
fn a_path_with_a_space_and_a_letter_beyond_ascii_does_no_harm() {
    let course = solved();
    assert!(course.root.to_str().unwrap().contains(" of Zoë"));
    whole(course.run(&GRADE));
}

#[test]
fn few_descriptors_are_enough() {
    let few = ["sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"];
    whole(solved().xtask_under(&few, &GRADE).run());
}

#[test]
fn neither_network_nor_ipv6_is_needed() {
    // A network of its own, with nothing in it but the loopback interface, and that without ::1.
    let setup = "ip link set lo up && ip -6 addr flush dev lo && exec \"$@\"";
    let lonely = ["unshare", "-rn", "sh", "-c", setup, "sh"];
    if !can(&lonely) {
        println!("skipped: no network namespace can be made here");
        return;
    }
    let course = solved();
    let ran = whole(course.xtask_under(&lonely, &GRADE).run());
    assert!(
        ran.stdout.contains("this machine has no IPv6"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_checkout_may_be_read_only() {
    let course = solved();
    let root = course.root.to_str().unwrap();
    let setup =
        "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && cd \"$0\" && exec \"$@\"";
    let read_only = ["unshare", "-rm", "sh", "-c", setup, root];
    let refuses = ["sh", "-c", "! touch Cargo.toml"];
    if !can(&[&read_only[..], &refuses].concat()) {
        println!("skipped: no read-only mount can be made here");
        return;
    }
    let ran = course
        .xtask_under(&read_only, &GRADE)
        .env_remove("COURSE_STATE")
        .run();
    whole(ran);
    assert!(!course.root.join(".course").exists());
    let state = course.target.join("course");
    assert!(state.join("results.json").is_file());
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let course = Plan::fresh().rogue("panics").open();
    let piped = course.run(&["grade", "hello"]);
    assert!(!piped.stdout.contains('\x1b') && !piped.stderr.contains('\x1b'));
    if !Path::new("/usr/bin/script").exists() {
        println!("skipped: script(1) makes the terminal here, and is missing");
        return;
    }
    let on_terminal = |setting: &str| {
        let terminal = "exec script -qec \"$1 '$2' grade hello\" /dev/null";
        let ran = course
            .xtask_under(&["sh", "-c", terminal, "sh", setting], &[])
            .env("TERM", "xterm")
            .run();
        assert!(ran.stdout.contains("out of stamps"), "{}", ran.stdout);
        ran.stdout.contains("\x1b[31;1m")
    };
    assert!(on_terminal("env"));
    assert!(!on_terminal("env NO_COLOR=1"));
    assert!(!on_terminal("env TERM=dumb"));
}

/// Whether `starter` can start a program here.
fn can(starter: &[&str]) -> bool {
    let tried = Command::new(starter[0])
        .args(&starter[1..])
        .arg("true")
        .output();
    tried.is_ok_and(|output| output.status.success())
}
