//! Where the course lies on this machine: the checkout, cargo's target directory, the learner's state.

use std::env;
use std::path::{Path, PathBuf};

use crate::Error;

pub struct Course {
    /// The checkout: holds `labs`, and `solutions` unless it is a handout.
    pub root: PathBuf,
    /// Cargo's target directory, wherever the learner has put it.
    pub target: PathBuf,
}

impl Course {
    /// A copy for learners: no solutions, and the hidden tests only as a program.
    pub fn is_handout(&self) -> bool {
        !self.root.join("solutions").is_dir() && self.root.join("bin").is_dir()
    }

    pub fn find() -> Result<Self, Error> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => env::current_dir().map_err(|error| {
                Error::Failed(format!("cannot tell the current directory: {error}"))
            })?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("labs").is_dir() && dir.join("xtask").is_dir())
            .ok_or_else(|| {
                Error::Failed(format!(
                    "{} is not inside a checkout of the course: no directory above it holds labs/ and xtask/",
                    start.display()
                ))
            })?
            .to_path_buf();
        Ok(Self {
            target: target(&root),
            root,
        })
    }
}

/// The Rust files in a directory, by name, with their text. What cannot be read is left out.
pub fn rust_sources(directory: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let text = std::fs::read_to_string(entry.path()).ok()?;
            name.ends_with(".rs").then_some((name, text))
        })
        .collect();
    files.sort();
    files
}

/// Cargo put this program into `TARGET/PROFILE/xtask`: that is right under every way of setting the directory.
fn target(root: &Path) -> PathBuf {
    env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.parent()?.to_path_buf()))
        .unwrap_or_else(|| root.join("target"))
}
