//! A paper on disk, and the list of the papers that were begun: `.course/exam.json`.
//!
//! A file that is there is the learner's, and is never written again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::paper::Paper;
use super::{answers, repair};
use crate::Error;
use crate::state::{self, State};

const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: u32,
    papers: Vec<Begun>,
}

/// A paper that was begun.
#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// In hex, as `--seed` takes it.
    pub seed: String,
    pub directory: PathBuf,
    /// In seconds since 1970.
    pub begun: u64,
    /// Of the questions: another version of the course may make another paper of the seed.
    pub hash: String,
}

impl Begun {
    pub fn seed(&self) -> u64 {
        u64::from_str_radix(&self.seed, 16).unwrap_or_default()
    }

    /// From the beginning to the last change of a file that the learner writes.
    pub fn used(&self) -> Duration {
        let files = ["answers.txt", "repair/src/main.rs"].map(|file| self.directory.join(file));
        let times = files
            .iter()
            .filter_map(|file| fs::metadata(file).ok()?.modified().ok());
        let last = times.max().unwrap_or(UNIX_EPOCH);
        let last = last.duration_since(UNIX_EPOCH).unwrap_or_default();
        last.saturating_sub(Duration::from_secs(self.begun))
    }
}

/// Oldest first. A damaged list is set aside, and said.
pub fn begun(state: &State) -> Vec<Begun> {
    let path = state.directory.join("exam.json");
    match fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<Index>(&bytes) {
            Ok(index) if index.format == FORMAT => return index.papers,
            Ok(_) => state::set_aside(&path, "its format is a newer one"),
            Err(error) => state::set_aside(&path, &error.to_string()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => state::set_aside(&path, &error.to_string()),
    }
    Vec::new()
}

/// Writes what is missing of the paper into `directory`, and remembers it. The second value says whether it is new.
pub fn begin(state: &State, paper: &Paper, directory: &Path) -> Result<(Begun, bool), Error> {
    let mut papers = begun(state);
    let known = papers.iter().find(|it| it.directory == directory).cloned();
    let ours = known.as_ref().is_some_and(|it| it.seed() == paper.seed) || holds(directory, paper);
    let empty = match fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if !ours && !empty {
        return Err(Error::Usage(format!(
            "{} is not empty and does not hold the paper {}; nothing was written",
            directory.display(),
            paper.name()
        )));
    }
    if let Some(known) = &known {
        unchanged(known, paper)?;
    }
    let now = SystemTime::now();
    // The list may have been lost: then the paper is as old as its file.
    let since = fs::metadata(directory.join("paper.md")).and_then(|seen| seen.modified());
    let since = since
        .unwrap_or(now)
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    write(paper, directory)?;
    if let Some(known) = known.filter(|it| it.seed() == paper.seed) {
        return Ok((known, false));
    }
    let begun = Begun {
        seed: paper.name(),
        directory: directory.to_path_buf(),
        begun: since.as_secs(),
        hash: hash(paper),
    };
    papers.retain(|it| it.directory != directory);
    papers.push(begun.clone());
    let index = Index {
        format: FORMAT,
        papers,
    };
    let bytes = serde_json::to_vec_pretty(&index).expect("plain data");
    let path = state.directory.join("exam.json");
    state::write_whole(&path, &bytes).map_err(|error| failed(&path, &error))?;
    Ok((begun, !ours))
}

/// A paper is marked by the course that made it, or not at all.
pub fn unchanged(begun: &Begun, paper: &Paper) -> Result<(), Error> {
    match begun.hash == hash(paper) {
        true => Ok(()),
        false => Err(Error::Failed(format!(
            "the course makes another paper of the seed {} now than when {} was begun, so it cannot be marked; \
             begin a new one, or go back to the version of then",
            begun.seed,
            begun.directory.display()
        ))),
    }
}

fn hash(paper: &Paper) -> String {
    format!("{:016x}", xxh3_64(paper.markdown().as_bytes()))
}

fn holds(directory: &Path, paper: &Paper) -> bool {
    let first = format!("# Exam {}", paper.name());
    let text = fs::read_to_string(directory.join("paper.md")).unwrap_or_default();
    text.lines().next() == Some(&first)
}

fn write(paper: &Paper, directory: &Path) -> Result<(), Error> {
    let files = [
        ("answers.txt", answers::template(paper).into_bytes()),
        ("capture.txt", paper.capture.text().into_bytes()),
        ("capture.pcap", paper.capture.pcap()?),
        ("repair/Cargo.toml", repair::manifest().into_bytes()),
        (
            "repair/src/main.rs",
            paper.repair.given.clone().into_bytes(),
        ),
        // Last: where it is, all the others have been.
        ("paper.md", paper.markdown().into_bytes()),
    ];
    for (name, bytes) in files {
        put_if_missing(&directory.join(name), &bytes)?;
    }
    Ok(())
}

pub fn put_if_missing(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| state::write_whole(path, bytes))
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::Failed(format!("cannot write {}: {error}", path.display()))
}
