//! The results of a run: the JSON that `--format json` prints, and what the cache keeps.

use keeper::report::{Cause, Event};
use serde::{Deserialize, Serialize};

use crate::catalog::Step;

pub const VERSION: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    pub version: u32,
    pub subject: Subject,
    /// In hex, as `--seed` takes it.
    pub seed: String,
    /// Operating system and processor.
    pub system: String,
    pub labs: Vec<LabResult>,
    pub points: u64,
    pub earned: u64,
    /// Ctrl-C came before the end: what is missing was not run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Labs,
    Solutions,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabResult {
    pub id: String,
    pub title: String,
    pub points: u64,
    pub earned: u64,
    /// rustc's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_error: Option<String>,
    pub steps: Vec<StepResult>,
    /// What the verdicts depend on, hashed: programs, tests, `lab.toml`, `--slow`. Not in a report.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepResult {
    pub id: String,
    pub title: String,
    pub points: u64,
    pub verdict: Verdict,
    pub seed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The named mistakes that fail this way; from outside, some look alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<Mistake>,
    /// The step that has to pass before this one can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped_because: Option<String>,
    /// Why nothing can be said of this step: the course's fault, not the learner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    pub story: Vec<Event>,
    /// The directory with wire.txt and wire.pcapng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<String>,
    pub cpu_ms: u64,
    /// Taken from an earlier run of the same programs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cached: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    pub name: String,
    pub advice: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Passed,
    Failed,
    Skipped,
    TimedOut,
    Crashed,
    BuildFailed,
    CouldNotGrade,
}

impl Results {
    /// Totals are always summed from the verdicts; nothing unknown counts as passed.
    pub fn recount(&mut self) {
        for lab in &mut self.labs {
            lab.points = lab.steps.iter().map(|step| step.points).sum();
            lab.earned = lab.steps.iter().map(StepResult::earned).sum();
        }
        self.points = self.labs.iter().map(|lab| lab.points).sum();
        self.earned = self.labs.iter().map(|lab| lab.earned).sum();
    }
}

impl StepResult {
    pub fn new(step: &Step, verdict: Verdict, seed: u64) -> Self {
        Self {
            id: step.id.clone(),
            title: step.title.clone(),
            points: step.minutes,
            verdict,
            seed: format!("{seed:04x}"),
            cause: None,
            mistakes: Vec::new(),
            skipped_because: None,
            trouble: None,
            story: Vec::new(),
            wire: None,
            cpu_ms: 0,
            cached: false,
        }
    }

    pub fn earned(&self) -> u64 {
        match self.verdict {
            Verdict::Passed => self.points,
            _ => 0,
        }
    }

    /// Still at its `todo!`: nothing is wrong, nothing is written.
    pub fn is_open(&self) -> bool {
        self.cause
            .as_ref()
            .is_some_and(|cause| cause.id == "not-written-yet")
    }
}
