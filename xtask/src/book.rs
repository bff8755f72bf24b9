//! `cargo xtask book`: builds the program of the book where it is missing, and starts it.
//!
//! mdBook is far more to build than the runner, so it is a program of its own: grading never waits for it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::Error;
use crate::course::Course;
use crate::grade::compile;
use crate::opener;
use crate::state::State;

/// Where a handout has the pages.
pub const PAGES: &str = "book/pages";

pub const HELP: &str = "\
Serves the book to a browser on this machine; the first call builds what that needs, which takes minutes.

Usage: cargo xtask book [--open] [--port N]
       cargo xtask book --build DIR

  --open         open a browser
  --port N       the port on 127.0.0.1 (default: 3217, or a free one if that is taken)
  --build DIR    write the pages to DIR instead; they need no server
  -h, --help     print this

Example:
  cargo xtask book --open

Pages change as chapters do, and show the verdicts of grade and watch as they come.
A handout has the pages as files, in book/pages: there --open opens those, and nothing is built or served.
";

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let (mut open, mut port, mut build) = (false, None, None);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("open") => open = true,
            Long("port") => port = Some(args.value()?.parse::<u16>()?),
            Long("build") => build = Some(PathBuf::from(args.value()?)),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask book --help",
                    other.unexpected()
                )));
            }
        }
    }
    if build.is_some() && (open || port.is_some()) {
        return Err(Error::Usage(
            "--build writes files and serves nothing: leave out --open and --port".to_string(),
        ));
    }
    if course.is_handout() {
        return in_handout(course, open, port.is_some() || build.is_some());
    }
    let mut command = Command::new(program(course)?);
    match build {
        Some(to) => command.arg("build").arg(to),
        None => command
            .args(["serve", "--out"])
            .arg(course.target.join("book-pages"))
            .arg("--state")
            .arg(State::open(course)?.directory),
    };
    command.arg("--root").arg(&course.root);
    if open {
        command.arg("--open");
    }
    if let Some(port) = port {
        command.arg("--port").arg(port.to_string());
    }
    let status = command.status().map_err(cannot_start)?;
    Ok(ExitCode::from(
        status.code().and_then(|it| it.try_into().ok()).unwrap_or(3),
    ))
}

/// A handout has the pages and not the program that makes them.
fn in_handout(course: &Course, open: bool, more: bool) -> Result<ExitCode, Error> {
    let page = course.root.join(PAGES).join("index.html");
    if more {
        return Err(Error::Failed(format!(
            "a handout does not build or serve the book; its pages are files: {}",
            page.display()
        )));
    }
    if !page.is_file() {
        return Err(Error::Failed(format!(
            "there is no {}: this handout has lost its pages; its chapters are in book/chapters",
            page.display()
        )));
    }
    println!("the book is {}", page.display());
    if open {
        opener::open(&page.to_string_lossy());
    }
    Ok(ExitCode::SUCCESS)
}

/// For `cargo xtask handout`: the pages as files, in a directory that does not exist yet.
pub fn pages(course: &Course, to: &Path) -> Result<(), Error> {
    let output = Command::new(program(course)?)
        .arg("build")
        .arg(to)
        .arg("--root")
        .arg(&course.root)
        .output()
        .map_err(cannot_start)?;
    match output.status.success() {
        true => Ok(()),
        false => Err(Error::Failed(format!(
            "the book cannot be built:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

/// For `cargo xtask ci book`: what is wrong with the book, if anything.
pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let output = Command::new(program(course)?)
        .args(["check", "--root"])
        .arg(&course.root)
        .output()
        .map_err(cannot_start)?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Ok(said.lines().map(str::to_string).collect())
}

fn program(course: &Course) -> Result<PathBuf, Error> {
    if !course.target.join("debug/book").is_file() {
        eprintln!("building what the book needs; this is once, and takes a minute or some");
    }
    let made = compile::cargo_build(&course.root, &["-p", "book", "--bin", "book"])?;
    made.programs.get("book").cloned().ok_or_else(|| {
        Error::Failed(format!(
            "the program of the book does not build; this is not your code's fault:\n{}",
            made.words_about("book")
        ))
    })
}

fn cannot_start(error: std::io::Error) -> Error {
    Error::Failed(format!("cannot start the program of the book: {error}"))
}
