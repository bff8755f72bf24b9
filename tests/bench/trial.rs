//! A test within a test: the bench drives the puppet, and what it reports is looked at.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Setup};
use keeper::report::{Cause, Report};
use tempfile::TempDir;

/// More than any trial takes that is not about time, on a machine that builds four other things.
const DEADLINE: Duration = Duration::from_secs(20);
const PUPPET: &str = env!("CARGO_BIN_EXE_puppet");
const SEED: u64 = 0x7f3a;

pub struct Trial {
    keeper: PathBuf,
    todos: Option<Vec<String>>,
    deadline: Duration,
    slow: u32,
}

/// What a trial has left.
pub struct Ran {
    /// `None` if the bench wrote no verdict.
    pub report: Option<Report>,
    pub took: Duration,
    /// The text of a plain panic.
    pub panic: Option<String>,
    directory: TempDir,
}

impl Trial {
    pub fn new() -> Self {
        Self {
            keeper: keeper(),
            todos: None,
            deadline: DEADLINE,
            slow: 1,
        }
    }

    /// The step's own `todo!` is here, and nowhere else.
    pub fn todo_at(mut self, place: &str) -> Self {
        self.todos = Some(vec![place.to_string()]);
        self
    }

    /// The puppet is to play the keeper, too.
    pub fn without_keeper(mut self) -> Self {
        self.keeper = PUPPET.into();
        self
    }

    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    pub fn slow(mut self, slow: u32) -> Self {
        self.slow = slow;
        self
    }

    /// Runs `test` as a step. An assertion that fails in it fails the caller, too.
    pub fn run(self, test: impl FnOnce(Bench)) -> Ran {
        let ran = self.run_whatever_comes(test);
        if let Some(text) = ran.panic {
            panic!("{text}");
        }
        ran
    }

    pub fn run_whatever_comes(self, test: impl FnOnce(Bench)) -> Ran {
        let directory = tempfile::tempdir().unwrap();
        let setup = Setup {
            program: PUPPET.into(),
            keeper: self.keeper,
            todos: self.todos,
            report: Some(directory.path().join("report.json")),
            run: directory.path().to_path_buf(),
            seed: SEED,
            deadline: self.deadline,
            slow: self.slow,
        };
        let begun = Instant::now();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| test(Bench::with(setup))));
        let took = begun.elapsed();
        let report = fs::read(directory.path().join("report.json")).ok();
        Ran {
            report: report.map(|json| serde_json::from_slice(&json).expect("a whole report")),
            took,
            panic: outcome.err().and_then(|payload| {
                let text = payload.downcast_ref::<String>().cloned();
                text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
            }),
            directory,
        }
    }
}

impl Ran {
    pub fn report(&self) -> &Report {
        self.report.as_ref().expect("the bench wrote a report")
    }

    /// The cause, which has to be this one.
    pub fn cause(&self, id: CauseId) -> &Cause {
        let report = self.report();
        let cause = report.cause.as_ref();
        let cause = cause.unwrap_or_else(|| panic!("no cause: {report:#?}"));
        assert_eq!(cause.id, id.name(), "{report:#?}");
        cause
    }

    pub fn passed(&self) {
        let report = self.report();
        assert_eq!(
            report.outcome,
            keeper::report::Outcome::Passed,
            "{report:#?}"
        );
        assert_eq!(report.cause, None);
    }

    /// Whether a line of the story holds these words.
    pub fn tells(&self, words: &str) -> bool {
        let mut story = self.report().story.iter();
        story.any(|event| event.text.contains(words))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// For a trial that should just pass.
pub fn passes(test: impl FnOnce(&Bench)) -> Ran {
    let ran = Trial::new().run(|bench| {
        test(&bench);
        bench.finish();
    });
    ran.passed();
    ran
}

/// Whether a process is there and not just waiting to be buried.
pub fn lives(pid: u64) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

/// Built by the bench, as for a plain `cargo test` of the hidden tests.
fn keeper() -> PathBuf {
    Setup::from_environment("hello").keeper
}
