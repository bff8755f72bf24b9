//! `cargo xtask stubs`: makes the labs out of the solutions, so that the two cannot drift apart.

mod tree;
mod write;

use std::path::Path;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::{lab_name, numbered, unknown};
use crate::course::Course;

const HELP: &str = "\
Makes labs/ out of solutions/: each region marked SOLUTION becomes a todo!.

Usage: cargo xtask stubs [--check] [--force] [LAB ...]

  LAB        such as echo; without one, every lab

Options:
  --check    write nothing; show what differs and exit with status 1 if anything does
  --force    overwrite labs with uncommitted changes too
  -h, --help print this

Example: after a change to solutions/01-echo
  cargo xtask stubs echo
";

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let (mut check_only, mut force, mut words) = (false, false, Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("check") => check_only = true,
            Long("force") => force = true,
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let labs = chosen(course, &words)?;
    let gone = match words.is_empty() {
        true => without_solution(course)?,
        false => Vec::new(),
    };
    if check_only {
        let found = [differences(course, &labs)?, gone].concat();
        found.iter().for_each(|it| println!("{it}"));
        if found.is_empty() {
            println!("up to date: {}", labs.join(", "));
        }
        return Ok(ExitCode::from(u8::from(!found.is_empty())));
    }
    gone.iter().for_each(|it| eprintln!("warning: {it}"));
    write::write(course, &labs, force)?;
    Ok(ExitCode::SUCCESS)
}

/// What in `labs/` is not what `solutions/` gives: a message for each file, with the command that mends it.
pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let labs = chosen(course, &[])?;
    Ok([differences(course, &labs)?, without_solution(course)?].concat())
}

/// Makes the lab of one solution in `into`, whatever is there now.
pub fn generate(course_root: &Path, solution_dir: &Path, into: &Path) -> Result<(), Error> {
    tree::write(&tree::of_solution(course_root, solution_dir)?, into)
}

/// Makes the lab as it was at the beginning in `into`: from its solution, or, in a handout, from the copy it came with.
pub fn pristine(course: &Course, directory: &str, into: &Path) -> Result<(), Error> {
    let copy = course.root.join("pristine").join(directory);
    match copy.is_dir() {
        true => tree::write(&tree::on_disk(&copy)?, into),
        false => generate(
            &course.root,
            &course.root.join("solutions").join(directory),
            into,
        ),
    }
}

/// The directory names, such as `01-echo`, that the words ask for.
fn chosen(course: &Course, words: &[String]) -> Result<Vec<String>, Error> {
    let solutions = numbered(&course.root.join("solutions"))?;
    let all: Vec<String> = solutions
        .into_iter()
        .map(|(_, directory)| directory)
        .collect();
    if all.is_empty() {
        return Err(Error::Failed(format!(
            "no solutions in {}: this is a handout, and labs are made from solutions",
            course.root.join("solutions").display()
        )));
    }
    for word in words {
        if !all.iter().any(|directory| is_called(directory, word)) {
            let names = all.iter().map(|directory| lab_name(directory));
            return Err(Error::Usage(unknown(
                &format!("solution {word:?}"),
                word,
                names,
            )));
        }
    }
    let asked = |directory: &String| words.iter().any(|word| is_called(directory, word));
    Ok(all
        .into_iter()
        .filter(|directory| words.is_empty() || asked(directory))
        .collect())
}

fn is_called(directory: &str, word: &str) -> bool {
    word == directory || word == lab_name(directory)
}

fn without_solution(course: &Course) -> Result<Vec<String>, Error> {
    let labs = numbered(&course.root.join("labs"))?;
    let solutions = numbered(&course.root.join("solutions"))?;
    Ok(labs
        .difference(&solutions)
        .map(|(_, it)| {
            format!("labs/{it}: there is no solutions/{it}; if the lab is gone, remove it with: git rm -r labs/{it}")
        })
        .collect())
}

fn differences(course: &Course, labs: &[String]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for lab in labs {
        let wanted = match solution(course, lab) {
            Ok(wanted) => wanted,
            Err(message) => {
                found.push(message);
                continue;
            }
        };
        let present = tree::on_disk(&course.root.join("labs").join(lab))?;
        for difference in tree::differences(&wanted, &present) {
            found.push(format!(
                "labs/{lab}/{difference}\n  mend it with: cargo xtask stubs {}",
                lab_name(lab)
            ));
        }
    }
    Ok(found)
}

fn solution(course: &Course, lab: &str) -> Result<tree::Tree, String> {
    tree::of_solution(&course.root, &course.root.join("solutions").join(lab)).map_err(text)
}

fn text(error: Error) -> String {
    match error {
        Error::Usage(message) | Error::Failed(message) => message,
    }
}

#[cfg(test)]
mod tests {
    use super::write::write_one;
    use super::*;
    use std::fs;

    #[test]
    fn generates_a_lab_and_then_leaves_it_alone() {
        let (root, course) = course();
        write::write(&course, &chosen(&course, &[]).unwrap(), false).unwrap();
        let lab = root.path().join("labs/00-hello");
        assert_eq!(
            read(&lab, "Cargo.toml"),
            "[package]\nname = \"lab-hello\"\n"
        );
        assert_eq!(
            read(&lab, "src/lib.rs"),
            "use lab_hello;\nfn f() {\n    todo!(\"go\")\n}\n"
        );
        assert!(!lab.join("src/helper.rs").exists());
        assert_eq!(check(&course).unwrap(), [""; 0]);

        let written = fs::metadata(lab.join("src/lib.rs"))
            .unwrap()
            .modified()
            .unwrap();
        assert_eq!(write_one(&course, "00-hello", false), Ok(0));
        let now = fs::metadata(lab.join("src/lib.rs"))
            .unwrap()
            .modified()
            .unwrap();
        assert_eq!(written, now);
    }

    #[test]
    fn check_names_file_line_and_command() {
        let (root, course) = course();
        write_one(&course, "00-hello", false).unwrap();
        let lab = root.path().join("labs/00-hello");
        fs::write(lab.join("src/lib.rs"), "use lab_hello;\nfn f() {}\n").unwrap();
        fs::write(lab.join("old.rs"), "").unwrap();
        fs::remove_file(lab.join("Cargo.toml")).unwrap();
        fs::create_dir_all(lab.join("target")).unwrap();
        fs::write(lab.join("target/built"), "").unwrap();
        fs::create_dir(root.path().join("labs/09-gone")).unwrap();
        assert_eq!(
            check(&course).unwrap(),
            [
                "labs/00-hello/Cargo.toml: missing\n  mend it with: cargo xtask stubs hello",
                "labs/00-hello/old.rs: not in the solution\n  mend it with: cargo xtask stubs hello",
                "labs/00-hello/src/lib.rs:2: differs from the solution\n  \
                 is:        fn f() {}\n  should be: fn f() {\n  mend it with: cargo xtask stubs hello",
                "labs/09-gone: there is no solutions/09-gone; if the lab is gone, remove it with: git rm -r labs/09-gone",
            ]
        );
        assert_eq!(write_one(&course, "00-hello", true), Ok(3));
        assert!(!lab.join("old.rs").exists() && lab.join("target/built").exists());
    }

    #[test]
    fn a_refused_marker_is_told_with_file_and_line() {
        let (root, course) = course();
        let file = "solutions/00-hello/src/lib.rs";
        fs::write(root.path().join(file), "\n// END SOLUTION\n").unwrap();
        let error = check(&course).unwrap();
        assert!(
            error[0].starts_with("solutions/00-hello/src/lib.rs:2: END SOLUTION, but"),
            "{error:?}"
        );
        fs::write(root.path().join(file), "fn f( {}\n").unwrap();
        let error = check(&course).unwrap();
        assert!(
            error[0].starts_with("solutions/00-hello/src/lib.rs: rustfmt refuses"),
            "{error:?}"
        );
    }

    pub(super) fn course() -> (tempfile::TempDir, Course) {
        let root = tempfile::tempdir().unwrap();
        let source = root.path().join("solutions/00-hello");
        fs::create_dir_all(source.join("src")).unwrap();
        fs::create_dir(root.path().join("labs")).unwrap();
        for (file, text) in [
            (
                "Cargo.toml",
                "[package]\nname = \"solution-hello\"\n# SOLUTION ONLY\nx = 1\n# END SOLUTION\n",
            ),
            (
                "src/lib.rs",
                "use solution_hello;\nfn f() {\n    // SOLUTION: go\n    1;\n    // END SOLUTION\n}\n",
            ),
            (
                "src/helper.rs",
                "// SOLUTION ONLY\nfn help() {}\n// END SOLUTION\n",
            ),
        ] {
            fs::write(source.join(file), text).unwrap();
        }
        let course = Course {
            target: root.path().join("target"),
            root: root.path().to_path_buf(),
        };
        (root, course)
    }

    fn read(lab: &Path, file: &str) -> String {
        fs::read_to_string(lab.join(file)).unwrap()
    }
}
