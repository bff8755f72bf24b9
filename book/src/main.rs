//! The book: builds it, checks it, serves it. `cargo xtask book` starts this program.

mod args;
mod catch;
mod drawing;
mod html;
mod layout;
mod lint;
mod live;
mod markdown;
mod quiz;
mod sequence;
mod server;
mod site;
mod steps;
mod summary;
mod url;
mod wire;

/// The runner's own reader of `lab.toml`: there is one, and a crate for it would be one more for learners to build.
#[path = "../../xtask/src"]
#[allow(dead_code, unused_imports)]
mod shared {
    pub mod catalog;
}

use std::process::ExitCode;

/// What ends the program early; the same as the runner's.
#[derive(Debug)]
pub enum Error {
    Usage(String),
    Failed(String),
}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

fn main() -> ExitCode {
    let done = args::read().and_then(|command| match command {
        args::Command::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        args::Command::Check { root } => check(&root),
        args::Command::Build { root, to } => site::publish(&root, &to),
        args::Command::Serve(serve) => server::run(&serve),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Usage(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Error::Failed(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn check(root: &std::path::Path) -> Result<(), Error> {
    let scratch = std::env::temp_dir().join(format!("book-check-{}", std::process::id()));
    let built = site::build(root, &scratch);
    let _ = std::fs::remove_dir_all(&scratch);
    built
}
