//! quiz: questions asked, answers kept, wrong ones asked again.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Output, Stdio};
use std::time::Duration;

use insta::assert_snapshot;

use crate::course::{Course, Plan};
use crate::processes;

const SEED: &str = "7f3a";

#[test]
fn a_sitting_asks_says_why_and_keeps() {
    let course = Plan::fresh().open();
    let ran = typed(&course, &[], "b\nx\nA\nq\n");
    assert_snapshot!("a_sitting", stdout(&ran));
    assert_snapshot!("list", stdout(&typed(&course, &["--list"], "")));
    // What has an answer is not asked again, unless it was wrong and some time ago.
    let on = stdout(&typed(&course, &[], ""));
    assert!(
        on.contains("question 1 of 2") && on.contains("How many bytes has a port"),
        "{on}"
    );
    assert!(
        on.contains("The input has ended. No question was answered."),
        "{on}"
    );
}

#[test]
fn what_was_wrong_is_due_again_and_leaves_when_it_was_right_often_enough() {
    let course = Plan::fresh().open();
    let right = right(&course);
    let wrong: String = right.iter().map(|it| format!("{}\n", other(*it))).collect();
    typed(&course, &[], &wrong);
    assert!(stdout(&typed(&course, &[], "")).contains("due again in 10 minutes"));
    for (n, days) in ["0.01", "1", "3", "7"].iter().enumerate() {
        let less = stdout(&typed(&course, &[], ""));
        assert!(
            less.contains("The next is due again in"),
            "round {n}: {less}"
        );
        age(&course, days.parse().unwrap());
        let said = stdout(&typed(&course, &[], &lines(&right)));
        assert!(
            said.starts_with("4 questions are due again"),
            "round {n}: {said}"
        );
        assert!(
            said.contains("4 questions answered, 4 right."),
            "round {n}: {said}"
        );
    }
    age(&course, 1000.0);
    let done = stdout(&typed(&course, &[], ""));
    assert!(
        done.starts_with("Every question has its answer and nothing is due."),
        "{done}"
    );
    let again = stdout(&typed(&course, &["post"], ""));
    assert!(again.contains("once more all 4 questions"), "{again}");
}

#[test]
fn a_chapter_goes_by_many_names_and_an_unknown_one_is_told() {
    let course = Plan::fresh().open();
    for word in ["post", "I.B", "i.b", "1b", "1b-fundamentals"] {
        let said = stdout(&typed(&course, &[word], ""));
        assert!(
            said.starts_with("I.B Fundamentals: 4 questions."),
            "{word}: {said}"
        );
    }
    let ran = course.run(&["quiz", "pots"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.stderr,
        "error: there is no quiz \"pots\"; the nearest is \"post\"\n"
    );
}

#[test]
fn a_damaged_quiz_is_told_with_file_and_line() {
    let course = Plan::fresh()
        .edit("book/quizzes/post.toml", "answer = \"2\"", "anser = \"2\"")
        .open();
    for args in [&["quiz"][..], &["quiz", "--list"], &["quiz", "post"]] {
        let ran = course.run(args);
        assert!(
            ran.stderr
                .contains("book/quizzes/post.toml:40: unknown field `anser`"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(course.run(&["quiz", "post"]).code, Some(3));
    let ci = course.run(&["ci", "quiz"]);
    assert_eq!(ci.code, Some(1));
    assert!(
        ci.stdout
            .contains("book/quizzes/post.toml:40: unknown field"),
        "{}",
        ci.stdout
    );
}

#[test]
fn damaged_answers_are_set_aside_and_said() {
    let course = Plan::fresh().open();
    typed(&course, &[], "a\n");
    let path = course.state.path().join("answers.json");
    fs::write(&path, "{ no json").unwrap();
    let ran = typed(&course, &[], "a\nq\n");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("answers.json could not be read"), "{said}");
    assert_eq!(
        fs::read(path.with_extension("damaged-1")).unwrap(),
        b"{ no json"
    );
    assert!(fs::read_to_string(&path).unwrap().contains("post/end"));
}

#[test]
fn an_answer_survives_ctrl_c() {
    let course = Plan::fresh().open();
    let mut command = course.xtask(&["quiz", "--seed", SEED]).into_command();
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(b"a\n").unwrap();
    let path = course.state.path().join("answers.json");
    let kept = || fs::read_to_string(&path).is_ok_and(|text| text.contains("post/end"));
    processes::wait_for("the answer to be kept", Duration::from_secs(10), kept);
    processes::signal("INT", child.id());
    assert_eq!(child.wait().unwrap().code(), None, "the signal ended it");
    assert!(kept());
    assert!(stdout(&typed(&course, &[], "")).contains("question 1 of 3"));
}

#[test]
fn ci_names_what_a_quiz_lacks() {
    let proof = "book/quizzes/proofs/bytes.py";
    for (path, text, says) in [
        (
            proof,
            "print('5a 6f')".to_string(),
            "post.toml:18: book/quizzes/proofs/bytes.py does not prove it: it printed \"5a 6f\", the right choice is \"5a 6f 65 0d 0a\"",
        ),
        (
            proof,
            "raise SystemExit('no such thing')".to_string(),
            "no such thing",
        ),
        (
            "book/quizzes/proofs/other.py",
            String::new(),
            "proofs/other.py: no question names it as its proof",
        ),
        (
            "book/quizzes/other.toml",
            String::new(),
            "book/quizzes/other.toml: no chapter shows it",
        ),
        (
            "book/chapters/1b-fundamentals.md",
            "# I.B F\n".to_string(),
            "1b-fundamentals.md has no quiz",
        ),
        (
            "book/chapters/1b-fundamentals.md",
            "# I.B F\n<!-- quiz: post -->\n".to_string(),
            "post.toml:2: book/chapters/1b-fundamentals.md has no heading \"What a read says\"",
        ),
        (
            "book/chapters/1b-fundamentals.md",
            "# I.B F\n## What a read says\n<!-- quiz: post -->\n<!-- quiz: post -->\n".to_string(),
            "post.toml: 2 chapters show it",
        ),
        (
            "book/chapters/1b-fundamentals.md",
            "# I.B F\n<!-- quiz: gone -->\n".to_string(),
            "1b-fundamentals.md:2: there is no quiz \"gone\"",
        ),
    ] {
        let course = Plan::fresh().file(path, text).open();
        let ran = course.run(&["ci", "quiz"]);
        assert_eq!(ran.code, Some(1), "{says}: {}", ran.stderr);
        assert!(ran.stdout.contains(says), "{says}: {}", ran.stdout);
    }
}

#[test]
fn ci_knows_a_right_choice_by_its_length() {
    let long = "The other side sends no more, and it has said so.";
    let course = Plan::fresh()
        .edit(
            "book/quizzes/post.toml",
            "answer = \"2\"",
            "answer = \"2 bytes\"",
        )
        .edit(
            "book/quizzes/post.toml",
            "The other side sends no more.",
            long,
        )
        .open();
    let ran = course.run(&["ci", "quiz"]);
    let says = "post.toml: the right choice is the longest in 3 of 4 questions";
    assert!(ran.stdout.contains(says), "{}", ran.stdout);
}

/// Runs `quiz` with a known order of choices and these lines at its standard input.
fn typed(course: &Course, args: &[&str], input: &str) -> Output {
    let file = course.state.path().join("typed");
    fs::write(&file, input).unwrap();
    let args = [&["quiz", "--seed", SEED], args].concat();
    let mut command = course.xtask(&args).into_command();
    let ran = command.stdin(File::open(file).unwrap()).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
    ran
}

fn stdout(ran: &Output) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

/// The letters of the right choices: a course of its own is asked, and says so after each answer.
fn right(course: &Course) -> Vec<char> {
    let said = stdout(&typed(course, &[], "a\na\na\na\n"));
    fs::remove_file(course.state.path().join("answers.json")).unwrap();
    let answers = said.split("Your answer").skip(1);
    let letters = answers.map(|after| match after.split_once("  it is   ") {
        Some((_, right)) => right.chars().next().unwrap(),
        None => 'a',
    });
    letters.collect()
}

fn other(letter: char) -> char {
    if letter == 'a' { 'b' } else { 'a' }
}

fn lines(letters: &[char]) -> String {
    letters.iter().map(|it| format!("{it}\n")).collect()
}

/// Makes every answer so many days older.
fn age(course: &Course, days: f64) {
    let path = course.state.path().join("answers.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    for answer in json["answers"].as_object_mut().unwrap().values_mut() {
        let since = answer["since"].as_u64().unwrap() - (days * 86_400.0) as u64;
        answer["since"] = since.into();
    }
    fs::write(&path, json.to_string()).unwrap();
}
