//! The programs of a run, out of reach of the next build.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::grade::compile::Built;
use crate::state::State;

/// The programs of this run under names of their own: another build cannot change them underneath.
pub struct Linked {
    pub keeper: PathBuf,
    pub tests: PathBuf,
    pub programs: HashMap<String, Result<PathBuf, String>>,
}

impl Linked {
    pub fn new(built: &Built, state: &State) -> Result<Self, Error> {
        let directory = state.directory.join("bin");
        let link = |from: &Path, name: &str| {
            let to = directory.join(name);
            let linked = fs::create_dir_all(&directory).and_then(|()| link_or_copy(from, &to));
            linked.map(|()| to.clone()).map_err(|error| {
                Error::Failed(format!(
                    "cannot link {} to {}: {error}",
                    from.display(),
                    to.display()
                ))
            })
        };
        let mut programs = HashMap::new();
        for (lab, program) in &built.programs {
            let program = match program {
                Ok(program) => Ok(link(program, &format!("program-{lab}"))?),
                Err(words) => Err(words.clone()),
            };
            programs.insert(lab.clone(), program);
        }
        Ok(Self {
            keeper: link(&built.keeper, "keeper")?,
            tests: link(&built.tests, "labs")?,
            programs,
        })
    }
}

fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ()))
}
