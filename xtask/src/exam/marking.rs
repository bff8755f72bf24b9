//! Points from answers and verdicts. What is not known to be right earns nothing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::paper::{Key, Paper, Part, Question};
use super::predict;
use super::repair::{PACKAGE, Repair, SUITE};
use crate::Error;
use crate::course::Course;
use crate::grade::compile::{self, Built};
use crate::grade::interrupted_by_ctrl_c;
use crate::grade::linked::Linked;
use crate::grade::plan::{self, Task};
use crate::grade::results::{StepResult, Subject, Verdict};
use crate::grade::run::Engine;
use crate::state::State;

pub struct Marks {
    pub rows: Vec<Row>,
    pub repair: Judged,
}

/// A question that was marked.
pub struct Row {
    pub part: Part,
    pub id: String,
    pub points: u32,
    pub expected: String,
    pub got: Option<String>,
    pub why: String,
}

/// What the hidden tests say of part D.
pub struct Judged {
    pub build_error: Option<String>,
    pub steps: Vec<StepResult>,
    pub interrupted: bool,
}

impl Marks {
    pub fn earned_in(&self, part: Part) -> u32 {
        match part {
            Part::Repair => self.repair.earned(),
            part => {
                let rows = self.rows.iter().filter(|row| row.part == part);
                rows.map(Row::earned).sum()
            }
        }
    }

    pub fn earned(&self) -> u32 {
        Part::ALL.into_iter().map(|part| self.earned_in(part)).sum()
    }
}

impl Row {
    pub fn earned(&self) -> u32 {
        match self.got.as_ref() == Some(&self.expected) {
            true => self.points,
            false => 0,
        }
    }
}

impl Judged {
    /// The course, not the learner, is why a test has no verdict.
    pub fn is_unknown(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.verdict == Verdict::CouldNotGrade)
    }

    fn earned(&self) -> u32 {
        self.steps.iter().map(|step| step.earned() as u32).sum()
    }
}

/// The key of each question, by its id: derived, or had by running the program in `scratch`.
pub fn keys(paper: &Paper, scratch: &Path) -> Result<HashMap<String, String>, Error> {
    let printed: Vec<&str> = paper
        .questions()
        .filter_map(|(_, question)| match &question.key {
            Key::Printed(source) => Some(source.as_str()),
            Key::Derived(_) => None,
        })
        .collect();
    let outputs = predict::outputs(&printed, scratch)?;
    paper
        .questions()
        .map(|(_, question)| Ok((question.id.clone(), key(question, &outputs)?)))
        .collect()
}

/// As an answer is compared, so that a key and the same answer are one text.
pub fn key(question: &Question, outputs: &HashMap<String, String>) -> Result<String, Error> {
    let key = match &question.key {
        Key::Derived(key) => Some(key),
        Key::Printed(source) => outputs.get(source),
    };
    let read = key.map(|key| question.kind.read(key));
    match read {
        Some(Ok(key)) => Ok(key),
        Some(Err(what)) => Err(Error::Failed(format!(
            "the key of {} is none: {what}",
            question.id
        ))),
        None => Err(Error::Failed(format!("{} has no key", question.id))),
    }
}

pub fn rows(
    paper: &Paper,
    keys: &HashMap<String, String>,
    answers: &HashMap<String, String>,
) -> Vec<Row> {
    paper
        .questions()
        .map(|(part, question)| Row {
            part,
            id: question.id.clone(),
            points: question.points,
            expected: keys[&question.id].clone(),
            got: answers.get(&question.id).cloned(),
            why: question.why.clone(),
        })
        .collect()
}

/// Builds the package in `package`, and has the hidden tests drive its program.
pub fn judge(
    course: &Course,
    state: &State,
    repair: &Repair,
    package: &Path,
    seed: u64,
    slow: u32,
) -> Result<Judged, Error> {
    let lab = repair.as_lab();
    let interrupted = interrupted_by_ctrl_c();
    let ours = compile::build(&course.root, Subject::Labs, &[])?;
    let program = built(course, package);
    let built = Built {
        programs: HashMap::from([(SUITE.to_string(), program.clone())]),
        ..ours
    };
    let linked = Linked::new(&built, state)?;
    let all: Vec<usize> = (0..lab.steps.len()).collect();
    let mut steps = Vec::new();
    if let Some(Ok(program)) = linked.programs.get(SUITE) {
        let engine = Engine {
            keeper: linked.keeper.clone(),
            tests: linked.tests.clone(),
            seed,
            slow,
            runs: state.directory.join("runs"),
            interrupted,
            lost: AtomicBool::new(false),
        };
        let task = Task::new(&lab, program.clone(), package.join("src"), &all, true);
        steps = plan::run(&engine, vec![task], true, all.len());
    }
    let steps = steps.into_iter().flatten().flatten();
    let mut steps: Vec<StepResult> = steps.collect();
    if program.is_err() {
        let failed = |step| StepResult::new(step, Verdict::BuildFailed, seed);
        steps = lab.steps.iter().map(failed).collect();
    }
    Ok(Judged {
        build_error: program.err(),
        steps,
        interrupted: interrupted.load(Ordering::Relaxed),
    })
}

/// The program, or what cargo says. A manifest that a learner broke costs part D alone.
fn built(course: &Course, package: &Path) -> Result<std::path::PathBuf, String> {
    let target = course.target.join("exam");
    let target = target.to_string_lossy();
    match compile::cargo_build(package, &["--bin", PACKAGE, "--target-dir", &target]) {
        Ok(made) => {
            let program = made.programs.get(PACKAGE).cloned();
            program.ok_or_else(|| made.words_about(PACKAGE))
        }
        Err(Error::Failed(words) | Error::Usage(words)) => Err(words),
    }
}
