//! `cargo xtask hint`: the next hint of a step, one at a time.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::ExitCode;

use lexopt::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::catalog::{Catalog, Lab, Step};
use crate::course::Course;
use crate::grade::cache::Cache;
use crate::grade::results::{Subject, Verdict};
use crate::screen::{self, lines};
use crate::state::{self, State};

pub const HELP: &str = "\
Shows a hint for a step: a nudge first, then a direction, then nearly the answer.

Usage: cargo xtask hint [LAB | LAB/STEP] [--reread]

Without STEP: the step that failed last time, else the first that is open.
The same command again shows the next hint.

  --reread      show the hints that are open already, no further one
  -h, --help    print this

Example:
  cargo xtask hint hello/hears_the_greeting
";

const FORMAT: u32 = 1;

/// How many hints are open, by `lab/step`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    format: u32,
    opened: BTreeMap<String, usize>,
}

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let (mut word, mut reread) = (None, false);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("reread") => reread = true,
            Value(value) if word.is_none() => word = Some(value.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask hint --help",
                    other.unexpected()
                )));
            }
        }
    }
    let catalog = Catalog::read(&course.root)?;
    let state = State::open(course)?;
    let _lock = state.lock()?;
    let words: Vec<String> = word.into_iter().collect();
    let Some((lab, step)) = asked_for(&catalog, &state, &words)? else {
        screen::out("Every step of this has passed: there is nothing to hint at.\n");
        return Ok(ExitCode::SUCCESS);
    };

    let path = state.directory.join("hints.json");
    let mut opened = read(&path);
    let name = format!("{}/{}", lab.name, step.id);
    let open = opened.opened.entry(name.clone()).or_default();
    let before = *open;
    if !reread {
        *open = (before + 1).min(step.hints.len());
    }
    let now = *open;
    if now != before {
        let bytes = serde_json::to_vec_pretty(&opened).expect("plain data");
        state::write_whole(&path, &bytes)
            .map_err(|error| Error::Failed(format!("cannot write {}: {error}", path.display())))?;
    }
    // What was open before is shown when asked for, or when there is nothing new.
    let from = if reread || now == before { 0 } else { before };
    screen::out(&render(&name, step, from, now));
    Ok(ExitCode::SUCCESS)
}

fn render(name: &str, step: &Step, from: usize, to: usize) -> String {
    let all = step.hints.len();
    let mut text = String::new();
    if from == to {
        text.push_str(&format!(
            "{name}: no hint is open yet. cargo xtask hint {name} opens one.\n"
        ));
    }
    for (i, hint) in step.hints.iter().enumerate().take(to).skip(from) {
        let next = match i + 1 < all {
            true if i + 1 == to => "      (the next one: the same command again)",
            _ => "",
        };
        text.push_str(&format!("{name}, hint {} of {all}{next}\n", i + 1));
        for line in lines::wrapped(hint, lines::width() - 2) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if to == all {
        text.push_str(&format!(
            "\nThat was the last one. The statement above `fn {}` and its RFC sections ({}) say the rest.\n",
            step.function, step.spec
        ));
    }
    text
}

/// The step that was named, else the first that failed by the last results, else the first that has not passed.
fn asked_for<'a>(
    catalog: &'a Catalog,
    state: &State,
    words: &[String],
) -> Result<Option<(&'a Lab, &'a Step)>, Error> {
    let cache = Cache::read(state, Subject::Labs);
    let selected = catalog.select(words)?;
    let steps: Vec<(&Lab, &Step)> = selected
        .iter()
        .flat_map(|selected| {
            let lab = &catalog.labs[selected.lab];
            selected.steps.iter().map(move |&s| (lab, &lab.steps[s]))
        })
        .collect();
    if words.iter().any(|word| word.contains('/')) {
        return Ok(steps.first().copied());
    }
    let last = |lab: &Lab, step: &Step| cache.last(&lab.name, &step.id);
    let failed = |(lab, step): &&(&Lab, &Step)| {
        last(lab, step).is_some_and(|last| {
            let failures = [Verdict::Failed, Verdict::TimedOut, Verdict::Crashed];
            failures.contains(&last.verdict) && !last.is_open()
        })
    };
    let open = |(lab, step): &&(&Lab, &Step)| {
        last(lab, step).is_none_or(|last| last.verdict != Verdict::Passed)
    };
    let found = steps.iter().find(failed).or(steps.iter().find(open));
    Ok(found.copied())
}

fn read(path: &std::path::Path) -> Opened {
    let none = Opened {
        format: FORMAT,
        opened: BTreeMap::new(),
    };
    match fs::read(path) {
        Ok(bytes) => match serde_json::from_slice::<Opened>(&bytes) {
            Ok(opened) if opened.format == FORMAT => opened,
            Ok(_) => {
                state::set_aside(path, "its format is a newer one");
                none
            }
            Err(error) => {
                state::set_aside(path, &error.to_string());
                none
            }
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => none,
        Err(error) => {
            state::set_aside(path, &error.to_string());
            none
        }
    }
}
