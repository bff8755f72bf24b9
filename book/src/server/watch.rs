//! Looks for changes on disk: in the book, which is then built anew, and in the runner's results.
//!
//! It looks at modification times: some hundred files, well below a millisecond, and the same on every system.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;
use tokio::sync::watch::{Receiver, Sender, channel};

use crate::args::Serve;
use crate::live::{self, Progress};
use crate::site::{self, Search};
use xtask::Error;

/// Between two looks at the results, and at the book.
const LOOK: Duration = Duration::from_millis(100);

/// So many looks without a change, and whoever writes is thinking.
const QUIET: u32 = 20;

/// What pages are served, and what they should show.
#[derive(Clone, Serialize)]
pub struct Now {
    #[serde(skip)]
    pub site: PathBuf,
    /// Counts up; a page that sees another number loads itself again.
    pub build: u64,
    /// Why the book could not be built, or the results not be read.
    pub trouble: Option<String>,
    pub progress: Progress,
    /// What a page has to send with an answer to a quiz.
    pub token: String,
}

impl Now {
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

/// Builds once, then goes on in two threads: results are not to wait for a build.
pub fn start(serve: &Serve, out: &Path, token: &str) -> Result<Receiver<Arc<Now>>, Error> {
    let site = super::site(out, 0);
    let seen = book(&serve.root);
    build(&serve.root, &site, Search::On)?;
    let first = Now {
        site,
        build: 0,
        trouble: None,
        progress: live::read(&serve.state).unwrap_or_default(),
        token: token.to_string(),
    };
    let (tell, now) = channel(Arc::new(first));
    let tell = Arc::new(tell);
    let (state, results) = (serve.state.clone(), Arc::clone(&tell));
    thread::spawn(move || watch_results(&state, &results));
    let (root, out) = (serve.root.clone(), out.to_path_buf());
    thread::spawn(move || watch_book(&root, &out, seen, &tell));
    Ok(now)
}

fn watch_results(state: &Path, tell: &Sender<Arc<Now>>) {
    let mut seen = None;
    loop {
        let there = ["results.json", "answers.json"].map(|it| mark(&state.join(it)));
        if seen.as_ref() != Some(&there) {
            seen = Some(there);
            match live::read(state) {
                Ok(progress) => change(tell, |now| now.progress = progress.clone()),
                Err(what) => eprintln!("{what}"),
            }
        }
        thread::sleep(LOOK);
    }
}

/// A change is first shown without a search, in half the time; when nothing more changes the search follows, unseen.
fn watch_book(root: &Path, out: &Path, mut seen: Vec<Mark>, tell: &Sender<Arc<Now>>) {
    let mut builds = 0;
    // Looks since a change that has no search yet.
    let mut quiet = None;
    loop {
        thread::sleep(LOOK);
        let there = book(root);
        quiet = quiet.map(|looks| looks + 1);
        let search = match there != seen {
            true => Search::Off,
            false if quiet >= Some(QUIET) => Search::On,
            false => continue,
        };
        quiet = (search == Search::Off).then_some(0);
        seen = there;
        let site = super::site(out, builds + 1);
        let began = Instant::now();
        match build(root, &site, search) {
            Ok(()) => {
                builds += 1;
                if search == Search::Off {
                    println!("built anew in {} ms", began.elapsed().as_millis());
                }
                change(tell, |now| {
                    now.site = site.clone();
                    if search == Search::Off {
                        (now.build, now.trouble) = (builds, None);
                    }
                });
            }
            Err(Error::Failed(what) | Error::Usage(what)) => {
                quiet = None;
                eprintln!("{what}");
                change(tell, |now| now.trouble = Some(what.clone()));
            }
        }
    }
}

fn change(tell: &Sender<Arc<Now>>, how: impl Fn(&mut Now)) {
    tell.send_modify(|now| {
        let mut next = Now::clone(now);
        how(&mut next);
        *now = Arc::new(next);
    });
}

fn build(root: &Path, site: &Path, search: Search) -> Result<(), Error> {
    fs::create_dir_all(site)
        .map_err(|error| Error::Failed(format!("cannot make {}: {error}", site.display())))?;
    site::build(root, site, search)
}

type Mark = (PathBuf, u64, SystemTime);

/// Everything that the pages are made of.
fn book(root: &Path) -> Vec<Mark> {
    let mut marks = Vec::new();
    for part in [
        "book/book.toml",
        "book/chapters",
        "book/exam",
        "book/quizzes",
        "book/theme",
    ] {
        below(&root.join(part), &mut marks);
    }
    // For their lab.toml, and for listings that chapters include. What learners write in `labs` is in no chapter.
    let solutions = fs::read_dir(root.join("solutions"));
    for lab in solutions.into_iter().flatten().flatten() {
        for inside in ["lab.toml", "src"] {
            below(&lab.path().join(inside), &mut marks);
        }
    }
    marks.sort();
    marks
}

fn below(path: &Path, marks: &mut Vec<Mark>) {
    match fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries.flatten() {
                below(&entry.path(), marks);
            }
        }
        Err(_) => marks.extend(mark(path)),
    }
}

fn mark(path: &Path) -> Option<Mark> {
    let data = fs::metadata(path).ok()?;
    Some((path.to_path_buf(), data.len(), data.modified().ok()?))
}
