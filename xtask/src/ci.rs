//! `cargo xtask ci`: every rule of the course that matters, as a check with a name.

mod fences;
mod group;
mod headings;
mod licences;
pub mod links;
mod listings;
mod quiz;
mod replay;
mod table;
pub mod variants;

use std::process::{Command, ExitCode};
use std::time::Instant;

use lexopt::prelude::*;

use crate::Error;
use crate::book;
use crate::catalog::{Catalog, unknown};
use crate::course::Course;
use crate::exam;
use crate::stubs;

pub const HELP: &str = "\
Checks every rule of the course. Prints what breaks a rule and how to mend it.

Usage: cargo xtask ci [CHECK ...]
       cargo xtask ci --lab LAB [open] [order] [wrong]

Checks, in this order:
  fmt        rustfmt would change nothing
  clippy     no warning, in all targets
  licences   every dependency's licence is on the list of those allowed
  stubs      labs/ is what solutions/ gives
  table      every step has its hidden test, wrong programs, chapter; every lab its peers
  headings   every heading of the document has its place in a chapter
  listings   every listing of the book compiles
  replay     every transcript of the book prints what stands there
  links      every link between chapters and README leads somewhere
  quiz       every chapter has its quiz, every quiz its reasons; programs print the answers that they prove
  book       the book builds without a warning, every link in its pages leads somewhere
  exam       papers add up, the programs of the exam print one line, its planted mistakes are caught
  open       every stub fails its step with its own todo!
  order      each step passes while those after it are not written yet
  wrong      every named wrong program is caught, under three seeds

Examples:
  cargo xtask ci stubs table
  cargo xtask ci --lab echo wrong

Exit status: 0 all hold, 1 one does not, 2 wrong usage, 3 a check could not be made.
";

/// Finds nothing, or a message for each breach.
type Check = fn(&Course) -> Result<Vec<String>, Error>;

const CHECKS: &[(&str, Check)] = &[
    ("fmt", |course| cargo(course, &["fmt", "--all", "--check"])),
    ("clippy", |course| {
        let args = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--locked",
            "--",
            "-D",
            "warnings",
        ];
        cargo(course, &args)
    }),
    ("licences", licences::check),
    ("stubs", stubs::check),
    ("table", |course| table::check(course, &catalog(course)?)),
    ("headings", headings::check),
    ("listings", listings::check),
    ("replay", replay::check),
    ("links", links::check),
    ("quiz", |course| quiz::check(course, &catalog(course)?)),
    ("book", book::check),
    ("exam", exam::check::check),
];

/// The checks that can be made for one lab alone.
type LabCheck = fn(&Course, &Catalog) -> Result<Vec<String>, Error>;

const LAB_CHECKS: &[(&str, LabCheck)] = &[
    ("open", variants::open),
    ("order", variants::in_order),
    ("wrong", variants::wrong),
];

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut words = Vec::new();
    let mut lab = None;
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("lab") => lab = Some(args.value()?.string()?),
            Value(word) => words.push(word.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask ci --help",
                    other.unexpected()
                )));
            }
        }
    }
    if !course.root.join("solutions").is_dir() {
        return Err(Error::Failed(
            "this is a handout: ci needs the whole course".to_string(),
        ));
    }
    let of_course = match lab {
        Some(_) => &[],
        None => CHECKS,
    };
    let names = || {
        (of_course.iter().map(|(name, _)| *name)).chain(LAB_CHECKS.iter().map(|(name, _)| *name))
    };
    if let Some(word) = words.iter().find(|word| !names().any(|name| name == *word)) {
        let what = format!("check {word:?}");
        return Err(Error::Usage(unknown(&what, word, &mut names())));
    }
    let asked = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let mut broken = 0;
    for (name, check) in of_course.iter().filter(|(name, _)| asked(name)) {
        broken += told(name, || check(course))?;
    }
    for (name, check) in LAB_CHECKS.iter().filter(|(name, _)| asked(name)) {
        broken += told(name, || {
            check(course, &only(catalog(course)?, lab.as_deref())?)
        })?;
    }
    Ok(ExitCode::from(u8::from(broken > 0)))
}

/// Makes a check and prints what it found; returns how much that is.
fn told(name: &str, check: impl FnOnce() -> Result<Vec<String>, Error>) -> Result<usize, Error> {
    let start = Instant::now();
    let breaches = check()?;
    let seconds = start.elapsed().as_secs_f64();
    match breaches.len() {
        0 => println!("ok    {name:<10} {seconds:6.1} s"),
        n => println!("FAIL  {name:<10} {seconds:6.1} s   {n} to mend"),
    }
    for breach in &breaches {
        println!("  {}", breach.trim_end().replace('\n', "\n  "));
    }
    Ok(breaches.len())
}

/// The catalog without the other labs, if one is named.
fn only(mut catalog: Catalog, lab: Option<&str>) -> Result<Catalog, Error> {
    let Some(lab) = lab else {
        return Ok(catalog);
    };
    let mut names = catalog.labs.iter().map(|lab| lab.name.as_str());
    if !names.clone().any(|name| name == lab) {
        let what = format!("lab {lab:?}");
        return Err(Error::Usage(unknown(&what, lab, &mut names)));
    }
    catalog.labs.retain(|one| one.name == lab);
    Ok(catalog)
}

fn catalog(course: &Course) -> Result<Catalog, Error> {
    let catalog = Catalog::read(&course.root)?;
    match catalog.broken.first() {
        None => Ok(catalog),
        Some(broken) => Err(Error::Failed(broken.message.clone())),
    }
}

/// A cargo call that says itself what is wrong.
fn cargo(course: &Course, args: &[&str]) -> Result<Vec<String>, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(args)
        .current_dir(&course.root)
        .output()
        .map_err(|error| Error::Failed(format!("cannot start cargo: {error}")))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    Ok(vec![format!("cargo {}\n{said}", args.join(" "))])
}
