//! `cargo xtask exam`: a paper from a seed, marked by keys that are derived or run.
//!
//! `paper` has the whole; `wire` (with `capture`, `dns`, `body`), `predict`, `diagnose` (with `world`, `commands`) and
//! `repair` are its parts; `answers` and `marking` judge, `folder` keeps, `screen` shows. The essays stand apart.

pub mod answer;
mod answers;
mod body;
mod capture;
pub mod check;
mod commands;
mod data;
mod diagnose;
mod dns;
pub mod essays;
mod folder;
pub mod marking;
pub mod paper;
mod predict;
mod repair;
mod screen;
mod wire;
mod world;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::Error;
use crate::course::Course;
use crate::grade::at_least_one;
use crate::screen::out;
use crate::seed;
use crate::state::State;
use folder::Begun;
use marking::Marks;
use paper::Paper;

pub const HELP: &str = "\
Begins and marks exams: 90 minutes, 100 points, a paper whole from its seed.

Usage: cargo xtask exam [DIR] [--seed N]        begin a paper
       cargo xtask exam mark [DIR] [--slow N]   mark it, by default the one begun last
       cargo xtask exam list                    the papers that were begun
       cargo xtask exam essays [N] [--anyway]   the document's five questions; the model answer of one

  DIR           where the paper is written (default: .course/exam/SEED)
  --seed N      the paper of this seed (hex); without it, one of its own
  --slow N      this machine is N times slower than usual: the tests of part D wait N times longer
  --anyway      show a model answer before anything is written
  -h, --help    print this

Example:
  cargo xtask exam --seed 7f3a

Nothing of yours is ever overwritten. The time is said, and nothing is cut off at its end.
Exit status: 0 done (whatever was earned), 2 wrong usage, 3 could not be marked, 130 interrupted.
";

#[derive(Default)]
struct Asked {
    words: Vec<String>,
    seed: Option<u64>,
    slow: Option<u32>,
    anyway: bool,
}

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut asked = Asked::default();
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("seed") => asked.seed = Some(seed::read(&args.value()?.string()?)?),
            Long("slow") => {
                asked.slow = Some(at_least_one("--slow", args.value()?.string()?)? as u32)
            }
            Long("anyway") => asked.anyway = true,
            Value(word) if asked.words.len() < 2 => asked.words.push(word.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask exam --help",
                    other.unexpected()
                )));
            }
        }
    }
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    let out_of_place = |option: &str| {
        Err(Error::Usage(format!(
            "{option} means nothing here; cargo xtask exam --help"
        )))
    };
    match (&words[..], &asked) {
        (["mark" | "list" | "essays", ..], Asked { seed: Some(_), .. }) => out_of_place("--seed"),
        ([] | ["list" | "essays", ..], Asked { slow: Some(_), .. }) => out_of_place("--slow"),
        ([] | ["list" | "mark", ..], Asked { anyway: true, .. }) => out_of_place("--anyway"),
        (["mark", rest @ ..], _) => mark(course, rest.first().copied(), asked.slow.unwrap_or(1)),
        (["list"], _) => {
            out(&screen::list(course, &folder::begun(&State::open(course)?)));
            Ok(ExitCode::SUCCESS)
        }
        (["essays", rest @ ..], _) => essay(course, rest.first().copied(), asked.anyway),
        ([] | [_], _) => begin(course, words.first().copied(), asked.seed),
        _ => Err(Error::Usage(
            "one directory; cargo xtask exam --help".to_string(),
        )),
    }
}

fn begin(course: &Course, directory: Option<&str>, seed: Option<u64>) -> Result<ExitCode, Error> {
    let state = State::open(course)?;
    let _lock = state.lock()?;
    let known = folder::begun(&state);
    // A paper that was begun is not new.
    let fresh = || {
        (0..)
            .map(|n| seed::random() ^ n)
            .find(|&seed| known.iter().all(|it| it.seed() != seed))
    };
    let seed = seed.or_else(fresh).unwrap_or_default();
    let paper = Paper::new(&course.root, seed)?;
    let directory = match directory {
        Some(directory) => absolute(directory)?,
        None => state.directory.join("exam").join(paper.name()),
    };
    let (begun, new) = folder::begin(&state, &paper, &directory)?;
    out(&screen::begun(course, &paper, &begun, new));
    Ok(ExitCode::SUCCESS)
}

fn mark(course: &Course, directory: Option<&str>, slow: u32) -> Result<ExitCode, Error> {
    let state = State::open(course)?;
    let _lock = state.lock()?;
    let begun = find(&state, directory)?;
    let paper = Paper::new(&course.root, begun.seed())?;
    folder::unchanged(&begun, &paper)?;
    let file = begun.directory.join("answers.txt");
    let text = fs::read_to_string(&file).map_err(|error| {
        Error::Failed(format!(
            "cannot read {}: {error}; cargo xtask exam --seed {} {} puts a new one there",
            file.display(),
            begun.seed,
            screen::shown(course, &begun.directory)
        ))
    })?;
    let answers = answers::read(&paper, &screen::shown(course, &file), &text).map_err(|what| {
        Error::Failed(format!(
            "nothing was marked, so that this can be mended first:\n{what}"
        ))
    })?;
    let keys = marking::keys(&paper, &course.target.join("exam/predict"))?;
    let package = begun.directory.join("repair");
    let marks = Marks {
        rows: marking::rows(&paper, &keys, &answers),
        repair: marking::judge(course, &state, &paper.repair, &package, paper.seed, slow)?,
    };
    out(&screen::marked(course, &paper, &begun, &marks));
    Ok(ExitCode::from(match marks.repair.interrupted {
        true => 130,
        false if marks.repair.is_unknown() => 3,
        false => 0,
    }))
}

fn essay(course: &Course, number: Option<&str>, anyway: bool) -> Result<ExitCode, Error> {
    let state = State::open(course)?;
    let _lock = state.lock()?;
    let text = match number {
        None => essays::overview(course, &state)?,
        Some(number) => {
            let number = number
                .parse()
                .map_err(|_| Error::Usage(format!("{number:?} is no number of an essay")))?;
            essays::one(course, &state, number, anyway)?
        }
    };
    out(&text);
    Ok(ExitCode::SUCCESS)
}

/// The paper in this directory, or the one that was begun last.
fn find(state: &State, directory: Option<&str>) -> Result<Begun, Error> {
    let mut papers = folder::begun(state);
    let found = match directory {
        None => papers.pop(),
        Some(directory) => {
            let wanted = absolute(directory)?;
            papers.into_iter().find(|it| it.directory == wanted)
        }
    };
    found.ok_or_else(|| {
        Error::Usage(match directory {
            None => "no paper has been begun; cargo xtask exam begins one".to_string(),
            Some(directory) => {
                format!("no paper was begun in {directory}; cargo xtask exam list shows where")
            }
        })
    })
}

fn absolute(directory: &str) -> Result<PathBuf, Error> {
    let path = std::path::absolute(directory)
        .map_err(|error| Error::Usage(format!("{directory:?}: {error}")))?;
    // `a/b/` and `a/b` are one place.
    Ok(path.components().collect())
}

#[cfg(test)]
mod tests;
