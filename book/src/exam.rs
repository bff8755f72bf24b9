//! The exam: a paper where a chapter says `<!-- exam: SEED -->`, the document's essays where it says `<!-- exam: essays -->`.
//!
//! The page has every question with its answer folded below it; a script makes a form of it. Nothing on the page runs
//! code: keys are had when the book is built, and part D is marked by the runner.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use crate::html::{escape, with_code};
use xtask::Error;
use xtask::exam::answer::Kind;
use xtask::exam::essays::{self, Essay};
use xtask::exam::marking;
use xtask::exam::paper::{Block, Paper, Part, Question};

/// The error is for people, with file and line where a file is at fault.
pub fn render(root: &Path, what: &str) -> Result<String, String> {
    let made = match what {
        "essays" => essays::read(root).map(|essays| all_essays(&essays)),
        seed => match u64::from_str_radix(seed, 16) {
            Ok(seed) => paper(root, seed),
            Err(_) => {
                return Err(format!(
                    "{seed:?} is no seed; write a hex number, or essays"
                ));
            }
        },
    };
    made.map_err(|error| match error {
        Error::Failed(what) | Error::Usage(what) => what,
    })
}

fn paper(root: &Path, seed: u64) -> Result<String, Error> {
    let paper = Paper::new(root, seed)?;
    let keys = keys(&paper)?;
    let name = paper.name();
    let mut html =
        format!("<section class=\"exam\" data-exam=\"{name}\" aria-label=\"Exam {name}\">\n");
    for part in Part::ALL {
        let (letter, title, points) = (part.letter(), part.title(), part.points());
        html.push_str(&format!(
            "<h3 id=\"exam-{name}-{}\">{letter}. {title}</h3>\n<p>{points} points. {}</p>\n",
            letter.to_ascii_lowercase(),
            escape(part.task())
        ));
        for section in paper.sections.iter().filter(|section| section.part == part) {
            html.push_str(&shown(&section.shown));
            for it in &section.questions {
                html.push_str(&question(&name, part, it, &keys[&it.id]));
            }
        }
    }
    html.push_str(&repair(root, &paper)?);
    Ok(html + "</section>\n")
}

/// A build of the book costs well below a second, so what the programs print is asked for once a paper.
fn keys(paper: &Paper) -> Result<HashMap<String, String>, Error> {
    static KNOWN: Mutex<Option<HashMap<String, HashMap<String, String>>>> = Mutex::new(None);
    // Held while they run: they are built at one place.
    let mut known = KNOWN.lock().unwrap_or_else(|broken| broken.into_inner());
    let known = known.get_or_insert_default();
    let text = paper.markdown();
    if let Some(keys) = known.get(&text) {
        return Ok(keys.clone());
    }
    let scratch = std::env::temp_dir().join(format!("book-exam-{}", std::process::id()));
    let keys = marking::keys(paper, &scratch);
    let _ = fs::remove_dir_all(&scratch);
    known.insert(text, keys?);
    Ok(known[&paper.markdown()].clone())
}

fn shown(blocks: &[Block]) -> String {
    blocks
        .iter()
        .map(|block| match block {
            Block::Text(text) => format!("<p>{}</p>\n", with_code(text)),
            Block::Code { language, text } => code(language, text),
        })
        .collect()
}

/// A line end is written as a reference: an empty line would end the HTML block that this stands in.
fn code(language: &str, text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(escape).collect();
    format!(
        "<pre><code class=\"language-{language}\">{}</code></pre>\n",
        lines.join("&#10;")
    )
}

fn question(paper: &str, part: Part, question: &Question, key: &str) -> String {
    let (id, points, kind) = (&question.id, question.points, question.kind.word());
    let words = match &question.kind {
        Kind::OneOf(words) => format!(" data-words=\"{}\"", escape(&words.join(" "))),
        _ => String::new(),
    };
    format!(
        "<div class=\"exam-question\" id=\"exam-{paper}-{id}\" data-kind=\"{kind}\" data-points=\"{points}\" data-key=\"{key}\"{words}>\n\
         <p class=\"prompt\"><strong>{id}</strong> ({points} points) {prompt} <span class=\"asks\">Answer: {asks}.</span></p>\n\
         <details><summary>Answer to {id}</summary>\n<p class=\"key\"><code>{key}</code></p>\n<p class=\"why\">{why}</p>\n</details>\n</div>\n",
        key = escape(key),
        prompt = with_code(&question.prompt),
        asks = escape(&question.asks(part)),
        why = with_code(&question.why),
    )
}

fn repair(root: &Path, paper: &Paper) -> Result<String, Error> {
    let (repair, name) = (&paper.repair, paper.name());
    let file = repair.repaired(root);
    let repaired = fs::read_to_string(&file)
        .map_err(|error| Error::Failed(format!("cannot read {}: {error}", file.display())))?;
    Ok(format!(
        "{}<p>A page runs no code. <code>cargo xtask exam --seed {name}</code> gives you this program as a package, and \
         <code>cargo xtask exam mark</code> has the hidden tests drive it.</p>\n\
         <details><summary>Answer to D</summary>\n<p>The belief: <q>{}</q>. {}</p>\n{}</details>\n",
        shown(&repair.shown()),
        with_code(&repair.belief),
        with_code(&repair.why),
        code("rust", &repaired)
    ))
}

fn all_essays(essays: &[Essay]) -> String {
    let items: String = essays
        .iter()
        .enumerate()
        .map(|(n, it)| essay(n + 1, it))
        .collect();
    format!("<section class=\"essays\" aria-label=\"Essays\">\n<ol>\n{items}</ol>\n</section>\n")
}

fn essay(number: usize, essay: &Essay) -> String {
    let model: String = (essay.model.iter())
        .map(|paragraph| format!("<p>{}</p>\n", with_code(paragraph)))
        .collect();
    let rubric: String = (essay.rubric.iter())
        .map(|line| {
            let (points, looks_for) = (line.points, with_code(&line.looks_for));
            format!("<li data-points=\"{points}\">{looks_for} ({points} points)</li>\n")
        })
        .collect();
    format!(
        "<li class=\"essay\" id=\"essay-{number}\">\n<p class=\"prompt\">{}</p>\n\
         <details><summary>Model answer to essay {number}</summary>\n{model}</details>\n\
         <details><summary>Rubric of essay {number}, {} points</summary>\n<ul class=\"rubric\">\n{rubric}</ul>\n</details>\n</li>\n",
        with_code(&essay.question),
        essay.points()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }

    #[test]
    fn a_paper_has_each_question_and_each_answer_once_and_no_empty_line() {
        let html = render(root(), "7f3a").unwrap();
        let paper = Paper::new(root(), 0x7f3a).unwrap();
        assert_eq!(
            html.matches("class=\"exam-question\"").count(),
            paper.questions().count()
        );
        for (_, question) in paper.questions() {
            assert_eq!(
                html.matches(&format!("Answer to {}<", question.id)).count(),
                1
            );
            assert!(html.contains(&with_code(&question.why)));
        }
        assert!(!html.contains("\n\n"), "an empty line ends an HTML block");
        assert!(html.contains("Answer to D"));
    }

    #[test]
    fn the_essays_ask_what_the_document_asks() {
        let html = render(root(), "essays").unwrap();
        assert_eq!(html.matches("class=\"essay\"").count(), 5);
        for question in [
            "Explain the concept of socket programming and its importance in network programming.",
            "Discuss the role of network protocols in network programming and provide examples of common protocols.",
            "What are the key principles of network security in network programming? Explain with examples.",
            "What are the advantages and disadvantages of network programming in Python? Provide examples to support your answer.",
            "Describe a real-world application of network programming in Python and explain how it is implemented.",
        ] {
            assert_eq!(html.matches(question).count(), 1, "{question}");
        }
        assert!(!html.contains("\n\n"));
    }

    #[test]
    fn what_is_no_paper_is_said() {
        assert!(render(root(), "first").unwrap_err().contains("no seed"));
        let empty = tempfile::tempdir().unwrap();
        let said = render(empty.path(), "7f3a").unwrap_err();
        assert!(said.contains("book/exam/wire.toml"), "{said}");
    }
}
