//! Writes labs, but never over work that is not committed.

use std::process::Command;

use super::{solution, text, tree};
use crate::Error;
use crate::catalog::lab_name;
use crate::course::Course;

/// Writes what has changed. A lab that cannot be made costs the others nothing.
pub fn write(course: &Course, labs: &[String], force: bool) -> Result<(), Error> {
    let mut failed = Vec::new();
    for lab in labs {
        match write_one(course, lab, force) {
            Ok(0) => println!("labs/{lab}: up to date"),
            Ok(1) => println!("labs/{lab}: 1 file changed"),
            Ok(files) => println!("labs/{lab}: {files} files changed"),
            Err(message) => failed.push(message),
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Error::Failed(failed.join("\n"))),
    }
}

/// Gives the number of files that changed.
pub fn write_one(course: &Course, lab: &str, force: bool) -> Result<usize, String> {
    let into = course.root.join("labs").join(lab);
    // What was written last, to tell our own uncommitted files from somebody's work.
    let ours = course.target.join("stubs-written").join(lab);
    let wanted = solution(course, lab)?;
    let present = tree::on_disk(&into).map_err(text)?;
    let changes = tree::differences(&wanted, &present).len();
    if changes > 0 {
        if !force && !present.is_empty() && present != tree::on_disk(&ours).map_err(text)? {
            refuse_uncommitted(course, lab)?;
        }
        tree::write(&wanted, &into).map_err(text)?;
    }
    tree::write(&wanted, &ours).map_err(text)?;
    Ok(changes)
}

/// Without git nobody can tell whether a learner's evening is in there: that is refused as well.
fn refuse_uncommitted(course: &Course, lab: &str) -> Result<(), String> {
    let name = lab_name(lab);
    let git = Command::new("git")
        .args(["status", "--porcelain", "--untracked-files=all", "--"])
        .arg(format!("labs/{lab}"))
        .current_dir(&course.root)
        .output();
    let why = match git {
        Ok(git) if git.status.success() && git.stdout.is_empty() => return Ok(()),
        Ok(git) if git.status.success() => format!(
            "labs/{lab} has changes that are not committed; commit or stash them:\n{}",
            String::from_utf8_lossy(&git.stdout).trim_end()
        ),
        Ok(git) => format!(
            "cannot tell whether labs/{lab} holds work that would be lost: git says {:?}",
            String::from_utf8_lossy(&git.stderr).trim_end()
        ),
        Err(error) => format!(
            "cannot tell whether labs/{lab} holds work that would be lost: cannot run git: {error}"
        ),
    };
    Err(format!(
        "{why}\noverwrite it with: cargo xtask stubs --force {name}"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::tests::course;
    use super::*;

    #[test]
    fn never_overwrites_work_that_is_not_committed() {
        let (root, course) = course();
        write_one(&course, "00-hello", false).unwrap();
        let solution = root.path().join("solutions/00-hello/src/lib.rs");
        let again = |text: &str| {
            fs::write(&solution, text).unwrap();
            write_one(&course, "00-hello", false)
        };
        // What stubs itself wrote is nobody's work, committed or not.
        assert_eq!(again("fn a() {}\n"), Ok(1));

        let lab = root.path().join("labs/00-hello/src/lib.rs");
        fs::write(&lab, "fn work() {}\n").unwrap();
        let refused = again("fn b() {}\n").unwrap_err();
        assert!(
            refused.contains("cannot tell whether labs/00-hello"),
            "{refused}"
        );

        git(root.path(), &["init", "-q"]);
        let refused = again("fn c() {}\n").unwrap_err();
        assert!(refused.contains("?? labs/00-hello/src/lib.rs"), "{refused}");
        assert!(
            refused.ends_with("cargo xtask stubs --force hello"),
            "{refused}"
        );
        assert_eq!(fs::read_to_string(&lab).unwrap(), "fn work() {}\n");

        git(root.path(), &["add", "."]);
        git(
            root.path(),
            &[
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "commit",
                "-qm",
                "a",
            ],
        );
        assert_eq!(again("fn d() {}\n"), Ok(1));
    }

    fn git(root: &Path, args: &[&str]) {
        let status = Command::new("git").args(args).current_dir(root).status();
        assert!(status.unwrap().success());
    }
}
