//! `cargo xtask reset`: a lab as it was at the beginning; what the learner wrote is kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::state::State;
use crate::stubs;

pub const HELP: &str = "\
Puts a lab back to how it was at the beginning. Everything that is there now is kept.

Usage: cargo xtask reset LAB ...

  -h, --help    print this

Example:
  cargo xtask reset echo

Your files go to .course/kept/echo-1 (then echo-2, and so on). Nothing in there is ever removed.
";

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut words = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Value(word) => words.push(word.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask reset --help",
                    other.unexpected()
                )));
            }
        }
    }
    if words.is_empty() {
        return Err(Error::Usage("which lab? cargo xtask reset LAB".to_string()));
    }
    let catalog = Catalog::read(&course.root)?;
    let labs: Vec<(String, String)> = words
        .iter()
        .map(|word| catalog.directory(word))
        .collect::<Result<_, _>>()?;
    let state = State::open(course)?;
    let _lock = state.lock()?;
    for (name, directory) in labs {
        reset(course, &state, &name, &directory)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn reset(course: &Course, state: &State, name: &str, directory: &str) -> Result<(), Error> {
    let lab = course.root.join("labs").join(directory);
    // A name with a dot is no member of the workspace, and lies on the same file system as its goal.
    let fresh = course.root.join("labs").join(format!(".fresh-{directory}"));
    let failed = |what: &Path, error: &io::Error| {
        Error::Failed(format!("{}: {error}; nothing was changed", what.display()))
    };

    remove(&fresh).map_err(|error| failed(&fresh, &error))?;
    stubs::pristine(course, directory, &fresh)?;
    let kept = keep(&lab, state, name).map_err(|error| failed(&lab, &error))?;
    remove(&lab)
        .and_then(|()| fs::rename(&fresh, &lab))
        .map_err(|error| {
            Error::Failed(format!(
                "{}: {error}; your files are in {}, the fresh lab in {}",
                lab.display(),
                kept.as_deref()
                    .unwrap_or(Path::new("no place: there were none"))
                    .display(),
                fresh.display()
            ))
        })?;
    match kept {
        Some(kept) => println!(
            "{name} is as it was at the beginning. Your files are in {}",
            kept.display()
        ),
        None => println!("{name} is as it was at the beginning."),
    }
    Ok(())
}

/// Copies everything in `lab` to a directory of its own, and makes sure that it has arrived.
fn keep(lab: &Path, state: &State, name: &str) -> io::Result<Option<PathBuf>> {
    if !lab.exists() {
        return Ok(None);
    }
    let parent = state.directory.join("kept");
    fs::create_dir_all(&parent)?;
    let kept = (1..)
        .map(|n| parent.join(format!("{name}-{n}")))
        .find(|path| !path.exists())
        .expect("some number is free");
    copy(lab, &kept)?;
    Ok(Some(kept))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_dir() {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if kind.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to)?;
    match fs::read(from)? == fs::read(to)? {
        true => Ok(()),
        false => Err(io::Error::other(format!(
            "{} was not copied whole",
            from.display()
        ))),
    }
}

fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
