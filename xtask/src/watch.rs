//! `cargo xtask watch`: grades a lab anew at each save.

use std::collections::BTreeMap;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, SystemTime};

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::{Catalog, Lab};
use crate::course::Course;
use crate::grade::cache::Cache;
use crate::grade::results::{Subject, Verdict};
use crate::grade::{self, Options, interrupted_by_ctrl_c};
use crate::route;
use crate::screen;
use crate::state::State;

pub const HELP: &str = "\
Grades a lab, and again at each save. Ctrl-C ends it.

Usage: cargo xtask watch [LAB | LAB/STEP] [--slow N]

Without LAB: the first lab of your route that is not done.

  --slow N      this machine is N times slower than usual
  -h, --help    print this

Example:
  cargo xtask watch hello
";

/// How often the files are looked at. File events are not used: they do not arrive on every file system.
const LOOK: Duration = Duration::from_millis(100);
/// Editors write several files, or one in several goes; grading begins when all is quiet for this long.
const QUIET: Duration = Duration::from_millis(40);

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("slow") => {
                options.slow = grade::at_least_one("--slow", args.value()?.string()?)? as u32
            }
            Value(word) if options.words.is_empty() => options.words.push(word.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask watch --help",
                    other.unexpected()
                )));
            }
        }
    }
    let state = State::open(course)?;
    let catalog = Catalog::read(&course.root)?;
    if options.words.is_empty() {
        options.words.push(first_not_done(&catalog, &state)?);
    }
    let word = options.words[0].clone();
    let (name, directory) = catalog.directory(word.split('/').next().unwrap_or(&word))?;
    // A step that does not exist is said now, not after the first save.
    catalog.select(&options.words)?;
    let lab = course.root.join("labs").join(&directory);

    let interrupted = interrupted_by_ctrl_c();
    let mut seen = None;
    while !interrupted.load(Ordering::Relaxed) {
        let now = times(&lab);
        if seen.as_ref() == Some(&now) {
            thread::sleep(LOOK);
            continue;
        }
        let settled = settle(&lab, now);
        show(course, &options, &name);
        seen = Some(settled);
    }
    screen::out("\n");
    Ok(ExitCode::SUCCESS)
}

/// Grades once. What goes wrong is shown, and watching goes on: the next save may mend it.
fn show(course: &Course, options: &Options, name: &str) {
    if std::io::stdout().is_terminal() {
        screen::out("\x1b[2J\x1b[3J\x1b[H");
    }
    let shown =
        Catalog::read(&course.root).and_then(|catalog| grade::once(course, &catalog, options));
    match shown {
        Ok(_) => {}
        Err(Error::Usage(message) | Error::Failed(message)) => eprintln!("error: {message}"),
    }
    screen::out(&format!(
        "watching {name}: save a file to grade it again, Ctrl-C to end\n"
    ));
}

/// Waits until a burst of saves is over.
fn settle(lab: &Path, mut times: Times) -> Times {
    loop {
        thread::sleep(QUIET);
        let now = self::times(lab);
        if now == times {
            return now;
        }
        times = now;
    }
}

type Times = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Time and length of every file of the lab that cargo could care about.
fn times(lab: &Path) -> Times {
    let mut times = Times::new();
    let mut folders = vec![lab.to_path_buf()];
    while let Some(folder) = folders.pop() {
        // An editor may move a file while we look: what is gone will be back at the next look.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if name == "target" || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let Ok(about) = entry.metadata() else {
                continue;
            };
            if about.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|end| end == "rs" || end == "toml")
            {
                times.insert(path, (about.modified().ok(), about.len()));
            }
        }
    }
    times
}

fn first_not_done(catalog: &Catalog, state: &State) -> Result<String, Error> {
    let cache = Cache::read(state, Subject::Labs);
    let route = route::chosen(state);
    let done = |lab: &Lab| {
        lab.steps
            .iter()
            .all(|step| matches!(cache.last(&lab.name, &step.id), Some(last) if last.verdict == Verdict::Passed))
    };
    let on_route = route::labs(route, catalog);
    let open = on_route.iter().find(|name| {
        let lab = catalog.labs.iter().find(|lab| lab.name == **name);
        lab.is_some_and(|lab| !done(lab))
    });
    open.cloned().ok_or_else(|| {
        Error::Usage(format!(
            "every lab of the route {route:?} is done; say which lab to watch: cargo xtask watch LAB"
        ))
    })
}
