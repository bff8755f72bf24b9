//! One cargo call builds everything that a run needs; a lab that does not compile costs that lab alone.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::Error;
use crate::grade::interrupted_by_ctrl_c;
use crate::grade::results::Subject;
use crate::handout;
use crate::screen::Paint;
use crate::screen::progress::Progress;

/// The signal of a Ctrl-C, the same number on every Unix.
const SIGINT: i32 = 2;

/// What cargo has made.
pub struct Built {
    pub keeper: PathBuf,
    pub tests: PathBuf,
    /// By lab: the program, or what rustc says.
    pub programs: HashMap<String, Result<PathBuf, String>>,
}

/// The package, and the program, of a lab.
pub fn package(subject: Subject, lab: &str) -> String {
    match subject {
        Subject::Labs => format!("lab-{lab}"),
        Subject::Solutions => format!("solution-{lab}"),
    }
}

pub fn build(root: &Path, subject: Subject, labs: &[&str]) -> Result<Built, Error> {
    let packages: Vec<_> = labs.iter().map(|lab| package(subject, lab)).collect();
    // A handout has the tests and the keeper as programs, not as source.
    let source = root.join("tests/Cargo.toml").is_file();
    let mut args = match source {
        true => vec![
            "--test",
            "labs",
            "-p",
            "hidden-tests",
            "--bin",
            "keeper",
            "-p",
            "keeper",
        ],
        false => Vec::new(),
    };
    for package in &packages {
        args.extend(["--bin", package, "-p", package]);
    }
    let made = cargo_build(root, &args)?;
    let ours = |name: &str| {
        if !source {
            return handout::program(root, name);
        }
        made.programs.get(name).cloned().ok_or_else(|| {
            Error::Failed(format!(
                "the course's own {name} does not build; this is not your code's fault:\n{}",
                made.words_about(name)
            ))
        })
    };
    Ok(Built {
        keeper: ours("keeper")?,
        tests: ours("labs")?,
        programs: labs
            .iter()
            .zip(&packages)
            .map(|(lab, package)| {
                let program = made.programs.get(package).cloned();
                (
                    lab.to_string(),
                    program.ok_or_else(|| made.words_about(package)),
                )
            })
            .collect(),
    })
}

/// What a cargo call made and said.
pub struct Made {
    /// By target name.
    pub programs: HashMap<String, PathBuf>,
    /// By package name: rustc's errors as it shows them.
    errors: HashMap<String, String>,
    /// What cargo itself said.
    said: String,
}

impl Made {
    pub fn words_about(&self, package: &str) -> String {
        let package = if package == "labs" {
            "hidden-tests"
        } else {
            package
        };
        self.errors
            .get(package)
            .unwrap_or(&self.said)
            .trim_end()
            .to_string()
    }
}

/// Runs `cargo build --keep-going ARGS` and gathers what it makes.
pub fn cargo_build(root: &Path, args: &[&str]) -> Result<Made, Error> {
    let colour = match Paint::stdout().is_on() {
        true => "--message-format=json-diagnostic-rendered-ansi",
        false => "--message-format=json",
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(&cargo)
        .current_dir(root)
        .args(["build", "--keep-going", "--quiet", colour])
        .args(args)
        // `cargo run` sets these for this program; cargo and build scripts would take them for their own.
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_PKG_NAME")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Error::Failed(format!("cannot start {}: {error}", cargo.display())))?;
    // Cargo says little on stderr, but a full pipe would stop it.
    let mut stderr = child.stderr.take().expect("it is piped");
    let words = std::thread::spawn(move || {
        let mut said = String::new();
        let _ = stderr.read_to_string(&mut said);
        said
    });

    let mut made = Made {
        programs: HashMap::new(),
        errors: HashMap::new(),
        said: String::new(),
    };
    let progress = Progress::spinner("building");
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line.map_err(|error| Error::Failed(format!("cannot read cargo: {error}")))?;
        if let Ok(message) = serde_json::from_str::<Value>(&line) {
            made.take(&message, &progress);
        }
    }
    let status = child
        .wait()
        .map_err(|error| Error::Failed(format!("cannot wait for cargo: {error}")))?;
    made.said = words.join().unwrap_or_default();
    // A Ctrl-C ends cargo too, perhaps before this program's own handler has run.
    if status.signal() == Some(SIGINT) {
        interrupted_by_ctrl_c().store(true, Ordering::Relaxed);
    }
    // Cargo that fails before it compiles anything says why itself: a manifest, the lock file, the network.
    if !status.success() && made.errors.is_empty() {
        return Err(Error::Failed(format!(
            "cargo cannot build:\n{}",
            made.said.trim_end()
        )));
    }
    Ok(made)
}

impl Made {
    fn take(&mut self, message: &Value, progress: &Progress) {
        let name = message["target"]["name"].as_str().unwrap_or("");
        match message["reason"].as_str() {
            Some("compiler-artifact") => {
                progress.say(name);
                if let Some(program) = message["executable"].as_str() {
                    self.programs.insert(name.to_string(), program.into());
                }
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let rendered = message["message"]["rendered"].as_str().unwrap_or("");
                let package = package_name(message["package_id"].as_str().unwrap_or(""));
                self.errors
                    .entry(package.to_string())
                    .or_default()
                    .push_str(rendered);
            }
            _ => {}
        }
    }
}

/// The name in a package id such as `path+file:///course/labs/00-hello#lab-hello@0.1.0`.
fn package_name(id: &str) -> &str {
    let (place, name) = id.rsplit_once('#').unwrap_or(("", id));
    match name.split_once('@') {
        Some((name, _)) => name,
        // Where the directory is named like the package, the id leaves the name out.
        None => place.rsplit('/').next().unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn a_package_id_tells_the_name() {
        for (id, name) in [
            ("path+file:///c/labs/00-hello#lab-hello@0.1.0", "lab-hello"),
            ("path+file:///c/tests/keeper#0.1.0", "keeper"),
            ("path+file:///a%20b/xtask#xtask@0.1.0", "xtask"),
        ] {
            assert_eq!(package_name(id), name);
        }
    }
}
