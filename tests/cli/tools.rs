//! hint, diff, route, doctor, certs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::course::Plan;

#[test]
fn hints_open_one_by_one_and_can_be_read_again() {
    let course = Plan::fresh().open();
    let step = "hello/hears_the_greeting";
    for n in 1..=3 {
        let ran = course.run(&["hint", step]);
        assert!(
            ran.stdout.starts_with(&format!("{step}, hint {n} of 3")),
            "{}",
            ran.stdout
        );
        assert_eq!(ran.stdout.matches(", hint ").count(), 1, "{}", ran.stdout);
    }
    for again in [&["hint", step][..], &["hint", step, "--reread"]] {
        let ran = course.run(again);
        assert_eq!(ran.stdout.matches(", hint ").count(), 3, "{}", ran.stdout);
    }
    let other = course.run(&["hint", "hello/says_its_name", "--reread"]);
    assert!(
        other.stdout.contains("no hint is open yet"),
        "{}",
        other.stdout
    );
}

#[test]
fn a_hint_without_a_step_is_for_the_first_that_has_not_passed() {
    let course = Plan::fresh().solved("00-hello").open();
    course.run(&["grade"]);
    let ran = course.run(&["hint"]);
    assert!(
        ran.stdout.starts_with("twin/says_its_name, hint 1"),
        "{}",
        ran.stdout
    );
    let done = course.run(&["hint", "hello"]);
    assert!(
        done.stdout.contains("nothing to hint at"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_step_that_failed_comes_before_one_that_is_open() {
    let course = Plan::fresh()
        .edit(
            "labs/01-twin/src/lib.rs",
            r#"todo!("connect, then send your name and CRLF")"#,
            "TcpStream::connect(server)",
        )
        .open();
    course.run(&["grade", "hello", "twin"]);
    let ran = course.run(&["hint"]);
    assert!(
        ran.stdout.starts_with("twin/says_its_name, hint 1"),
        "{}",
        ran.stdout
    );
}

#[test]
fn damaged_hints_are_set_aside_and_said() {
    let course = Plan::fresh().open();
    let path = course.state.path().join("hints.json");
    fs::write(&path, "{ no json").unwrap();
    let ran = course.run(&["hint", "hello"]);
    assert!(ran.stdout.contains("hint 1 of 3"), "{}", ran.stdout);
    assert!(ran.stderr.contains("could not be read"), "{}", ran.stderr);
    assert_eq!(
        fs::read(path.with_extension("damaged-1")).unwrap(),
        b"{ no json"
    );
}

#[test]
fn ours_is_shown_beside_theirs_only_when_all_has_passed() {
    let course = Plan::fresh().open();
    course.run(&["grade"]);
    let closed = course.run(&["diff", "hello"]);
    assert_eq!(closed.code, Some(1));
    assert!(!closed.stdout.contains("write_all"), "{}", closed.stdout);
    drop(course);

    let course = Plan::fresh()
        .solved("00-hello")
        .edit(
            "labs/00-hello/src/lib.rs",
            "let mut count = 0;",
            "let mut count: u64 = 0;",
        )
        .open();
    course.run(&["grade", "hello"]);
    let open = course.run(&["diff", "hello"]);
    assert_eq!(open.code, Some(0), "{}", open.stderr);
    assert!(
        open.stdout
            .contains("-    let mut count: u64 = 0;\n+    let mut count = 0;\n"),
        "{}",
        open.stdout
    );
}

#[test]
fn grade_follows_the_chosen_route() {
    let course = Plan::fresh().open();
    assert!(course.run(&["route"]).stdout.contains("* first weekend"));
    let weekend = course.run(&["grade"]).stdout;
    assert!(
        !weekend.contains("\n  twin "),
        "twin is on no route: {weekend}"
    );

    let chosen = course.run(&["route", "whole", "book"]);
    assert!(chosen.stdout.contains("* whole book"), "{}", chosen.stdout);
    let whole = course.run(&["grade"]).stdout;
    assert!(
        whole.contains("\n  twin ") && whole.contains("· whole book"),
        "{whole}"
    );

    let unknown = course.run(&["route", "whole", "bok"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("whole book"), "{}", unknown.stderr);
    assert!(course.run(&["route"]).stdout.contains("* whole book"));
}

#[test]
fn doctor_says_what_is_missing_and_what_to_do() {
    let course = Plan::fresh().open();
    let here = course.run(&["doctor"]);
    assert_eq!(here.code, Some(0), "{}", here.stdout);
    assert!(
        here.stdout.ends_with("The course works here.\n"),
        "{}",
        here.stdout
    );

    let no_compiler = course.xtask(&["doctor"]).env("CC", "/no/such/cc").run();
    assert_eq!(no_compiler.code, Some(1));
    let said = no_compiler.stdout;
    assert!(
        said.contains("FAIL") && said.contains("no C compiler") && said.contains("install gcc"),
        "{said}"
    );
}

#[test]
fn certificates_are_made_once_and_keys_are_for_their_owner() {
    let course = Plan::fresh().open();
    let made = course.run(&["certs"]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let key = course.state.path().join("certs/server.key");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let before = fs::read(&key).unwrap();
    assert_eq!(course.run(&["certs"]).code, Some(0));
    assert_eq!(
        fs::read(&key).unwrap(),
        before,
        "a second run changes nothing"
    );
    assert_eq!(course.run(&["certs", "--force"]).code, Some(0));
    assert_ne!(fs::read(&key).unwrap(), before, "--force makes new ones");

    let mine = course.state.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("letter"), "dear").unwrap();
    let refused = course.run(&["certs", "--force", "--dir", mine.to_str().unwrap()]);
    assert_eq!(refused.code, Some(2), "{}", refused.stdout);
    assert_eq!(fs::read(mine.join("letter")).unwrap(), b"dear");
}
