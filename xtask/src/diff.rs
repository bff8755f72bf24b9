//! `cargo xtask diff`: the learner's lab beside ours, once theirs passes.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::{Catalog, lab_name};
use crate::course::Course;
use crate::grade::cache::Cache;
use crate::grade::results::{Subject, Verdict};
use crate::screen;
use crate::state::State;
use crate::strip;

pub const HELP: &str = "\
Shows your lab beside ours. Opens when every step of the lab has passed.

Usage: cargo xtask diff LAB

  -h, --help    print this

Example:
  cargo xtask diff hello

Lines with - are yours, lines with + are ours. Ours is one way to do it, not the only one.
";

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut word = None;
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Value(value) if word.is_none() => word = Some(value.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask diff --help",
                    other.unexpected()
                )));
            }
        }
    }
    let word = word.ok_or_else(|| Error::Usage("which lab? cargo xtask diff LAB".to_string()))?;
    if !course.root.join("solutions").is_dir() {
        return Err(Error::Failed(
            "this is a handout: it holds no solutions to compare with".to_string(),
        ));
    }
    let catalog = Catalog::read(&course.root)?;
    let selected = catalog.select(std::slice::from_ref(&word))?;
    let lab = &catalog.labs[selected[0].lab];
    let cache = Cache::read(&State::open(course)?, Subject::Labs);
    let open: Vec<&str> = lab
        .steps
        .iter()
        .map(|step| step.id.as_str())
        .filter(|id| !matches!(cache.last(&lab.name, id), Some(last) if last.verdict == Verdict::Passed))
        .collect();
    if let Some(first) = open.first() {
        screen::out(&format!(
            "{}: {} of {} steps have not passed yet, {first} first. Ours is shown when all have.\n\
             If you are stuck: cargo xtask hint {}/{first}\n",
            lab.name,
            open.len(),
            lab.steps.len(),
            lab.name
        ));
        return Ok(ExitCode::FAILURE);
    }
    compare(course, &lab.directory)
}

fn compare(course: &Course, directory: &str) -> Result<ExitCode, Error> {
    let ours = course.target.join("diff").join(directory);
    let failed = |error: std::io::Error| Error::Failed(format!("{}: {error}", ours.display()));
    match fs::remove_dir_all(&ours) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let solution = course.root.join("solutions").join(directory).join("src");
    fs::create_dir_all(ours.join("src")).map_err(failed)?;
    for entry in fs::read_dir(&solution).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let text = fs::read_to_string(&path).map_err(failed)?;
        let text = strip::unmarked(&text).map_err(|error| {
            Error::Failed(format!("{}:{}: {}", path.display(), error.line, error.what))
        })?;
        let text = strip::rename(&text, lab_name(directory));
        fs::write(
            ours.join("src").join(path.file_name().unwrap_or_default()),
            text,
        )
        .map_err(failed)?;
    }
    let yours = Path::new("labs").join(directory).join("src");
    let status = Command::new("git")
        .args(["--no-pager", "diff", "--no-index", "--"])
        .args([&yours, &ours.join("src")])
        .current_dir(&course.root)
        .status()
        .map_err(|error| {
            Error::Failed(format!(
                "cannot start git, which draws the difference: {error}"
            ))
        })?;
    // git says 1 where there is a difference.
    match status.code() {
        Some(0) => screen::out("Yours and ours are the same.\n"),
        Some(1) => {}
        _ => return Err(Error::Failed("git could not compare the two".to_string())),
    }
    Ok(ExitCode::SUCCESS)
}
