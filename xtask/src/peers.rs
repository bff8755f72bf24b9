//! `cargo xtask peers`: the solutions against real programs and the real Python libraries.

mod rows;
pub mod systems;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::grade::compile;
use crate::grade::results::Subject;
use crate::screen::{self, progress::Progress};
use rows::State;

pub const HELP: &str = "\
Holds the solutions against real programs and the real Python libraries, by the scripts in tests/peers/:
one row for each system that the document names, then one for each other peer.

Usage: cargo xtask peers [LAB ...] [--nothing-missing]

  --nothing-missing    a program that is not installed here is a failure
  -h, --help           print this

Example:
  cargo xtask peers echo

  ok       it works with every lab that is about it
  FAIL     it does not; what was seen stands below the table
  missing  a program that this needs is not on this machine
  later    the lab is not there yet

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
    let labs: Vec<&str> = catalog
        .select(&words)?
        .iter()
        .map(|selected| catalog.labs[selected.lab].name.as_str())
        .collect();
    let scripts = scripts(&course.root, &labs)?;
    if scripts.is_empty() {
        return Err(Error::Failed(
            "no script in tests/peers/ is about these labs".to_string(),
        ));
    }
    let programs = programs(course, &labs)?;

    let progress = Progress::bar("peers", scripts.len() as u64);
    let mut ran = Vec::new();
    for script in scripts {
        progress.say(&format!("{} with {}", script.lab, script.peer));
        let outcome = drive(&script.path, &programs)?;
        ran.push((script, outcome));
        progress.one_done();
    }
    drop(progress);

    let rows = rows::of(ran, &labs, words.is_empty());
    screen::out(&rows::table(&rows));
    let bad = rows.iter().any(|row| match row.state {
        State::Fails => true,
        State::Missing => nothing_missing,
        State::Works | State::Later => false,
    });
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

struct Script {
    lab: String,
    /// As in the name of the script: `http_client`.
    peer: String,
    path: PathBuf,
}

/// Scripts are named `LAB_PEER.py`.
fn scripts(root: &Path, labs: &[&str]) -> Result<Vec<Script>, Error> {
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
        .filter_map(|path| {
            let stem = path.file_stem()?.to_string_lossy().into_owned();
            let (lab, peer) = systems::parts(&stem, labs.iter().copied())?;
            let lab = lab.to_string();
            Some(Script { lab, peer, path })
        })
        .collect();
    scripts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(scripts)
}
