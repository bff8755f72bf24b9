use std::fs;
use std::path::Path;

use super::*;

/// A course of one chapter, with the theme of the real one.
fn course(chapter: &str, summary: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let real = Path::new(env!("CARGO_MANIFEST_DIR"));
    for directory in ["book/chapters", "book/theme", "labs", "solutions/01-echo"] {
        fs::create_dir_all(root.path().join(directory)).unwrap();
    }
    for file in [
        "book.toml",
        "theme/course.css",
        "theme/live.js",
        "theme/quiz.js",
        "theme/exam.js",
        "theme/reach.js",
        "theme/header.hbs",
    ] {
        fs::copy(real.join(file), root.path().join("book").join(file)).unwrap();
    }
    let chapters = root.path().join("book/chapters");
    fs::write(root.path().join("solutions/01-echo/lab.toml"), LAB).unwrap();
    fs::write(chapters.join("2a-sockets.md"), chapter).unwrap();
    fs::write(chapters.join("SUMMARY.md"), summary).unwrap();
    root
}

const LAB: &str = r#"format = 1
title = "Echo"
chapter = "2a-sockets"
style = "blocking"
after = []
done = "d"
try_it = "t"
not_proven = "n"

[[step]]
id = "first"
title = "First"
minutes = 5
needs = []
function = "f"
spec = "RFC 1"
section = "A read of 0"
hints = ["a `b`", "c", "d"]

[[step]]
id = "second"
title = "Second"
minutes = 15
needs = ["first"]
function = "g"
spec = "RFC 2"
section = "A read of 0"
hints = ["a", "b", "c"]
"#;

const SUMMARY: &str = "# Summary\n\n- [Sockets](./2a-sockets.md)\n";

fn built(chapter: &str) -> Result<String, String> {
    let root = course(chapter, SUMMARY);
    let to = root.path().join("out");
    match build(root.path(), &to, Search::On) {
        Ok(()) => Ok(fs::read_to_string(to.join("2a-sockets.html")).unwrap()),
        Err(Error::Failed(what) | Error::Usage(what)) => Err(what),
    }
}

#[test]
fn steps_and_drawings_are_in_the_page() {
    let page = built(
        "# Sockets\n\n## A read of 0\n\n<!-- steps: echo -->\n\n```sequence\na -> b: x\n```\n\n```layout\n8 bits a row\nb: 8\n```\n",
    )
    .unwrap();
    for part in [
        "id=\"step-echo-second\"",
        "data-step=\"echo/second\"",
        "15 points",
        "<a href=\"#a-read-of-0\">A read of 0</a>",
        "After: <a href=\"#step-echo-first\">First</a>.",
        "<summary>Hint: a nudge</summary>",
        "class=\"drawing sequence\"",
        "a to b: x.",
        "class=\"drawing layout\"",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn what_is_wrong_in_a_chapter_stops_the_build_with_file_and_line() {
    for (chapter, message) in [
        (
            "# S\n\n<!-- steps: eco -->\n",
            "book/chapters/2a-sockets.md:3: there is no lab \"eco\"; write one of: echo",
        ),
        (
            "# S\n\n<!-- quiz: gone -->\n",
            "book/chapters/2a-sockets.md:3: there is no quiz \"gone\"",
        ),
        (
            "# S\n\n```sequence\na -> b: x\nwhat\n```\n",
            "book/chapters/2a-sockets.md:5: \"what\" is not understood",
        ),
        (
            "# S\n\n```layout\n",
            "book/chapters/2a-sockets.md:3: this code block is never closed",
        ),
        (
            "# S\n\n[x](gone.md)\n",
            "2a-sockets.html: the link to gone.html is broken: there is no such page",
        ),
        ("# S\n\n{{#include gone.rs}}\n", "mdbook: "),
        (
            "# S\n\n```rust\n{{#include 2a-sockets.md:gone}}\n```\n",
            "2a-sockets.html: a code block is empty",
        ),
        ("# S\n\n<b>open\n", "mdbook: "),
    ] {
        let said = built(chapter).expect_err(chapter);
        assert!(said.contains(message), "{chapter}: {said}");
    }
}

#[test]
fn a_chapter_that_is_not_in_the_summary_stops_the_build() {
    let root = course("# S\n", "# Summary\n\n- [Gone](./gone.md)\n");
    let Err(Error::Failed(said)) = build(root.path(), &root.path().join("out"), Search::On) else {
        panic!("it was built");
    };
    assert!(
        said.contains("SUMMARY.md:3: there is no book/chapters/gone.md"),
        "{said}"
    );
    assert!(said.contains("2a-sockets.md is not in it"), "{said}");
}

#[test]
fn only_a_book_is_replaced() {
    let root = course("# S\n", SUMMARY);
    let to = root.path().join("out");
    publish(root.path(), &to).unwrap();
    publish(root.path(), &to).unwrap();
    fs::write(to.join("old"), "").unwrap();
    publish(root.path(), &to).unwrap();
    assert!(!to.join("old").exists());

    let work = root.path().join("work");
    fs::create_dir(&work).unwrap();
    publish(root.path(), &work).unwrap();
    fs::remove_file(work.join(MARK)).unwrap();
    assert!(matches!(publish(root.path(), &work), Err(Error::Usage(_))));
}
