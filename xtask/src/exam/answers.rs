//! `answers.txt`: a line a question, `A1: 4711`. What is wrong in it is said with its line, before anything is marked.

use std::collections::HashMap;

use super::paper::Paper;

/// The file as a learner is given it.
pub fn template(paper: &Paper) -> String {
    let mut text = format!(
        "# Exam {}. Write each answer behind its colon. Lines that begin with # are not read.\n\
         # Part D is in repair/src/main.rs.\n",
        paper.name()
    );
    let mut part = None;
    for (of, question) in paper.questions() {
        if part != Some(of) {
            part = Some(of);
            text.push_str(&format!("\n# {}. {}\n", of.letter(), of.title()));
        }
        text.push_str(&format!("# {}\n{}:\n", question.asks(of), question.id));
    }
    text
}

/// By question, what was answered, as it is compared. Without an answer a question is not in it.
pub fn read(paper: &Paper, file: &str, text: &str) -> Result<HashMap<String, String>, String> {
    let mut answers = HashMap::new();
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match answer(paper, line, &mut seen) {
            Ok(Some((id, answer))) => {
                answers.insert(id, answer);
            }
            Ok(None) => {}
            Err(what) => wrong.push(format!("{file}:{}: {what}", n + 1)),
        }
    }
    match wrong.is_empty() {
        true => Ok(answers),
        false => Err(wrong.join("\n")),
    }
}

fn answer(
    paper: &Paper,
    line: &str,
    seen: &mut Vec<String>,
) -> Result<Option<(String, String)>, String> {
    let Some((id, given)) = line.split_once(':') else {
        return Err(format!(
            "{line:?} is no answer; write a question, a colon, an answer, such as A1: 4711"
        ));
    };
    let id = id.trim().to_uppercase();
    let question = paper.questions().find(|(_, question)| question.id == id);
    let Some((_, question)) = question else {
        return Err(format!("this paper has no question {id:?}"));
    };
    if seen.contains(&id) {
        return Err(format!("{id} is answered above already"));
    }
    seen.push(id.clone());
    match given.trim() {
        "" => Ok(None),
        given => match question.kind.read(given) {
            Ok(read) => Ok(Some((id, read))),
            Err(what) => Err(format!("{id}: {what}")),
        },
    }
}
