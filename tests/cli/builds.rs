//! Labs that do not build.

use crate::course::Plan;

const NAME: &str = "let name: u32 = \"Ada\"; ";

#[test]
fn a_lab_that_does_not_compile_costs_that_lab_alone() {
    let course = Plan::fresh()
        .solved("00-hello")
        .edit(
            "labs/01-twin/src/lib.rs",
            "todo!(\"connect",
            &format!("{NAME}todo!(\"connect"),
        )
        .open();
    let graded = course.graded(&["hello", "twin"]);
    assert_eq!(graded.verdicts("hello"), ["passed"; 3]);
    assert_eq!(graded.verdicts("twin"), ["build_failed"; 3]);
    assert_eq!(graded.json["earned"], 25);
    assert_eq!(graded.json["points"], 50);
    let words = graded.lab("twin")["build_error"].as_str().unwrap();
    assert!(words.contains("error[E0308]: mismatched types"), "{words}");
    assert!(words.contains("labs/01-twin/src/lib.rs:"), "{words}");
    assert_eq!(graded.ran.code, Some(0));

    let ran = course.run(&["grade", "hello", "twin"]);
    let told = "twin   does not compile; the others were graded";
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
    assert!(ran.stdout.contains("error[E0308]"), "{}", ran.stdout);
}

#[test]
fn a_broken_manifest_is_told_by_file() {
    let course = Plan::fresh()
        .edit("labs/01-twin/Cargo.toml", "[lib]", "[lib")
        .open();
    let ran = course.run(&["grade", "hello", "twin"]);
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.stderr.contains("labs/01-twin/Cargo.toml"),
        "{}",
        ran.stderr
    );
}
