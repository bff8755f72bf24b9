//! The document's five essay questions: written in the reader's editor, marked by the reader.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::data::Table;
use super::folder::put_if_missing;
use super::screen::shown;
use crate::Error;
use crate::course::Course;
use crate::screen::lines::{labelled, width, wrapped};
use crate::state::State;

/// An essay that says nothing yet is no place to look for what it could have said.
const ENOUGH_WORDS: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    essay: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    question: Spanned<String>,
    #[serde(default)]
    model: Vec<Spanned<String>>,
    #[serde(default)]
    rubric: Vec<LineRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    points: u32,
    looks_for: Spanned<String>,
}

pub struct Essay {
    /// As the document has it.
    pub question: String,
    /// A paragraph each.
    pub model: Vec<String>,
    pub rubric: Vec<Line>,
}

pub struct Line {
    pub points: u32,
    pub looks_for: String,
}

impl Essay {
    pub fn points(&self) -> u32 {
        self.rubric.iter().map(|line| line.points).sum()
    }
}

pub fn read(root: &Path) -> Result<Vec<Essay>, Error> {
    let table = Table::<File>::read(root, "essays")?;
    if table.parsed.essay.is_empty() {
        return Err(table.missing("there is no essay; write an [[essay]]"));
    }
    for row in &table.parsed.essay {
        let lines = row.rubric.iter().map(|line| &line.looks_for);
        table.filled([&row.question].into_iter().chain(&row.model).chain(lines))?;
        if row.model.is_empty() || row.rubric.is_empty() {
            let what = "this essay needs a model answer and a rubric";
            return Err(table.wrong(&row.question, what));
        }
        if let Some(line) = row.rubric.iter().find(|line| line.points == 0) {
            return Err(table.wrong(&line.looks_for, "a line of a rubric is worth something"));
        }
    }
    let essays = table.parsed.essay.into_iter().map(|row| Essay {
        question: row.question.into_inner(),
        model: row.model.into_iter().map(Spanned::into_inner).collect(),
        rubric: row
            .rubric
            .into_iter()
            .map(|line| Line {
                points: line.points,
                looks_for: line.looks_for.into_inner(),
            })
            .collect(),
    });
    Ok(essays.collect())
}

/// Puts a file for each essay where there is none, and says how far each is.
pub fn overview(course: &Course, state: &State) -> Result<String, Error> {
    let mut text = String::from(
        "The document's five questions. Write in your editor; the model answer comes after.\n\n",
    );
    for (n, essay) in read(&course.root)?.iter().enumerate() {
        let file = file(state, n);
        let start = format!("# {}\n\n", essay.question);
        put_if_missing(&file, start.as_bytes())?;
        let marks = match marks(course, state, n, essay)? {
            Some(earned) => format!("{earned} of {} points by your own marks", essay.points()),
            None => "not marked".to_string(),
        };
        text.push_str(&labelled(
            &format!("  {}", n + 1),
            5,
            &essay.question,
            width(),
        ));
        text.push_str(&format!(
            "     {}   {} words, {marks}\n",
            shown(course, &file),
            words(&file)
        ));
    }
    text.push_str(
        "\nThen: cargo xtask exam essays N   shows the model answer and the rubric of essay N\n",
    );
    Ok(text)
}

/// The model answer and the rubric, and a file to mark by it.
pub fn one(course: &Course, state: &State, number: usize, anyway: bool) -> Result<String, Error> {
    let essays = read(&course.root)?;
    let essay = number
        .checked_sub(1)
        .and_then(|n| Some((n, essays.get(n)?)));
    let Some((n, essay)) = essay else {
        return Err(Error::Usage(format!(
            "there are the essays 1 to {}",
            essays.len()
        )));
    };
    let file = file(state, n);
    if words(&file) < ENOUGH_WORDS && !anyway {
        return Ok(format!(
            "Essay {number} is not written yet: {}\nThe model answer is of more use afterwards. To see it all the same: --anyway\n",
            shown(course, &file)
        ));
    }
    put_if_missing(&marks_file(state, n), marks_template(essay).as_bytes())?;
    let mut text = String::new();
    for line in wrapped(&essay.question, width()) {
        text.push_str(&format!("{line}\n"));
    }
    for paragraph in &essay.model {
        text.push('\n');
        for line in wrapped(paragraph, width() - 2) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text.push_str(&format!(
        "\nRubric, {} points. Others are as good as this one if they say the same.\n",
        essay.points()
    ));
    for line in &essay.rubric {
        text.push_str(&labelled(
            &format!("  {:>2}", line.points),
            6,
            &line.looks_for,
            width(),
        ));
    }
    let marks = shown(course, &marks_file(state, n));
    text.push_str(&format!(
        "\nMark yours: put an x between the brackets in {marks}\n"
    ));
    Ok(text)
}

fn file(state: &State, n: usize) -> PathBuf {
    state
        .directory
        .join(format!("exam/essays/essay-{}.md", n + 1))
}

fn marks_file(state: &State, n: usize) -> PathBuf {
    state
        .directory
        .join(format!("exam/essays/marks-{}.txt", n + 1))
}

/// Of the essay, without its question.
fn words(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap_or_default();
    let own = text.lines().filter(|line| !line.starts_with('#'));
    own.map(|line| line.split_whitespace().count()).sum()
}

fn marks_template(essay: &Essay) -> String {
    let lines = essay.rubric.iter();
    let lines = lines.map(|line| format!("[ ] {:>2}  {}\n", line.points, line.looks_for));
    format!(
        "# Put an x between the brackets where your essay says this.\n{}",
        lines.collect::<String>()
    )
}

/// What the reader gave, if the reader has marked.
fn marks(course: &Course, state: &State, n: usize, essay: &Essay) -> Result<Option<u32>, Error> {
    let path = marks_file(state, n);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(None);
    };
    let mut earned = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let known = essay.rubric.iter().find(|it| line.ends_with(&it.looks_for));
        let box_ = line.get(..3).unwrap_or(line);
        match (known, box_) {
            (Some(it), "[x]" | "[X]") => earned = Some(earned.unwrap_or(0) + it.points),
            (Some(_), "[ ]") => {}
            _ => {
                let (file, line) = (shown(course, &path), at + 1);
                let what = "no line of the rubric; write [x] or [ ] and leave the rest";
                return Err(Error::Failed(format!("{file}:{line}: {what}")));
            }
        }
    }
    Ok(earned.map(|earned: u32| earned.min(essay.points())))
}
