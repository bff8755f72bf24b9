//! Quizzes: one file a quiz, shown where a chapter says `<!-- quiz: NAME -->`.
//!
//! The page has every question, and folded below it the answer and what is wrong with the others; a script makes
//! a form of it. Each wrong choice has its reason: a learner who chose it had one too.

use std::path::Path;

use xtask::catalog::Catalog;
use xtask::quiz::{Question, key, read};

use crate::html::{escape, lines, with_code};
use crate::markdown::anchor;
use crate::steps::anchor_of;

/// On a page a choice stands at the same place in every build.
const SEED: u64 = 0;

/// The error is for people, with file and line.
pub fn render(root: &Path, name: &str, catalog: &Catalog) -> Result<String, String> {
    let quiz = read(root, name, catalog)?;
    let questions = quiz.questions.iter();
    let questions: String = questions.map(|it| question(name, it, catalog)).collect();
    Ok(format!(
        "<section class=\"quiz\" data-quiz=\"{name}\" aria-label=\"Quiz\">\n<ol>\n{questions}</ol>\n</section>\n"
    ))
}

fn question(quiz: &str, question: &Question, catalog: &Catalog) -> String {
    let id = &question.id;
    let choices = question.shuffled(SEED);
    let mut html = format!(
        "<li class=\"question\" id=\"quiz-{quiz}-{id}\" data-question=\"{}\">\n<p class=\"prompt\">{}</p>\n",
        key(quiz, id),
        with_code(&question.prompt)
    );
    if let Some(code) = &question.code {
        html.push_str(&format!(
            "<pre class=\"code\" id=\"quiz-{quiz}-{id}-code\" tabindex=\"0\"><code>{}</code></pre>\n",
            lines(code)
        ));
    }
    html.push_str("<ol type=\"a\" class=\"choices\">\n");
    for choice in &choices {
        html.push_str(&format!(
            "<li data-choice=\"{}\">{}</li>\n",
            choice.key(),
            with_code(&choice.text)
        ));
    }
    html.push_str("</ol>\n<details><summary>Answer</summary>\n<ol type=\"a\" class=\"reasons\">\n");
    for choice in &choices {
        let (mark, data) = match choice.right {
            true => ("<strong>Right.</strong> ", " data-right"),
            false => ("Wrong. ", ""),
        };
        html.push_str(&format!(
            "<li{data}>{mark}{}</li>\n",
            with_code(&choice.why)
        ));
    }
    html.push_str("</ol>\n");
    html.push_str(&further(question, catalog));
    html + "</details>\n</li>\n"
}

/// Where it is told, and what proves it.
fn further(question: &Question, catalog: &Catalog) -> String {
    let mut html = String::new();
    if let Some(section) = &question.section {
        html.push_str(&format!(
            "Read <a href=\"#{}\">{}</a>. ",
            escape(&anchor(section)),
            with_code(section)
        ));
    }
    let step = question.step.as_ref().and_then(|it| it.split_once('/'));
    if let Some((lab, step)) = step {
        let chapter = catalog.labs.iter().find(|it| it.name == lab);
        let chapter = chapter.map_or("", |lab| &lab.chapter);
        html.push_str(&format!(
            "The step <a href=\"{}.html#{}\">{}</a> proves it. ",
            escape(chapter),
            anchor_of(lab, step),
            escape(&format!("{lab}/{step}"))
        ));
    }
    if let Some(proof) = &question.proof {
        html.push_str(&format!(
            "Run it: <code>{}</code>",
            escape(&xtask::quiz::command(proof))
        ));
    }
    match html.is_empty() {
        true => html,
        false => format!("<p>{}</p>\n", html.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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

    /// The question, and three more of no interest.
    fn rendered(text: &str) -> Result<String, String> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("book/quizzes")).unwrap();
        let more = |n| {
            format!(
                "[[question]]\nid = \"{n}\"\nprompt = \"?\"\nanswer = \"1\"\nwhy = \"1\"\n\
            [[question.wrong]]\nchoice = \"2\"\nwhy = \"2\"\n[[question.wrong]]\nchoice = \"3\"\nwhy = \"3\"\n"
            )
        };
        let text = format!("{text}\n{}", (0..3).map(more).collect::<String>());
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
        assert_eq!(html.matches("data-right").count(), 4);
        assert!(!html.contains("\n\n"), "an empty line ends an HTML block");
    }

    #[test]
    fn code_keeps_its_lines_and_no_empty_one_ends_the_block() {
        let html = rendered(&QUIZ.replacen(
            "answer =",
            "code = \"\"\"\nif a:\n\n    b(\"x\")\n\"\"\"\nanswer =",
            1,
        ))
        .unwrap();
        let part = "<code>if a:&#10;&#10;    b(&quot;x&quot;)</code>";
        assert!(html.contains(part) && !html.contains("\n\n"), "{html}");
    }

    #[test]
    fn a_damaged_quiz_is_told_with_file_and_line() {
        let said = rendered(&QUIZ.replacen("prompt", "promt", 1)).unwrap_err();
        let start = "book/quizzes/q.toml:3: unknown field `promt`";
        assert!(said.starts_with(start), "{said}");
    }
}
