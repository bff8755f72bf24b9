//! A copy of the checkout that a test may change: labs for `grade`, chapters for the server.

use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::served::{checkout, programs};

/// Nobody else uses the copy while this lives. It lies at one place, and is built in one, so that little is built anew.
pub struct Course {
    pub root: PathBuf,
    target: PathBuf,
    _lock: File,
}

impl Course {
    pub fn open() -> Self {
        let tmp = programs()
            .parent()
            .expect("the target directory")
            .join("tmp/browser");
        fs::create_dir_all(&tmp).unwrap();
        let lock = File::create(tmp.join("lock")).unwrap();
        lock.lock().unwrap();
        let root = tmp.join("course");
        bring(checkout(), &root);
        Self {
            root,
            target: tmp.join("target"),
            _lock: lock,
        }
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// In one piece, as good editors do.
    pub fn write(&self, file: &str, text: &str) {
        let unfinished = self.root.with_file_name("unfinished");
        fs::write(&unfinished, text).unwrap();
        fs::rename(unfinished, self.root.join(file)).unwrap();
    }

    /// The real `cargo xtask grade`; returns what it says. That a step fails is no failure of it.
    pub fn grade(&self, labs: &[&str], state: &Path) -> String {
        let output = Command::new(env!("CARGO"))
            .args(["xtask", "grade"])
            .args(labs)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("COURSE_STATE", state)
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .expect("cargo starts");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        said
    }
}

/// Makes `to` what `from` is. What is the same keeps its time, so that cargo has nothing to do.
fn bring(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let names = |directory: &Path| -> Vec<_> {
        let entries = fs::read_dir(directory).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| !own(name))
            .collect()
    };
    let here = names(from);
    for name in names(to).iter().filter(|name| !here.contains(name)) {
        let old = to.join(name);
        if old.is_dir() {
            fs::remove_dir_all(old).unwrap()
        } else {
            fs::remove_file(old).unwrap()
        }
    }
    for name in here {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            bring(&from, &to);
        } else {
            let bytes = fs::read(&from).unwrap();
            if fs::read(&to).ok().as_ref() != Some(&bytes) {
                fs::write(&to, bytes).unwrap();
            }
        }
    }
}

/// What belongs to one checkout alone.
fn own(name: &std::ffi::OsStr) -> bool {
    [".git", "target", ".course"].iter().any(|own| name == *own)
}
