//! The text of a quiz, read and checked. What is wrong is told with its place.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::file::{Choice, Question, Quiz, TOPICS, proofs};
use crate::catalog::Catalog;

/// Fewer questions say little about a chapter, more are a chore.
const QUESTIONS: RangeInclusive<usize> = 4..=8;
const WRONG_CHOICES: RangeInclusive<usize> = 2..=4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topic: Option<Spanned<String>>,
    #[serde(default)]
    question: Vec<QuestionTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionTable {
    id: Spanned<String>,
    prompt: Spanned<String>,
    code: Option<Spanned<String>>,
    answer: Spanned<String>,
    why: Spanned<String>,
    section: Option<Spanned<String>>,
    step: Option<Spanned<String>>,
    proof: Option<Spanned<String>>,
    #[serde(default)]
    wrong: Vec<WrongTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrongTable {
    choice: Spanned<String>,
    why: Spanned<String>,
}

/// What is wrong, and at which byte of the file.
type Wrong = (usize, String);

pub fn parse(text: &str, name: &str, root: &Path, catalog: &Catalog) -> Result<Quiz, Wrong> {
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (at, error.message().replace('\n', ", "))
    })?;
    if let Some(topic) = &file.topic
        && !TOPICS.contains(&topic.get_ref().as_str())
    {
        return wrong(
            topic,
            format!("the document's topics are: {}", TOPICS.join("; ")),
        );
    }
    if !QUESTIONS.contains(&file.question.len()) {
        let n = file.question.len();
        let what = format!(
            "a quiz has {} to {} questions, this one has {n}; each is a [[question]]",
            QUESTIONS.start(),
            QUESTIONS.end()
        );
        return Err((0, what));
    }
    let mut ids = HashSet::new();
    for question in &file.question {
        check(question, root, catalog)?;
        let id = question.id.get_ref();
        if !ids.insert(id) {
            let what = format!("an earlier question has the id {id:?} too");
            return wrong(&question.id, what);
        }
    }
    let questions = file.question.into_iter().map(|it| it.question(text));
    Ok(Quiz {
        name: name.to_string(),
        topic: file.topic.map(Spanned::into_inner),
        questions: questions.collect(),
    })
}

fn check(question: &QuestionTable, root: &Path, catalog: &Catalog) -> Result<(), Wrong> {
    let texts = [
        &question.id,
        &question.prompt,
        &question.answer,
        &question.why,
    ];
    let optional = [&question.code, &question.section].into_iter().flatten();
    let wrongs = question.wrong.iter().flat_map(|it| [&it.choice, &it.why]);
    let mut texts = texts.into_iter().chain(optional).chain(wrongs);
    if let Some(empty) = texts.find(|it| it.get_ref().trim().is_empty()) {
        return wrong(empty, "this is empty; write it");
    }
    let id = question.id.get_ref();
    if !is_plain(id) {
        let what = format!("the id {id:?} has more than a-z, 0-9 and -");
        return wrong(&question.id, what);
    }
    if !WRONG_CHOICES.contains(&question.wrong.len()) {
        let n = question.wrong.len();
        let what = format!(
            "a question has two to four wrong choices, this one has {n}; each is a [[question.wrong]]"
        );
        return wrong(&question.id, what);
    }
    let mut choices = HashSet::from([question.answer.get_ref()]);
    let mut wrongs = question.wrong.iter();
    if let Some(twice) = wrongs.find(|it| !choices.insert(it.choice.get_ref())) {
        return wrong(&twice.choice, "this choice is there already");
    }
    if let Some(step) = &question.step
        && !exists(step.get_ref(), catalog)
    {
        let what = format!("there is no step {:?}; write LAB/STEP", step.get_ref());
        return wrong(step, what);
    }
    if let Some(proof) = &question.proof
        && !root.join(proofs(proof.get_ref())).is_file()
    {
        let what = format!("there is no {}", proofs(proof.get_ref()));
        return wrong(proof, what);
    }
    Ok(())
}

impl QuestionTable {
    fn question(self, text: &str) -> Question {
        let line = line(text, self.id.span().start);
        let right = Choice {
            text: self.answer.into_inner(),
            why: self.why.into_inner(),
            right: true,
        };
        let wrong = self.wrong.into_iter().map(|it| Choice {
            text: it.choice.into_inner(),
            why: it.why.into_inner(),
            right: false,
        });
        Question {
            id: self.id.into_inner(),
            prompt: self.prompt.into_inner(),
            code: self.code.map(Spanned::into_inner),
            choices: [right].into_iter().chain(wrong).collect(),
            section: self.section.map(Spanned::into_inner),
            step: self.step.map(Spanned::into_inner),
            proof: self.proof.map(Spanned::into_inner),
            line,
        }
    }
}

/// A lab whose `lab.toml` is damaged has said so elsewhere; no quiz is wrong because of it.
fn exists(step: &str, catalog: &Catalog) -> bool {
    let Some((lab, step)) = step.split_once('/') else {
        return false;
    };
    let found = catalog.labs.iter().find(|it| it.name == lab);
    found.is_some_and(|lab| lab.steps.iter().any(|it| it.id == step))
        || catalog.broken.iter().any(|it| it.name == lab)
}

pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(plain)
}

fn wrong<T>(at: &Spanned<String>, what: impl Into<String>) -> Result<T, Wrong> {
    Err((at.span().start, what.into()))
}

/// Counted from 1.
pub fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Four questions of eleven lines, `q1` to `q4`; the second begins on line 13.
    pub fn example() -> String {
        (1..=4)
            .map(|n| {
                format!(
                    "[[question]]\nid = \"q{n}\"\nprompt = \"What is `0`?\"\nanswer = \"The end.\"\nwhy = \"It is.\"\n\n\
                     [[question.wrong]]\nchoice = \"Nothing yet.\"\nwhy = \"It waits.\"\n\
                     [[question.wrong]]\nchoice = \"An error.\"\nwhy = \"That is `Err`.\"\n"
                )
            })
            .collect()
    }

    pub fn parsed(text: &str) -> Result<Quiz, String> {
        let nothing = Catalog {
            labs: Vec::new(),
            broken: Vec::new(),
        };
        parse(text, "q", Path::new("/nowhere"), &nothing)
            .map_err(|(at, what)| format!("{}: {what}", line(text, at)))
    }

    #[test]
    fn the_right_choice_is_first_and_lines_are_known() {
        let quiz = parsed(&example()).unwrap();
        let right: Vec<_> = quiz.questions[1].choices.iter().map(|c| c.right).collect();
        assert_eq!(right, [true, false, false]);
        assert_eq!(quiz.questions[1].line, 14);
    }

    #[test]
    fn what_is_damaged_is_told_with_its_line() {
        let text = example();
        let edit = |find: &str, replace: &str| text.replacen(find, replace, 1);
        let with = |line: &str| edit("why = \"It is.\"\n", &format!("why = \"It is.\"\n{line}\n"));
        for (text, said) in [
            (
                String::new(),
                "1: a quiz has 4 to 8 questions, this one has 0",
            ),
            (edit("prompt", "promt"), "3: unknown field `promt`"),
            (edit("\"q1\"", "\"Q1\""), "2: the id \"Q1\" has more than"),
            (edit("\"It is.\"", "\" \""), "5: this is empty"),
            (
                edit("\"q2\"", "\"q1\""),
                "14: an earlier question has the id \"q1\" too",
            ),
            (
                edit("An error.", "The end."),
                "11: this choice is there already",
            ),
            (
                with("step = \"echo/no\""),
                "6: there is no step \"echo/no\"",
            ),
            (
                with("proof = \"no.py\""),
                "6: there is no book/quizzes/proofs/no.py",
            ),
            (with("code = \"\""), "6: this is empty"),
            (
                format!("topic = \"x\"\n{text}"),
                "1: the document's topics are: Creating",
            ),
            (
                edit(
                    "[[question.wrong]]\nchoice = \"An error.\"\nwhy = \"That is `Err`.\"\n",
                    "",
                ),
                "2: a question has two to four wrong choices, this one has 1",
            ),
            (edit("id = \"q1\"", "id = q1"), "2: "),
        ] {
            let error = parsed(&text).unwrap_err();
            assert!(error.starts_with(said), "{error}, not {said}");
        }
    }
}
