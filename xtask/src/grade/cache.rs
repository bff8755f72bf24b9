//! Verdicts of earlier runs, as long as everything that they depend on has the same bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::Error;
use crate::grade::results::{LabResult, Results, StepResult, Subject, VERSION, Verdict};
use crate::state::{self, State};

pub struct Cache {
    path: PathBuf,
    labs: Vec<LabResult>,
}

impl Cache {
    pub fn read(state: &State, subject: Subject) -> Self {
        let name = match subject {
            Subject::Labs => "results.json",
            Subject::Solutions => "results-solutions.json",
        };
        let path = state.directory.join(name);
        let labs = match read(&path) {
            Ok(results) => results.map(|results| results.labs).unwrap_or_default(),
            Err(why) => {
                state::set_aside(&path, &why);
                Vec::new()
            }
        };
        Self { path, labs }
    }

    /// The verdict of a step, if it was reached with the same `key`.
    pub fn step(&self, lab: &str, key: &str, step: &str) -> Option<StepResult> {
        let lab = self
            .labs
            .iter()
            .find(|old| old.id == lab && old.key == key)?;
        let result = lab.steps.iter().find(|old| old.id == step)?;
        let told = matches!(
            result.verdict,
            Verdict::Passed | Verdict::Failed | Verdict::Crashed
        );
        told.then(|| StepResult {
            cached: true,
            ..result.clone()
        })
    }

    /// The last verdict of a step, whatever has changed since.
    pub fn last(&self, lab: &str, step: &str) -> Option<&StepResult> {
        let lab = self.labs.iter().find(|old| old.id == lab)?;
        lab.steps.iter().find(|old| old.id == step)
    }

    /// Remembers `new`; of labs that were graded in part, the rest is kept if it is still true.
    pub fn write(mut self, new: &Results) -> Result<(), Error> {
        for lab in &new.labs {
            let old = self.labs.iter().position(|old| old.id == lab.id);
            let mut merged = lab.clone();
            if let Some(old) = old.map(|at| self.labs.remove(at))
                && old.key == lab.key
            {
                let has = |id: &str| lab.steps.iter().any(|step| step.id == id);
                merged
                    .steps
                    .extend(old.steps.into_iter().filter(|step| !has(&step.id)));
            }
            self.labs.push(merged);
        }
        let mut results = Results {
            labs: self.labs,
            ..new.clone()
        };
        results.recount();
        let bytes = serde_json::to_vec_pretty(&results).expect("plain data");
        state::write_whole(&self.path, &bytes).map_err(|error| {
            Error::Failed(format!("cannot write {}: {error}", self.path.display()))
        })
    }
}

/// A hash over the bytes of files, and a number.
pub fn key(files: &[&Path], number: u32) -> io::Result<String> {
    let mut hash = Xxh3::new();
    hash.update(&number.to_le_bytes());
    for file in files {
        let bytes = fs::read(file)?;
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    Ok(format!("{:032x}", hash.digest128()))
}

fn read(path: &Path) -> Result<Option<Results>, String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let results: Results = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    match results.version {
        VERSION => Ok(Some(results)),
        other => Err(format!("version {other} where {VERSION} was expected")),
    }
}
