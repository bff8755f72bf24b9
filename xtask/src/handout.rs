//! `cargo xtask handout`: the course without its solutions and without the source of its tests.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::Error;
use crate::book;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::grade::compile;
use crate::grade::results::Subject;
use crate::mistakes::Mistakes;
use crate::stubs;

pub const HELP: &str = "\
Writes a copy of the course for learners: labs, the book as chapters and as pages, runner and built tests; no
solutions, no test source.

Usage: cargo xtask handout DIR

  -h, --help    print this

Example:
  cargo xtask handout ../letters-on-the-wire-2026

The copy grades without a network once its crates are fetched, on the kind of system it was made on.
Solutions are public all the same: \"hidden\" means out of sight.
";

/// Copied as they are.
const AS_IS: [&str; 10] = [
    ".cargo",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "book/chapters",
    "book/exam",
    "book/quizzes",
    "tests/keeper",
    "tests/tls/Cargo.toml",
    "tests/tls/src",
    "xtask/src",
];

/// In the README of a handout, before the licence.
const THIS_COPY: &str = "\
This is a handout. The whole book lies in [book/pages/index.html](book/pages/index.html), to be read in any browser,
without a server and without a network; `cargo xtask book --open` opens it. Verdicts do not appear in these pages: the
terminal has them. `diff`, `stubs`, `peers`, `ci` and `handout` need the whole course and say so.
";

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut directory = None;
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Value(value) if directory.is_none() => directory = Some(PathBuf::from(value)),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask handout --help",
                    other.unexpected()
                )));
            }
        }
    }
    let Some(directory) = directory else {
        return Err(Error::Usage(
            "where to? cargo xtask handout DIR".to_string(),
        ));
    };
    if course.is_handout() {
        return Err(Error::Failed(
            "this is a handout; copy its directory to make another".to_string(),
        ));
    }
    if fs::read_dir(&directory).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::Usage(format!(
            "{} is not empty; nothing was written",
            directory.display()
        )));
    }
    write(course, &directory)?;
    let size = |part: &Path| size(part).map_err(|error| failed("the handout", &error));
    println!(
        "{} is ready ({:.1} MB, of which the pages of the book are {:.1} MB): cd there, then cargo xtask grade",
        directory.display(),
        size(&directory)? as f64 / 1e6,
        size(&directory.join(book::PAGES))? as f64 / 1e6
    );
    Ok(ExitCode::SUCCESS)
}

fn write(course: &Course, to: &Path) -> Result<(), Error> {
    let catalog = Catalog::read(&course.root)?;
    if let Some(broken) = catalog.broken.first() {
        return Err(Error::Failed(broken.message.clone()));
    }
    for lab in &catalog.labs {
        let solution = course.root.join("solutions").join(&lab.directory);
        for copy in ["labs", "pristine"] {
            stubs::generate(&course.root, &solution, &to.join(copy).join(&lab.directory))?;
        }
    }
    for name in AS_IS {
        copy(&course.root.join(name), &to.join(name)).map_err(|error| failed(name, &error))?;
    }
    book::pages(course, &to.join(book::PAGES))?;
    let built = compile::build(&course.root, Subject::Solutions, &[])?;
    let bin = to.join("bin").join(system());
    fs::create_dir_all(&bin).map_err(|error| failed("bin", &error))?;
    for (from, name) in [(&built.tests, "labs"), (&built.keeper, "keeper")] {
        fs::copy(from, bin.join(name)).map_err(|error| failed(name, &error))?;
    }

    let text = |name: &str| {
        fs::read_to_string(course.root.join(name)).map_err(|error| failed(name, &error))
    };
    let put = |name: &str, text: String| {
        fs::write(to.join(name), text).map_err(|error| failed(name, &error))
    };
    put("mistakes.json", Mistakes::read(&course.root).to_json())?;
    put("README.md", readme(&text("README.md")?))?;
    put(".gitignore", text(".gitignore")?)?;
    put("Cargo.toml", workspace(&text("Cargo.toml")?)?)?;
    put(
        "xtask/Cargo.toml",
        without_tests(&text("xtask/Cargo.toml")?),
    )?;
    put("Cargo.lock", text("Cargo.lock")?)?;
    lock(to)
}

/// One of the programs that a handout comes with, `labs` or `keeper`.
pub fn program(root: &Path, name: &str) -> Result<PathBuf, Error> {
    let program = root.join("bin").join(system()).join(name);
    match program.is_file() {
        true => Ok(program),
        false => Err(Error::Failed(format!(
            "there is no {}: this handout was made on another kind of system and cannot grade on this one",
            program.display()
        ))),
    }
}

/// The kind of system that built tests run on, such as `x86_64-linux`.
fn system() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

/// The workspace of what is left: no solutions, no hidden tests.
fn workspace(manifest: &str) -> Result<String, Error> {
    let at = manifest.find("[workspace.package]").ok_or_else(|| {
        Error::Failed(
            "Cargo.toml has no [workspace.package]; it has to come after [workspace]".to_string(),
        )
    })?;
    Ok(format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"labs/[0-9]*\", \"tests/keeper\", \"tests/tls\", \"xtask\"]\n\
         default-members = [\"xtask\"]\n\n{}",
        &manifest[at..]
    ))
}

/// The runner's manifest without its test targets and what only they need.
fn without_tests(manifest: &str) -> String {
    let mut dropped = false;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            dropped = matches!(line, "[[bin]]" | "[[test]]" | "[dev-dependencies]");
        }
        if !dropped && !line.starts_with('#') {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// What the README says to contributors is of no use here.
fn readme(text: &str) -> String {
    let (for_learners, _) = text.split_once("## For contributors").unwrap_or((text, ""));
    format!("{for_learners}## This copy\n\n{THIS_COPY}\nLicence: MIT or Apache-2.0, as you like.\n")
}

/// Leaves out of the lock file what is not in the handout. (`cargo metadata` would do it too, but wants the crates of all
/// systems, and only those of this one have been fetched.)
fn lock(to: &Path) -> Result<(), Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(to)
        .output()
        .map_err(|error| Error::Failed(format!("cannot start cargo: {error}")))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(Error::Failed(format!(
            "the handout's workspace is broken:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::copy(from, to).map(|_| ())
}

/// In bytes, of all files below.
fn size(path: &Path) -> io::Result<u64> {
    if !path.is_dir() {
        return path.metadata().map(|data| data.len());
    }
    fs::read_dir(path)?.map(|entry| size(&entry?.path())).sum()
}

fn failed(what: &str, error: &io::Error) -> Error {
    Error::Failed(format!("{what}: {error}"))
}
