//! Quizzes: one file a quiz, shown where a chapter says `<!-- quiz: NAME -->`.
//!
//! The page has every question, and folded below it the answer and what is wrong with the others; a script makes
//! a form of it. Each wrong choice has its reason: a learner who chose it had one too.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::html::{escape, with_code};
use crate::steps::anchor_of;
use xtask::catalog::Catalog;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    question: Vec<Question>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    id: Spanned<String>,
    prompt: Spanned<String>,
    /// The choice that is right, and why.
    answer: Spanned<String>,
    why: Spanned<String>,
    /// The step that proves it, such as `echo/echoes_one_client`.
    step: Option<Spanned<String>>,
    #[serde(default)]
    wrong: Vec<Wrong>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    choice: Spanned<String>,
    why: Spanned<String>,
}

/// The error is for people, with file and line.
pub fn render(root: &Path, name: &str, catalog: &Catalog) -> Result<String, String> {
    let file = format!("book/quizzes/{name}.toml");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!(
            "{name:?} is no name of a quiz; write one such as: sockets"
        ));
    }
    let text = fs::read_to_string(root.join(&file))
        .map_err(|error| format!("there is no quiz {name:?}: cannot read {file}: {error}"))?;
    let at = |(offset, what): (usize, String)| {
        let line = 1 + text.bytes().take(offset).filter(|b| *b == b'\n').count();
        format!("{file}:{line}: {what}")
    };
    let parsed: File = toml::from_str(&text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        at((offset, error.message().replace('\n', ", ")))
    })?;
    check(&parsed, catalog).map_err(at)?;
    let questions = parsed.question.iter();
    let questions: String = questions.map(|it| question(name, it, catalog)).collect();
    Ok(format!(
        "<section class=\"quiz\" data-quiz=\"{name}\" aria-label=\"Quiz\">\n<ol>\n{questions}</ol>\n</section>\n"
    ))
}

fn check(file: &File, catalog: &Catalog) -> Result<(), (usize, String)> {
    let wrong = |at: &Spanned<String>, what: String| Err((at.span().start, what));
    if file.question.is_empty() {
        return Err((0, "a quiz has questions; add a [[question]]".to_string()));
    }
    let mut ids = HashSet::new();
    for question in &file.question {
        let texts = [
            &question.id,
            &question.prompt,
            &question.answer,
            &question.why,
        ];
        let wrongs = question.wrong.iter().flat_map(|it| [&it.choice, &it.why]);
        if let Some(empty) = texts
            .into_iter()
            .chain(wrongs)
            .find(|it| it.get_ref().trim().is_empty())
        {
            return wrong(empty, "this is empty; write it".to_string());
        }
        let id = question.id.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.chars().all(plain) {
            return wrong(
                &question.id,
                format!("the id {id:?} has more than a-z, 0-9 and -"),
            );
        }
        if !ids.insert(id) {
            return wrong(
                &question.id,
                format!("an earlier question has the id {id:?} too"),
            );
        }
        if !(2..=4).contains(&question.wrong.len()) {
            let n = question.wrong.len();
            return wrong(
                &question.id,
                format!(
                    "a question has two to four wrong choices, this one has {n}; each is a [[question.wrong]]"
                ),
            );
        }
        let mut choices = HashSet::from([question.answer.get_ref()]);
        if let Some(twice) = question
            .wrong
            .iter()
            .find(|it| !choices.insert(it.choice.get_ref()))
        {
            return wrong(&twice.choice, "this choice is there already".to_string());
        }
        if let Some(step) = &question.step
            && !exists(step.get_ref(), catalog)
        {
            return wrong(
                step,
                format!("there is no step {:?}; write LAB/STEP", step.get_ref()),
            );
        }
    }
    Ok(())
}

fn exists(step: &str, catalog: &Catalog) -> bool {
    let Some((lab, step)) = step.split_once('/') else {
        return false;
    };
    let lab = catalog.labs.iter().find(|it| it.name == lab);
    lab.is_some_and(|lab| lab.steps.iter().any(|it| it.id == step))
}

fn question(quiz: &str, question: &Question, catalog: &Catalog) -> String {
    let id = question.id.get_ref();
    let mut choices = vec![(&question.answer, &question.why, true)];
    choices.extend(question.wrong.iter().map(|it| (&it.choice, &it.why, false)));
    // The right one is not always the first, and is in the same place in every build.
    let turn = id.bytes().map(usize::from).sum::<usize>() % choices.len();
    choices.rotate_right(turn);

    let mut html = format!(
        "<li class=\"question\" id=\"quiz-{quiz}-{id}\">\n<p class=\"prompt\">{}</p>\n<ol type=\"a\" class=\"choices\">\n",
        with_code(question.prompt.get_ref())
    );
    for (choice, ..) in &choices {
        html.push_str(&format!("<li>{}</li>\n", with_code(choice.get_ref())));
    }
    html.push_str("</ol>\n<details><summary>Answer</summary>\n<ol type=\"a\" class=\"reasons\">\n");
    for (_, why, right) in &choices {
        let (mark, data) = match right {
            true => ("<strong>Right.</strong> ", " data-right"),
            false => ("Wrong. ", ""),
        };
        html.push_str(&format!(
            "<li{data}>{mark}{}</li>\n",
            with_code(why.get_ref())
        ));
    }
    html.push_str("</ol>\n");
    let step = question
        .step
        .as_ref()
        .and_then(|it| it.get_ref().split_once('/'));
    if let Some((lab, step)) = step {
        let chapter = catalog.labs.iter().find(|it| it.name == lab);
        let chapter = chapter.map_or("", |lab| &lab.chapter);
        html.push_str(&format!(
            "<p>The step <a href=\"{}.html#{}\">{}</a> proves it.</p>\n",
            escape(chapter),
            anchor_of(lab, step),
            escape(&format!("{lab}/{step}"))
        ));
    }
    html + "</details>\n</li>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIZ: &str = r#"[[question]]
id = "zero"
prompt = "What is `0`?"
answer = "The end."
why = "It is."

[[question.wrong]]
choice = "Nothing yet."
why = "Then it waits."

[[question.wrong]]
choice = "An error."
why = "Errors are `Err`."
"#;

    fn rendered(text: &str) -> Result<String, String> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("book/quizzes")).unwrap();
        fs::write(root.path().join("book/quizzes/q.toml"), text).unwrap();
        let nothing = Catalog {
            labs: Vec::new(),
            broken: Vec::new(),
        };
        render(root.path(), "q", &nothing)
    }

    #[test]
    fn every_choice_is_there_once_with_its_reason() {
        let html = rendered(QUIZ).unwrap();
        for part in [
            "The end.",
            "Nothing yet.",
            "Then it waits.",
            "Errors are <code>Err</code>.",
        ] {
            assert_eq!(html.matches(part).count(), 1, "{part}: {html}");
        }
        assert_eq!(html.matches("data-right").count(), 1);
        assert!(!html.contains("\n\n"), "an empty line ends an HTML block");
    }

    #[test]
    fn a_damaged_quiz_is_told_with_its_line() {
        let same = QUIZ.replace("An error.", "The end.");
        for (text, line, what) in [
            (String::new(), 1, "a quiz has questions"),
            (QUIZ.replace("prompt", "promt"), 3, "unknown field `promt`"),
            (QUIZ.replace("\"zero\"", "\"Zero\""), 2, "the id \"Zero\""),
            (QUIZ.replace("\"It is.\"", "\" \""), 5, "this is empty"),
            (QUIZ[..QUIZ.len() - 60].to_string(), 1, ""),
            (
                format!("{QUIZ}\n{QUIZ}"),
                16,
                "an earlier question has the id \"zero\" too",
            ),
            (same, 12, "this choice is there already"),
            (
                QUIZ.replace("why = \"It is.\"", "why = \"It is.\"\nstep = \"echo/no\""),
                6,
                "there is no step \"echo/no\"",
            ),
        ] {
            let said = rendered(&text).unwrap_err();
            let start = format!("book/quizzes/q.toml:{line}: {what}");
            assert!(
                said.starts_with(&start) || what.is_empty(),
                "{said}, not {start}"
            );
            assert!(said.starts_with("book/quizzes/q.toml:"), "{said}");
        }
    }
}
