//! `cargo xtask certs`: certificates for the labs with TLS, and broken ones to be refused.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::Error;
use crate::course::Course;
use crate::grade::compile;
use crate::state::State;

pub const HELP: &str = "\
Makes certificates for this machine: a root, a server, a client, and seven broken ones that have to be refused.

Usage: cargo xtask certs [--dir DIR] [--force]

  --dir DIR     where to (default: .course/certs)
  --force       make new ones; the old ones are removed
  -h, --help    print this

Example, and a look at what was made:
  cargo xtask certs
  openssl x509 -in .course/certs/server.pem -noout -text

Keys can be read by their owner only. None of this is ever committed.
";

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let (mut directory, mut force) = (None, false);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("force") => force = true,
            Long("dir") => directory = Some(PathBuf::from(args.value()?)),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask certs --help",
                    other.unexpected()
                )));
            }
        }
    }
    let state = State::open(course)?;
    let _lock = state.lock()?;
    let directory = directory.unwrap_or_else(|| state.directory.join("certs"));
    if directory.exists() && !force {
        return kept(&directory);
    }
    if directory.exists() && !is_ours(&directory) {
        return Err(Error::Usage(format!(
            "{} was not made by this command; it is not removed, not even with --force",
            directory.display()
        )));
    }
    let made = compile::cargo_build(&course.root, &["-p", "tls-tests", "--bin", "certs"])?;
    let program = made.programs.get("certs").ok_or_else(|| {
        Error::Failed(format!(
            "the course's own certs does not build:\n{}",
            made.words_about("tls-tests")
        ))
    })?;

    // The old ones go only when the new ones are there.
    let fresh = directory.with_extension("new");
    let failed = |error: io::Error| Error::Failed(format!("{}: {error}", directory.display()));
    remove(&fresh).map_err(failed)?;
    let output = Command::new(program).arg(&fresh).output().map_err(failed)?;
    if !output.status.success() {
        return Err(Error::Failed(
            String::from_utf8_lossy(&output.stderr)
                .trim_end()
                .to_string(),
        ));
    }
    remove(&directory)
        .and_then(|()| fs::rename(&fresh, &directory))
        .map_err(failed)?;
    println!("made {}\n", directory.display());
    print!(
        "{}",
        fs::read_to_string(directory.join("README")).map_err(failed)?
    );
    Ok(ExitCode::SUCCESS)
}

fn kept(directory: &Path) -> Result<ExitCode, Error> {
    match is_ours(directory) {
        true => {
            println!(
                "{} is there already and was left as it is; --force makes new ones",
                directory.display()
            );
            Ok(ExitCode::SUCCESS)
        }
        false => Err(Error::Usage(format!(
            "{} is there and holds no ca.pem: not made by this command; nothing was changed",
            directory.display()
        ))),
    }
}

/// Whether it looks like something that this command made.
fn is_ours(directory: &Path) -> bool {
    ["ca.pem", "server.key", "broken"]
        .iter()
        .all(|name| directory.join(name).exists())
}

fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
