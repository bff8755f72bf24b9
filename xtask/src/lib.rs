//! The runner of the course: grades labs and keeps the course's own files in step.
//!
//! One file a subcommand, with its help. Dependencies are few on purpose: a learner builds this first.
//! It is a library so that the program of the book reads `lab.toml` and the state with the same code.

mod book;
pub mod catalog;
mod certs;
mod ci;
mod course;
mod diff;
mod doctor;
pub mod exam;
mod grade;
mod handout;
mod hint;
mod mistakes;
pub mod opener;
mod peers;
pub mod quiz;
mod reset;
mod route;
mod screen;
mod seed;
mod state;
mod strip;
mod stubs;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use catalog::unknown;
use course::Course;

const HELP: &str = "\
The runner of the course.

Usage: cargo xtask COMMAND [ARG ...]

  grade    build labs, run their hidden tests, say what each step is worth
  watch    grade a lab anew at each save
  hint     show the next hint of a step
  quiz     ask questions about the chapters; ask again what was wrong
  book     serve the book to a browser; verdicts appear in it as they come
  reset    put a lab back to its beginning; what is there is kept
  diff     show your lab beside ours, once yours passes
  exam     begin and mark an exam; the document's essay questions
  certs    make certificates for the labs with TLS
  doctor   say what this machine lacks for the course
  route    choose which labs to do, in which order

For contributors:
  stubs    make labs/ from solutions/
  ci       check every rule of the course
  handout  write a copy of the course without its solutions
  peers    hold the solutions against real programs

cargo xtask COMMAND --help says more about one.
";

type Command = fn(lexopt::Parser, &Course) -> Result<ExitCode, Error>;

const COMMANDS: &[(&str, Command)] = &[
    ("grade", grade::run),
    ("watch", watch::run),
    ("hint", hint::run),
    ("quiz", quiz::run),
    ("book", book::run),
    ("reset", reset::run),
    ("diff", diff::run),
    ("route", route::run),
    ("exam", exam::run),
    ("certs", certs::run),
    ("doctor", doctor::run),
    ("stubs", stubs::run),
    ("ci", ci::run),
    ("handout", handout::run),
    ("peers", peers::run),
];

/// What ends a command early. The variant says whose fault it is and so the exit status.
#[derive(Debug)]
pub enum Error {
    /// The command line is wrong: exit status 2.
    Usage(String),
    /// Something that the command needs is missing or broken: exit status 3.
    Failed(String),
}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

/// What `cargo xtask` does with the arguments of this process.
pub fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let command = args.next().unwrap_or_else(|| "--help".into());
    match run(&command.to_string_lossy(), args.collect()) {
        Ok(code) => code,
        Err(Error::Usage(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Error::Failed(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(3)
        }
    }
}

fn run(command: &str, args: Vec<OsString>) -> Result<ExitCode, Error> {
    if matches!(command, "-h" | "--help" | "help") {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    match COMMANDS.iter().find(|(name, _)| *name == command) {
        Some((_, run)) => run(lexopt::Parser::from_args(args), &Course::find()?),
        None => {
            let names = COMMANDS.iter().map(|(name, _)| *name);
            Err(Error::Usage(unknown(
                &format!("command {command:?}"),
                command,
                names,
            )))
        }
    }
}
