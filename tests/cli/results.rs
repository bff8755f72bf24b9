//! What is remembered between runs, and what is run anew.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::course::{Course, Plan};
use crate::processes::{self, wait_for};
use crate::runner::Graded;

#[test]
fn a_verdict_is_kept_until_again_or_a_change() {
    let course = Plan::fresh().solved("00-hello").open();
    let json = |args: &[&str]| {
        let always = ["grade", "hello/says_its_name", "--format", "json"];
        course.run(&[&always, args].concat()).graded()
    };
    let cached = |graded: &Graded| graded.step("hello/says_its_name")["cached"] == true;
    assert!(!cached(&json(&[])));
    let second = json(&[]);
    assert!(cached(&second));
    assert_eq!(second.earned("hello"), 5);
    let screen = course.run(&["grade", "hello/says_its_name"]).stdout;
    assert!(screen.contains("(as before: nothing changed)"), "{screen}");
    assert!(!cached(&json(&["--again"])));
    assert!(!cached(&json(&["--seed", "1"])));
    assert!(!cached(&json(&["--slow", "2"])));
}

#[test]
fn a_damaged_cache_is_set_aside_and_said() {
    let course = Plan::fresh().solved("00-hello").open();
    for (n, damage) in ["{\"version\": 1, \"labs\": [", "\u{0}\u{0}", "{}"]
        .iter()
        .enumerate()
    {
        fs::write(course.state.path().join("results.json"), damage).unwrap();
        let ran = course.run(&["grade", "hello/says_its_name", "--format", "json"]);
        assert!(ran.stderr.contains("could not be read"), "{}", ran.stderr);
        assert!(ran.stderr.contains("a new one is begun"), "{}", ran.stderr);
        let aside = format!("results.damaged-{}", n + 1);
        let aside = fs::read_to_string(course.state.path().join(aside)).unwrap();
        assert_eq!(aside, *damage);
        let graded = ran.graded();
        assert_eq!(graded.earned("hello"), 5);
        assert_eq!(graded.ran.code, Some(0));
    }
}

#[test]
fn a_seed_gives_the_same_letters_again() {
    let course = Plan::fresh().solved("00-hello").open();
    let story = |seed: &str| {
        let args = ["grade", "hello/hears_the_greeting", "--format", "json"];
        let graded = course
            .run(&[&args[..], &["--seed", seed]].concat())
            .graded();
        let step = graded.step("hello/hears_the_greeting");
        assert_eq!(step["seed"], seed);
        greeting(&step["story"])
    };
    let first = story("7f3a");
    assert_eq!(first, story("7f3a"));
    assert_ne!(first, story("7f3b"));
}

#[test]
fn less_than_asked_for_is_exit_status_1() {
    let course = Plan::fresh().solved("00-hello").open();
    for (percent, code) in [("50", 0), ("50.1", 1), ("0", 0)] {
        let ran = course.run(&["grade", "hello", "twin", "--fail-under", percent]);
        assert_eq!(ran.code, Some(code), "{percent}: {}", ran.stdout);
    }
}

#[test]
fn a_second_run_waits_for_the_first_and_says_so() {
    let course = Plan::fresh()
        .rogue("blocks for ever")
        .deadline_ms(700)
        .open();
    let start = |seed| {
        let args = ["grade", "hello", "--format", "json", "--seed", seed];
        course.xtask(&args).start()
    };
    let first = start("1");
    let holder = first.pid().to_string();
    wait_for(
        "the first run to hold the lock",
        Duration::from_secs(10),
        || fs::read_to_string(course.state.path().join("lock")).is_ok_and(|text| text == holder),
    );
    let second = start("2");
    let (first, second) = (first.ended(), second.ended());
    let says = format!("another run (process {holder}) is at work here; waiting for it");
    assert!(second.stderr.contains(&says), "{}", second.stderr);
    assert!(!first.stderr.contains("another run"), "{}", first.stderr);
    for (ran, seed) in [(first, "0001"), (second, "0002")] {
        let graded = ran.graded();
        assert_eq!(graded.json["seed"], seed);
        assert_eq!(graded.step("hello/says_its_name")["seed"], seed);
    }
    assert_eq!(kept(&course)["seed"], "0002");
}

fn kept(course: &Course) -> Value {
    let bytes = fs::read(course.state.path().join("results.json")).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// The sentence that holds the random greeting.
fn greeting(story: &Value) -> String {
    let story = story.as_array().unwrap();
    let texts = story.iter().map(|event| event["text"].as_str().unwrap());
    let mut texts = texts.filter(|text| text.contains("Good\\rmorning"));
    texts.next().unwrap().to_string()
}

#[test]
fn a_process_of_a_test_can_be_found() {
    // The search that the other tests trust.
    let course = Plan::fresh().open();
    let mut child = std::process::Command::new("sleep")
        .arg("86400")
        .env("HOME", course.state.path())
        .spawn()
        .unwrap();
    wait_for("sleep to be seen", Duration::from_secs(5), || {
        let found = processes::marked(course.state.path(), 0);
        found.iter().any(|(pid, _)| *pid == child.id())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(processes::marked(course.state.path(), 0).is_empty());
}
