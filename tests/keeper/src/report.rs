//! What a hidden test reports of one step: the file at `COURSE_REPORT`, and a part of the runner's JSON.

use serde::{Deserialize, Serialize};

pub const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub format: u32,
    /// The test's name, such as `echo::echoes_one_client`.
    pub test: String,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    pub story: Vec<Event>,
    /// User and system time of the graded programs, in milliseconds.
    pub cpu_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    Failed,
    /// A wait ended with nothing to wait for any more, or with the step's deadline.
    TimedOut,
    /// The program panicked or was ended by a signal.
    Crashed,
}

/// Why a step failed: one of `causes.rs`, with the facts of this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    pub id: String,
    pub expected: String,
    pub got: String,
    /// What most likely brought it about; absent where the facts do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<String>,
    /// Where the learner's program says it stopped (a panic's place): `labs/00-hello/src/lib.rs:24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Expected and got as hex rows with a caret, ready to print.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<String>,
    /// The last lines of the program's stderr.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stderr: Vec<String>,
}

impl Cause {
    /// Everything that the failure says about itself, on one line; of the program's own output only the bytes that
    /// differ.
    pub fn said(&self) -> String {
        let likely = self.likely.as_deref().unwrap_or("");
        let bytes = self.bytes.join(" ");
        format!("{} {} {likely} {bytes}", self.expected, self.got)
    }
}

/// One sentence of the story: what the test did, or what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Milliseconds since the step began.
    pub at_ms: u64,
    pub text: String,
}
