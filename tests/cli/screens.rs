//! What the learner sees, as snapshots: with one seed, only times, ports and wrapping differ from run to run.

use insta::assert_snapshot;

use crate::course::{Course, Plan};
use crate::runner::SEED;

#[test]
fn a_fresh_checkout_is_all_open_and_says_where_to_start() {
    let course = Plan::fresh().open();
    assert_snapshot!(screen(&course, &["grade"]));
}

#[test]
fn the_solutions_earn_everything() {
    let course = Plan::fresh().open();
    assert_snapshot!(screen(&course, &["grade", "--solutions", "--again"]));
}

#[test]
fn a_lab_that_is_done_says_what_comes_next() {
    let course = Plan::fresh().solved("00-hello").open();
    assert_snapshot!(screen(&course, &["grade", "hello"]));
}

#[test]
fn a_step_that_fails_tells_its_story() {
    let course = Plan::fresh().rogue("ends its line with LF alone").open();
    let seen = screen(&course, &["grade", "hello"]);
    assert_snapshot!(seen);
    // I.B shows this story, with what differs from run to run as dots.
    let story = &seen[seen.find("hello/says_its_name").unwrap()..];
    let story = ["TIME", "PORT", "LINE"]
        .iter()
        .fold(story.to_string(), |text, mask| text.replace(mask, ".."));
    let chapter = include_str!("../../book/chapters/1b-fundamentals.md");
    assert!(
        chapter.contains(story.trim_end()),
        "\"How a failure reads\" in I.B shows another screen than this:\n{story}"
    );
}

#[test]
fn bytes_that_were_not_read_are_counted() {
    let course = Plan::fresh().rogue("never reads").open();
    assert_snapshot!(screen(&course, &["grade", "hello"]));
}

#[test]
fn a_program_that_spins_is_told_so() {
    let plan = Plan::fresh().rogue("loops for ever").deadline_ms(500);
    assert_snapshot!(screen(&plan.open(), &["grade", "hello"]));
}

/// The example of the format: whoever reads results by program looks here.
#[test]
fn the_report_as_json() {
    let course = Plan::fresh().rogue("ends its line with LF alone").open();
    assert_snapshot!(screen(&course, &["grade", "hello", "--format", "json"]));
}

#[test]
fn a_panic_is_shown() {
    let course = Plan::fresh().rogue("panics").open();
    assert_snapshot!(screen(&course, &["grade", "hello"]));
}

/// The screen, with what differs from run to run made equal. The state lies in the checkout, as a learner has it.
fn screen(course: &Course, args: &[&str]) -> String {
    let ran = course
        .xtask(&[args, &["--seed", SEED]].concat())
        .env_remove("COURSE_STATE")
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    assert!(!ran.stdout.contains('\x1b'));
    let text = masked(&ran.stdout, "127.0.0.1:", "PORT", 0);
    let text = masked(&text, "[::1]:", "PORT", 0);
    let text = masked(&text, "thread 'main' (", "ID", 0);
    let text = masked(&text, "\"at_ms\": ", "0", 0);
    let text = masked(&text, "\"cpu_ms\": ", "0", 0);
    // A longer comment in the lab is no other screen.
    let text = masked(&text, "/src/lib.rs:", "LINE", 0);
    // "0.123 s", and "2.0 s" in a sentence.
    let text = times(&text);
    let root = course.root.to_str().unwrap();
    assert!(!text.contains(root), "a path that is not the learner's own");
    text
}

/// Puts `name` in the place of the digits that follow `start`, from `at` on.
fn masked(text: &str, start: &str, name: &str, at: usize) -> String {
    let Some(found) = text[at..].find(start) else {
        return text.to_string();
    };
    let digits = at + found + start.len();
    let rest = text[digits..].trim_start_matches(|c: char| c.is_ascii_digit());
    let next = format!("{}{name}{rest}", &text[..digits]);
    masked(&next, start, name, digits)
}

fn times(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split(' ').collect();
        let mut shown = words.clone();
        for i in 0..words.len() {
            let unit = words
                .get(i + 1)
                .map(|word| word.trim_end_matches([';', ':', '.']));
            let number = words[i].contains('.') && words[i].parse::<f64>().is_ok();
            if number && unit == Some("s") {
                shown[i] = "TIME";
            }
        }
        lines.push(shown.join(" "));
    }
    lines.join("\n")
}
