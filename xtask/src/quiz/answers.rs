//! The answers that a learner gave, in `.course/answers.json`, and when a question is asked again.
//!
//! Leitner's boxes, for wrong answers only. A wrong answer puts a question into the first box; a right one, once
//! the question is due, into the next; out of the last it is done. What was right at once is never asked again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::state;

const FILE: &str = "answers.json";
const FORMAT: u32 = 1;

/// Soon enough for the same evening, too late for a second guess.
pub const FIRST: u64 = 10 * 60;
const DAY: u64 = 24 * 60 * 60;
/// How long a question stays in each box before it is due, in seconds.
const BOXES: [u64; 4] = [FIRST, DAY, 3 * DAY, 7 * DAY];

/// By `quiz/question`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    format: u32,
    answers: BTreeMap<String, Answer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// [`super::Choice::key`] of the last choice.
    pub chose: String,
    /// Whether that was right.
    pub right: bool,
    /// Counted from 1; 0: not to be asked again.
    in_box: usize,
    /// When it came into its box, in seconds since 1970.
    since: u64,
}

impl Answers {
    /// No file is no answer yet. A damaged one is set aside, and that is said.
    pub fn read(directory: &Path) -> Self {
        let path = directory.join(FILE);
        let read = match fs::read(&path) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::none(),
            Err(error) => Err(error.to_string()),
        };
        read.unwrap_or_else(|why| {
            state::set_aside(&path, &why);
            Self::none()
        })
    }

    /// Keeps one answer, at once and whole: whatever ends the program afterwards takes nothing away.
    pub fn keep(
        directory: &Path,
        question: &str,
        choice: &super::Choice,
        now: u64,
    ) -> io::Result<()> {
        // Short, and of its own: page and terminal may answer while a lab is graded.
        let lock = File::create(directory.join("answers.lock"))?;
        lock.lock()?;
        let mut answers = Self::read(directory);
        let before = answers.answers.get(question);
        let after = next(before, choice, now);
        answers.answers.insert(question.to_string(), after);
        let bytes = serde_json::to_vec_pretty(&answers).expect("plain data");
        state::write_whole(&directory.join(FILE), &bytes)
    }

    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.answers.get(question)
    }

    /// Each question that was answered, with the choice.
    pub fn chosen(&self) -> BTreeMap<String, String> {
        let all = self.answers.iter();
        all.map(|(question, answer)| (question.clone(), answer.chose.clone()))
            .collect()
    }

    fn none() -> Self {
        Self {
            format: FORMAT,
            answers: BTreeMap::new(),
        }
    }
}

impl Answer {
    pub fn is_due(&self, now: u64) -> bool {
        self.due_at().is_some_and(|due| due <= now)
            // A clock that was put back must not put a question off for years.
            || (self.in_box > 0 && self.since > now)
    }

    /// In seconds since 1970; none if it is not to be asked again.
    pub fn due_at(&self) -> Option<u64> {
        let wait = BOXES.get(self.in_box.checked_sub(1)?)?;
        Some(self.since.saturating_add(*wait))
    }
}

/// In seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}

fn next(before: Option<&Answer>, choice: &super::Choice, now: u64) -> Answer {
    let (in_box, since) = match (choice.right, before) {
        (false, _) => (1, now),
        (true, None) => (0, now),
        (true, Some(before)) if before.is_due(now) => match before.in_box {
            last if last >= BOXES.len() => (0, now),
            earlier => (earlier + 1, now),
        },
        // Right a moment after wrong proves little: it stays where it is.
        (true, Some(before)) => (before.in_box, before.since),
    };
    Answer {
        chose: choice.key(),
        right: choice.right,
        in_box,
        since,
    }
}

fn parse(bytes: &[u8]) -> Result<Answers, String> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if version.format != FORMAT {
        return Err(format!("its format is {}, not {FORMAT}", version.format));
    }
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::Choice;
    use super::*;

    fn choice(right: bool) -> Choice {
        Choice {
            text: format!("{right}"),
            why: String::new(),
            right,
        }
    }

    fn after(answers: &[(bool, u64)]) -> Answer {
        let mut answer = None;
        for (right, at) in answers {
            answer = Some(next(answer.as_ref(), &choice(*right), *at));
        }
        answer.unwrap()
    }

    #[test]
    fn right_at_once_is_never_asked_again() {
        assert_eq!(after(&[(true, 0)]).due_at(), None);
    }

    #[test]
    fn wrong_comes_back_after_ever_longer_times_until_it_is_done() {
        let mut answers = vec![(false, 0)];
        let mut due = 0;
        for wait in BOXES {
            due += wait;
            assert_eq!(after(&answers).due_at(), Some(due));
            answers.push((true, due));
        }
        assert_eq!(after(&answers).due_at(), None);
    }

    #[test]
    fn wrong_again_begins_anew() {
        let answer = after(&[(false, 0), (true, 600), (false, 600 + DAY)]);
        assert_eq!(answer.due_at(), Some(1200 + DAY));
    }

    #[test]
    fn right_before_it_is_due_proves_little() {
        let answer = after(&[(false, 0), (true, 5)]);
        assert!(answer.right && !answer.is_due(599) && answer.is_due(600));
    }

    #[test]
    fn a_clock_that_was_put_back_puts_nothing_off() {
        assert!(after(&[(false, 1_000_000)]).is_due(10));
    }

    #[test]
    fn answers_are_kept_and_a_damaged_file_is_set_aside() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        for (question, right) in [("a/b", true), ("a/c", false)] {
            Answers::keep(directory.path(), question, &choice(right), 7).unwrap();
        }
        let kept = Answers::read(directory.path());
        assert!(kept.get("a/b").unwrap().right && !kept.get("a/c").unwrap().right);
        for damaged in [
            "{",
            "{\"format\": 2}",
            "{\"format\": 1, \"answers\": {\"a/b\": 3}}",
        ] {
            fs::write(&path, damaged).unwrap();
            assert!(Answers::read(directory.path()).get("a/b").is_none());
            assert!(!path.exists(), "{damaged}");
        }
        assert_eq!(
            fs::read_to_string(path.with_extension("damaged-1")).unwrap(),
            "{"
        );
    }
}
