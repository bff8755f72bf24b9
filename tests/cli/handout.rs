//! handout: a copy that grades, without a solution and without the source of a test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::course::{Course, Plan};
use crate::processes::wait_for;

#[test]
fn a_handout_grades_and_holds_no_solution_and_no_test() {
    let course = with_small_book().open();
    let copy = course.state.path().join("for learners");
    let ran = course.run(&["handout", copy.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("MB, of which the pages of the book are"),
        "{}",
        ran.stdout
    );

    // Lines that stand in a solution and not in its lab, and lines of the hidden tests.
    let mut secrets = lines(&course.root.join("solutions/00-hello/src/lib.rs"));
    let lab = lines(&course.root.join("labs/00-hello/src/lib.rs"));
    secrets.extend(lines(&course.root.join("tests/labs/hello.rs")));
    secrets.extend(lines(&course.root.join("tests/src/connection.rs")));
    secrets.extend(lines(&course.root.join("tests/labs/exam.rs")));
    let plain = |line: &str| line.starts_with("//") || line.starts_with("use ");
    let given = |secret: &str| lab.iter().any(|line| line.contains(secret));
    secrets.retain(|line| line.len() > 30 && !plain(line) && !given(line));
    assert!(secrets.len() > 40, "there is something to look for");
    // A last hint may quote a line: that is "nearly the answer".
    for file in files(&copy)
        .iter()
        .filter(|file| !file.ends_with("lab.toml"))
    {
        let bytes = fs::read(file).unwrap();
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let found = secrets.iter().find(|secret| text.contains(*secret));
        assert_eq!(found, None, "in {}", file.display());
    }

    let open = cargo(&course, &copy, &["grade"]);
    assert!(open.contains("0/25   start here"), "{open}");
    let solution = fs::read_to_string(course.root.join("solutions/00-hello/src/lib.rs")).unwrap();
    let lib = copy.join("labs/00-hello/src/lib.rs");
    fs::write(&lib, solution.replace("solution_hello", "lab_hello")).unwrap();
    let solved = cargo(&course, &copy, &["grade", "hello"]);
    assert!(solved.contains("25 of 25 points"), "{solved}");

    judge_pages(&course, &copy);
    cargo(&course, &copy, &["exam", "--seed", "7f3a"]);
    let planted = cargo(&course, &copy, &["exam", "mark"]);
    assert!(planted.contains("0 of 100 points"), "{planted}");
    let repaired = course.root.join("solutions/exam-repairs/src/question.rs");
    fs::copy(repaired, copy.join(".course/exam/7f3a/repair/src/main.rs")).unwrap();
    let marked = cargo(&course, &copy, &["exam", "mark"]);
    assert!(marked.contains("30 of 100 points"), "{marked}");

    let hint = cargo(&course, &copy, &["hint", "hello/says_its_name"]);
    assert!(hint.contains("hint 1 of 3"), "{hint}");
    let quiz = cargo(&course, &copy, &["quiz", "--list"]);
    assert!(quiz.contains("0 of 4 answered"), "{quiz}");
    cargo(&course, &copy, &["reset", "hello"]);
    assert!(fs::read_to_string(&lib).unwrap().contains("todo!"));
    for not_here in ["diff", "ci", "stubs", "peers", "handout"] {
        let said = cargo(&course, &copy, &[not_here, "hello"]);
        assert!(said.contains("handout"), "{not_here}: {said}");
    }
}

#[test]
fn a_handout_is_not_written_over_anything() {
    let course = Plan::fresh().open();
    let taken = course.state.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("letter"), "dear").unwrap();
    let ran = course.run(&["handout", taken.to_str().unwrap()]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(files(&taken), [taken.join("letter")]);
}

#[test]
fn a_book_that_cannot_be_built_is_no_handout() {
    let course = with_small_book()
        .file("book/src/main.rs", "fn main() { eprintln!(\"2a-sockets.md:7: a drawing is wrong\"); std::process::exit(1) }")
        .open();
    let copy = course.state.path().join("copy");
    let ran = course.run(&["handout", copy.to_str().unwrap()]);
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("2a-sockets.md:7: a drawing is wrong"),
        "{}",
        ran.stderr
    );
}

/// The course with a program of the book that costs nothing to build: it makes one page, and says how it was asked.
/// The real one is held against a handout by the browser tests.
fn with_small_book() -> Plan {
    let program = r#"
        fn main() {
            let args: Vec<String> = std::env::args().skip(1).collect();
            let [build, to, root, _] = &args[..] else { panic!("{args:?}") };
            assert_eq!((build.as_str(), root.as_str()), ("build", "--root"));
            std::fs::create_dir_all(to).unwrap();
            std::fs::write(format!("{to}/index.html"), "<p>the book").unwrap();
        }
    "#;
    let manifest =
        "[package]\nname = \"book\"\nedition.workspace = true\nversion.workspace = true\n";
    Plan::fresh()
        .file("book/Cargo.toml", manifest)
        .file("book/src/main.rs", program)
}

/// The pages are there, and `book --open` hands them to the system's browser.
fn judge_pages(course: &Course, copy: &Path) {
    let page = copy.join("book/pages/index.html");
    assert_eq!(fs::read_to_string(&page).unwrap(), "<p>the book");
    assert!(
        fs::read_to_string(copy.join("README.md"))
            .unwrap()
            .contains("book/pages/index.html")
    );
    let said = cargo(course, copy, &["book"]);
    assert!(said.contains(page.to_str().unwrap()), "{said}");
    let served = cargo(course, copy, &["book", "--port", "0"]);
    assert!(served.contains("does not build or serve"), "{served}");

    // A browser that writes down what it is given.
    let tools = copy.with_file_name("tools");
    fs::create_dir_all(&tools).unwrap();
    let opened = tools.join("opened");
    for name in ["xdg-open", "open"] {
        let tool = tools.join(name);
        fs::write(
            &tool,
            format!(
                "#!/bin/sh\nprintf %s \"$1\" > '{0}.part' && mv '{0}.part' '{0}'\n",
                opened.display()
            ),
        )
        .unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    let mut open = command(course, copy, &["book", "--open"]);
    assert!(
        open.env("PATH", format!("{}:{path}", tools.display()))
            .output()
            .unwrap()
            .status
            .success()
    );
    wait_for(
        "the browser to be asked for",
        Duration::from_secs(10),
        || opened.exists(),
    );
    assert_eq!(fs::read_to_string(opened).unwrap(), page.to_str().unwrap());
}

/// Runs the handout's own runner as a learner does; returns all that it says.
fn cargo(course: &Course, copy: &Path, args: &[&str]) -> String {
    let output = command(course, copy, args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

fn command(course: &Course, copy: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .arg("xtask")
        .args(args)
        .current_dir(copy)
        .env(
            "CARGO_TARGET_DIR",
            course.target.with_file_name("handout-target"),
        )
        .env("CARGO_NET_OFFLINE", "true")
        .env("COURSE_STATE", copy.join(".course"))
        .env_remove("CARGO_MANIFEST_DIR");
    command
}

fn lines(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(|line| line.trim().to_string()).collect()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}
