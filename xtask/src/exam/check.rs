//! `cargo xtask ci exam`: papers are sound, and part D is caught where it is planted and passes where it is repaired.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::paper::{Key, POINTS, Paper};
use super::repair::{self, Repair};
use super::{essays, predict};
use crate::Error;
use crate::ci::variants::{engine, write_if_new};
use crate::course::Course;
use crate::grade::compile::{self, Made};
use crate::grade::plan::{self, Task};
use crate::grade::results::{StepResult, Subject, Verdict};
use crate::mistakes::says;

/// Papers that are made and added up, with every key.
const PAPERS: u64 = 40;
/// Each planted program is driven with each of these, as the wrong programs of the labs are.
const SEEDS: [u64; 3] = [0x7f3a, 0x0001, 0xbeef];
const JOBS: usize = 4;

pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let mut breaches = papers(course)?;
    essays::read(&course.root)?;
    let repairs = repair::all(&course.root)?;
    breaches.extend(formatted(course, &repairs)?);
    breaches.extend(judged(course, &repairs)?);
    Ok(breaches)
}

fn papers(course: &Course) -> Result<Vec<String>, Error> {
    let mut breaches = Vec::new();
    let mut sources = Vec::new();
    for seed in 0..PAPERS {
        let paper = Paper::new(&course.root, seed)?;
        let answered: u32 = paper.questions().map(|(_, question)| question.points).sum();
        let judged: u32 = paper.repair.tests.iter().map(|test| test.points).sum();
        if answered + judged != POINTS {
            breaches.push(format!(
                "the paper {seed:x} has {} points",
                answered + judged
            ));
        }
        let printed = paper
            .questions()
            .filter_map(|(_, question)| match &question.key {
                Key::Printed(source) => Some(source.clone()),
                Key::Derived(_) => None,
            });
        sources.extend(printed);
    }
    sources.sort();
    sources.dedup();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let scratch = course.target.join("exam/check");
    let runs = [
        predict::outputs(&sources, &scratch)?,
        predict::outputs(&sources, &scratch)?,
    ];
    for source in sources
        .iter()
        .filter(|source| runs[0].get(**source) != runs[1].get(**source))
    {
        breaches.push(format!(
            "this program does not print the same in each run:\n{source}"
        ));
    }
    Ok(breaches)
}

/// The planted programs are in no package, so `cargo fmt` does not see them.
fn formatted(course: &Course, repairs: &[Repair]) -> Result<Vec<String>, Error> {
    let files = repairs
        .iter()
        .map(|it| format!("book/exam/repair/{}.rs", it.id));
    let output = Command::new("rustfmt")
        .args(["--edition", "2024", "--check"])
        .args(files)
        .current_dir(&course.root)
        .output()
        .map_err(|error| Error::Failed(format!("cannot start rustfmt: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(Vec::from_iter((!output.status.success()).then_some(said)))
}

/// Both programs of each repair, driven like a learner's.
fn judged(course: &Course, repairs: &[Repair]) -> Result<Vec<String>, Error> {
    let directory = course.target.join("variants/exam");
    let made = build(course, repairs, &directory)?;
    let built = compile::build(&course.root, Subject::Solutions, &[])?;
    let mut breaches = Vec::new();
    for seed in SEEDS {
        let (mut tasks, mut expected) = (Vec::new(), HashMap::new());
        let labs: Vec<_> = repairs.iter().map(Repair::as_lab).collect();
        for (repair, lab) in repairs.iter().zip(&labs) {
            for kind in ["planted", "repaired"] {
                let name = format!("{kind}-{}", repair.id);
                let Some(program) = made.programs.get(&name) else {
                    breaches.push(format!(
                        "{name} does not build:\n{}",
                        made.words_about(&name)
                    ));
                    continue;
                };
                let all: Vec<usize> = (0..lab.steps.len()).collect();
                let source = directory.join(&name).join("src");
                let mut task = Task::new(lab, program.clone(), source, &all, true);
                task.name = name.clone();
                tasks.push(task);
                expected.insert(name, (repair, kind));
            }
        }
        let names: Vec<String> = tasks.iter().map(|task| task.name.clone()).collect();
        let results = plan::run(&engine(course, &built, "exam", seed), tasks, true, JOBS);
        for (name, results) in names.iter().zip(results) {
            let (repair, kind) = expected[name];
            for (test, result) in repair.tests.iter().zip(results) {
                let wanted =
                    (kind == "planted").then_some((test.cause.as_str(), test.says.as_str()));
                if let Some(what) = result.and_then(|result| unexpected(&result, wanted)) {
                    breaches.push(format!("{name}, {}, seed {seed:x}: {what}", test.id));
                }
            }
        }
    }
    Ok(breaches)
}

/// What is not as it should be: passed, or failed with this cause and these words.
fn unexpected(result: &StepResult, wanted: Option<(&str, &str)>) -> Option<String> {
    let cause = result.cause.as_ref();
    let id = cause.map_or("none", |cause| cause.id.as_str());
    let said = cause.map(|cause| cause.said()).unwrap_or_default();
    let fine = match wanted {
        None => result.verdict == Verdict::Passed,
        Some((cause, words)) => result.earned() == 0 && id == cause && says(&said, words),
    };
    let trouble = result.trouble.as_deref().unwrap_or("");
    (!fine).then(|| {
        format!(
            "it should {}; it is {:?}, cause {id}, and says {said:?} {trouble}",
            wanted.map_or("pass".to_string(), |(cause, words)| format!(
                "fail with cause {cause} and say {words:?}"
            )),
            result.verdict
        )
    })
}

/// All programs in one workspace, by one cargo call.
fn build(course: &Course, repairs: &[Repair], directory: &Path) -> Result<Made, Error> {
    for repair in repairs {
        let repaired = repair.repaired(&course.root);
        let text = fs::read_to_string(&repaired).map_err(|error| failed(&repaired, &error))?;
        for (kind, source) in [("planted", &repair.given), ("repaired", &text)] {
            let package = directory.join(format!("{kind}-{}", repair.id));
            let manifest = format!(
                "[package]\nname = \"{kind}-{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
                repair.id
            );
            write_if_new(&package.join("Cargo.toml"), &manifest)?;
            write_if_new(&package.join("src/main.rs"), source)?;
        }
    }
    write_if_new(
        &directory.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\n",
    )?;
    let target = course.target.join("variants/target");
    let target = target.to_string_lossy();
    compile::cargo_build(
        directory,
        &["--workspace", "--offline", "--target-dir", &target],
    )
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::Failed(format!("{}: {error}", path.display()))
}
