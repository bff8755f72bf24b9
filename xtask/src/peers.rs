//! `cargo xtask peers`: the solutions against real programs and the real Python libraries.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::{Catalog, Lab};
use crate::course::Course;
use crate::grade::compile;
use crate::grade::results::Subject;
use crate::screen::progress::Progress;

pub const HELP: &str = "\
Holds the solutions against real programs: each script in tests/peers/ is one row.

Usage: cargo xtask peers [LAB ...] [--nothing-missing]

  --nothing-missing    a program that is not installed here is a failure
  -h, --help           print this

Example:
  cargo xtask peers echo

Exit status: 0 all that could be run work, 1 one does not, 2 wrong usage, 3 nothing could be run.
";

/// How a script says that a program it needs is not installed; the name stands on its last line.
const MISSING: i32 = 77;

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let (mut words, mut nothing_missing) = (Vec::new(), false);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("nothing-missing") => nothing_missing = true,
            Value(word) => words.push(word.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask peers --help",
                    other.unexpected()
                )));
            }
        }
    }
    let catalog = Catalog::read(&course.root)?;
    let labs: Vec<&Lab> = catalog
        .select(&words)?
        .iter()
        .map(|s| &catalog.labs[s.lab])
        .collect();
    let names: Vec<&str> = labs.iter().map(|lab| lab.name.as_str()).collect();
    let scripts = scripts(&course.root, &names)?;
    if scripts.is_empty() {
        return Err(Error::Failed(
            "no script in tests/peers/ is about these labs".to_string(),
        ));
    }
    let programs = programs(course, &names)?;

    let progress = Progress::bar("peers", scripts.len() as u64);
    let mut rows = Vec::new();
    for script in scripts {
        let name = script
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        progress.say(&name);
        rows.push((name, drive(&script, &programs)?));
        progress.one_done();
    }
    drop(progress);

    let mut bad = false;
    for (name, outcome) in &rows {
        match outcome {
            Outcome::Works => println!("ok       {name}"),
            Outcome::Missing(what) => {
                bad |= nothing_missing;
                println!("missing  {name:<24} {what}");
            }
            Outcome::Fails(said) => {
                bad = true;
                println!(
                    "FAIL     {name}\n  {}",
                    said.trim_end().replace('\n', "\n  ")
                );
            }
        }
    }
    Ok(ExitCode::from(u8::from(bad)))
}

enum Outcome {
    Works,
    Missing(String),
    Fails(String),
}

fn drive(script: &Path, programs: &HashMap<String, PathBuf>) -> Result<Outcome, Error> {
    let output = Command::new("python3")
        .arg(script)
        .envs(programs)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            Error::Failed(format!(
                "cannot start python3, which the peers need: {error}"
            ))
        })?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(match output.status.code() {
        Some(0) => Outcome::Works,
        Some(MISSING) => Outcome::Missing(
            said(&output.stdout)
                .lines()
                .last()
                .unwrap_or("")
                .to_string(),
        ),
        _ => Outcome::Fails(said(&output.stdout) + &said(&output.stderr)),
    })
}

/// `PROGRAM_HTTP_MESSAGE` and the path of its program, for each lab.
fn programs(course: &Course, names: &[&str]) -> Result<HashMap<String, PathBuf>, Error> {
    let built = compile::build(&course.root, Subject::Solutions, names)?;
    let mut programs = HashMap::new();
    for (lab, program) in built.programs {
        let variable = format!("PROGRAM_{}", lab.replace('-', "_").to_uppercase());
        match program {
            Ok(program) => programs.insert(variable, program),
            Err(words) => {
                return Err(Error::Failed(format!(
                    "solution-{lab} does not build:\n{words}"
                )));
            }
        };
    }
    Ok(programs)
}

/// Scripts are named `LAB_PEER.py`.
fn scripts(root: &Path, names: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let directory = root.join("tests/peers");
    if !directory.is_dir() {
        return Err(Error::Failed(
            "this is a handout: it holds no solutions to hold against real programs".to_string(),
        ));
    }
    let entries = fs::read_dir(&directory)
        .map_err(|error| Error::Failed(format!("cannot read {}: {error}", directory.display())))?;
    let mut scripts: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "py"))
        .filter(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            names
                .iter()
                .any(|name| stem.starts_with(&format!("{}_", name.replace('-', "_"))))
        })
        .collect();
    scripts.sort();
    Ok(scripts)
}
