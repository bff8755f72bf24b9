//! The help of every command.

use insta::assert_snapshot;

use crate::course::Plan;

#[test]
fn every_command_explains_itself_with_an_example() {
    let course = Plan::fresh().open();
    let all = course.run(&["--help"]);
    assert_eq!(all.code, Some(0));
    assert_eq!(course.run(&[]).stdout, all.stdout);
    let commands: Vec<_> = all
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    assert!(commands.contains(&"grade") && commands.contains(&"stubs"));
    assert_snapshot!("all", all.stdout);
    for command in commands {
        let ran = course.run(&[command, "--help"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{command}");
        assert_eq!(course.run(&[command, "-h"]).stdout, ran.stdout, "{command}");
        let usage = format!("Usage: cargo xtask {command}");
        assert!(ran.stdout.contains(&usage), "{}", ran.stdout);
        // Without arguments, the usage is the example.
        let plain = ran.stdout.contains(&format!("{usage}\n"));
        assert!(plain || ran.stdout.contains("\nExample"), "{}", ran.stdout);
        let long = ran.stdout.lines().find(|line| line.chars().count() > 112);
        assert_eq!(long, None, "{command}");
        assert_snapshot!(command, ran.stdout);
    }
}

#[test]
fn a_command_that_does_not_exist_is_wrong_usage() {
    let mut xtask = assert_cmd::Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask
        .arg("grad")
        .assert()
        .code(2)
        .stdout("")
        .stderr("error: there is no command \"grad\"; the nearest is \"grade\"\n");
}
