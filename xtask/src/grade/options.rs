//! What `cargo xtask grade` can be asked for.

use lexopt::prelude::*;

use crate::Error;
use crate::grade::results::Subject;
use crate::seed;

pub const HELP: &str = "\
Builds labs, drives the programs from outside, and says what each step is worth.

Usage: cargo xtask grade [LAB | LAB/STEP ...] [OPTIONS]

Without LAB: the labs of your route (cargo xtask route), or, with --solutions, --format json or
--fail-under, every lab. A step that needs another one is skipped until that one passes.
A verdict is kept until the program, the tests or lab.toml change.

Options:
  --solutions          grade the course's own solutions instead of the labs
  --seed N             random inputs from this seed (hex); a failing step prints its own
  --again              run everything anew, nothing from the last run
  --no-skip            run a step even if what it needs has not passed
  --slow N             this machine is N times slower than usual: all waits are N times longer
  --jobs N             run N steps at once (default: as many as there are processors, at most 4)
  --format FORMAT      human or json; json goes to stdout, progress to stderr
  --fail-under PERCENT exit with status 1 if less was earned
  -h, --help           print this

Example: what a failing step says, once more with the same random inputs:
  cargo xtask grade hello/hears_the_greeting --seed 7f3a

Exit status: 0 graded (whatever was earned), 1 below --fail-under, 2 wrong usage,
3 something could not be graded, 130 interrupted.
";

/// Steps at once, unless `--jobs` says otherwise: more only makes them wait for each other.
const MOST_JOBS: usize = 4;

pub struct Options {
    pub words: Vec<String>,
    pub subject: Subject,
    pub seed: Option<u64>,
    pub again: bool,
    pub no_skip: bool,
    pub slow: u32,
    pub jobs: usize,
    pub json: bool,
    pub fail_under: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            words: Vec::new(),
            subject: Subject::Labs,
            seed: None,
            again: false,
            no_skip: false,
            slow: 1,
            jobs: processors.min(MOST_JOBS),
            json: false,
            fail_under: None,
        }
    }
}

impl Options {
    /// A person who names nothing means the labs of the chosen route; a program means everything.
    pub fn follows_the_route(&self) -> bool {
        let person = !self.json && self.fail_under.is_none() && self.subject == Subject::Labs;
        person && self.words.is_empty()
    }
}

pub fn parse(mut args: lexopt::Parser) -> Result<Option<Options>, Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(None),
            Long("solutions") => options.subject = Subject::Solutions,
            Long("seed") => options.seed = Some(seed::read(&args.value()?.string()?)?),
            Long("again") => options.again = true,
            Long("no-skip") => options.no_skip = true,
            Long("slow") => options.slow = at_least_one("--slow", args.value()?.string()?)? as u32,
            Long("jobs") => options.jobs = at_least_one("--jobs", args.value()?.string()?)?,
            Long("format") => {
                options.json = match args.value()?.string()?.as_str() {
                    "human" => false,
                    "json" => true,
                    other => {
                        return Err(Error::Usage(format!(
                            "--format takes human or json, not {other:?}"
                        )));
                    }
                }
            }
            Long("fail-under") => {
                let text = args.value()?.string()?;
                let percent = text.parse().ok().filter(|p| (0.0..=100.0).contains(p));
                options.fail_under = Some(percent.ok_or_else(|| {
                    Error::Usage(format!(
                        "--fail-under takes a percentage from 0 to 100, not {text:?}"
                    ))
                })?);
            }
            Value(word) => options.words.push(word.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask grade --help",
                    other.unexpected()
                )));
            }
        }
    }
    Ok(Some(options))
}

/// Nobody means a larger number, and waits are multiplied by it.
pub fn at_least_one(option: &str, text: String) -> Result<usize, Error> {
    let number = text.parse().ok().filter(|n| (1..=1000).contains(n));
    number.ok_or_else(|| {
        Error::Usage(format!(
            "{option} takes a whole number from 1 to 1000, not {text:?}"
        ))
    })
}
