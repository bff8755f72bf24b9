//! What the runner is asked for, and files of the course that are broken.

use crate::course::Plan;

#[test]
fn an_unknown_lab_or_step_gets_the_nearest_name() {
    let course = Plan::fresh().open();
    for (word, says) in [
        ("helo", "the nearest is \"hello\""),
        ("hello/says_my_name", "the nearest is \"says_its_name\""),
        ("postage", "there are: hello, twin"),
    ] {
        let ran = course.run(&["grade", word]);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn wrong_options_are_refused_before_anything_is_built() {
    let course = Plan::fresh().open();
    for args in [
        &["grade", "--sed", "7"][..],
        &["grade", "--seed", "seven"],
        &["grade", "--slow", "0"],
        &["grade", "--jobs", "none"],
        &["grade", "--format", "xml"],
        &["grade", "--fail-under", "101"],
        &["grad"],
    ] {
        let ran = course.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(
            ran.stderr.starts_with("error: "),
            "{args:?}: {}",
            ran.stderr
        );
    }
    assert!(!course.state.path().join("bin").exists());
}

#[test]
fn a_broken_lab_toml_is_told_by_line_and_costs_that_lab_alone() {
    let course = Plan::fresh()
        .solved("00-hello")
        .edit(
            "solutions/01-twin/lab.toml",
            "style = \"blocking\"",
            "style = 7",
        )
        .open();
    let graded = course.graded(&[]);
    assert_eq!(graded.earned("hello"), 25);
    assert_eq!(graded.json["labs"].as_array().unwrap().len(), 1);
    let said = &graded.ran.stderr;
    assert!(said.contains("solutions/01-twin/lab.toml:4: "), "{said}");
    assert_eq!(graded.ran.code, Some(3));

    let ran = course.run(&["grade", "twin"]);
    assert!(ran.stderr.contains("lab.toml:4: "), "{}", ran.stderr);
    assert_eq!(ran.code, Some(3));
}
