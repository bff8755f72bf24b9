//! Part D: a small program with one planted mistake, judged by hidden tests from outside, like a lab.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde::Deserialize;
use toml::Spanned;

use super::data::Table;
use super::paper::{Block, Part};
use crate::Error;
use crate::catalog::{Lab, Step};

/// In front of the tests' names, as a lab's.
pub const SUITE: &str = "exam";
/// The package that a learner repairs, and its program.
pub const PACKAGE: &str = "repair";
const DEADLINE_MS: u64 = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    repair: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Spanned<String>,
    statement: Spanned<String>,
    belief: Spanned<String>,
    why: Spanned<String>,
    #[serde(default)]
    test: Vec<TestRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestRow {
    id: Spanned<String>,
    title: Spanned<String>,
    cause: Spanned<String>,
    says: Spanned<String>,
}

pub struct Repair {
    pub id: String,
    statement: String,
    /// What the one who wrote it took for true.
    pub belief: String,
    pub why: String,
    /// The program with its mistake.
    pub given: String,
    pub tests: Vec<Test>,
}

pub struct Test {
    pub id: String,
    pub title: String,
    pub points: u32,
    /// How the planted mistake fails it: for `ci exam`.
    pub cause: String,
    pub says: String,
}

impl Repair {
    pub fn shown(&self) -> Vec<Block> {
        let tests = self.tests.iter();
        let tests: Vec<String> = tests
            .map(|it| format!("{} ({} points)", it.title, it.points))
            .collect();
        vec![
            Block::Text(self.statement.clone()),
            Block::Code {
                language: "rust",
                text: self.given.clone(),
            },
            Block::Text(format!("What is judged: {}.", tests.join("; "))),
        ]
    }

    /// The tests as a lab's steps, so that the runner's own machinery runs them.
    pub fn as_lab(&self) -> Lab {
        let steps = self.tests.iter().map(|test| Step {
            id: test.id.clone(),
            title: test.title.clone(),
            minutes: u64::from(test.points),
            needs: Vec::new(),
            function: "main".to_string(),
            spec: String::new(),
            section: String::new(),
            hints: Default::default(),
            deadline_ms: DEADLINE_MS,
        });
        Lab {
            name: SUITE.to_string(),
            directory: String::new(),
            title: Part::Repair.title().to_string(),
            chapter: "exam".to_string(),
            style: String::new(),
            after: Vec::new(),
            done: String::new(),
            try_it: String::new(),
            not_proven: String::new(),
            steps: steps.collect(),
        }
    }

    /// Its source, repaired; not in a handout.
    pub fn repaired(&self, root: &Path) -> PathBuf {
        root.join(format!("solutions/exam-repairs/src/{}.rs", self.id))
    }
}

/// A package with this source for its only file, which belongs to no workspace.
pub fn manifest() -> String {
    format!(
        "[package]\nname = \"{PACKAGE}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         # It lies inside of the course and is no part of it.\n[workspace]\n"
    )
}

pub fn choose(root: &Path, random: &mut Rng) -> Result<Repair, Error> {
    let mut all = all(root)?;
    Ok(all.swap_remove(random.usize(..all.len())))
}

/// Every program there is, in the order of the file.
pub fn all(root: &Path) -> Result<Vec<Repair>, Error> {
    let table = Table::<File>::read(root, "repair")?;
    if table.parsed.repair.is_empty() {
        return Err(table.missing("a paper has a program to repair; write a [[repair]]"));
    }
    let rows = &table.parsed.repair;
    rows.iter()
        .enumerate()
        .map(|(n, row)| {
            table.filled([&row.id, &row.statement, &row.belief, &row.why])?;
            if rows[..n].iter().any(|other| other.id == row.id) {
                return Err(table.wrong(&row.id, "an earlier program has this id too"));
            }
            repair(&table, row, root)
        })
        .collect()
}

fn repair(table: &Table<File>, row: &Row, root: &Path) -> Result<Repair, Error> {
    let id = row.id.get_ref().clone();
    let file = format!("book/exam/repair/{id}.rs");
    let given = fs::read_to_string(root.join(&file))
        .map_err(|error| table.wrong(&row.id, &format!("cannot read {file}: {error}")))?;
    let (points, tests) = (Part::Repair.points(), row.test.len() as u32);
    if tests == 0 || points % tests != 0 {
        let what =
            format!("{points} points cannot be shared by {tests} tests; each is a [[repair.test]]");
        return Err(table.wrong(&row.id, &what));
    }
    let mut made = Vec::new();
    for test in &row.test {
        table.filled([&test.id, &test.title, &test.cause, &test.says])?;
        made.push(Test {
            id: test.id.get_ref().clone(),
            title: test.title.get_ref().clone(),
            points: points / tests,
            cause: test.cause.get_ref().clone(),
            says: test.says.get_ref().clone(),
        });
    }
    Ok(Repair {
        id,
        statement: row.statement.get_ref().clone(),
        belief: row.belief.get_ref().clone(),
        why: row.why.get_ref().clone(),
        given,
        tests: made,
    })
}
