//! One quiz: `book/quizzes/NAME.toml`.

use std::fs;
use std::path::Path;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::parse::{is_plain, line, parse};
use crate::catalog::Catalog;

/// Where the quizzes lie in the course.
pub const DIRECTORY: &str = "book/quizzes";

/// What the document lists under "Quizzes", word for word. It has no questions of its own.
pub const TOPICS: [&str; 4] = [
    "Creating and using sockets to establish network connections",
    "Parsing protocol headers and data",
    "Implementing encryption and decryption algorithms",
    "Identifying and resolving network issues",
];

#[derive(Debug)]
pub struct Quiz {
    /// Such as `sockets`, for `book/quizzes/sockets.toml`.
    pub name: String,
    /// Which of the document's topics it covers.
    pub topic: Option<String>,
    pub questions: Vec<Question>,
}

#[derive(Debug)]
pub struct Question {
    pub id: String,
    pub prompt: String,
    /// Lines below the prompt, shown as they are: a program, bytes.
    pub code: Option<String>,
    /// The right one first.
    pub choices: Vec<Choice>,
    /// The heading in the quiz's chapter where the answer stands.
    pub section: Option<String>,
    /// The step that proves it, such as `echo/echoes_one_client`.
    pub step: Option<String>,
    /// The program in `book/quizzes/proofs` that prints the right choice.
    pub proof: Option<String>,
    /// Of its id, in the file.
    pub line: usize,
}

#[derive(Debug)]
pub struct Choice {
    pub text: String,
    /// Why it is right, or what someone believed who chose it.
    pub why: String,
    pub right: bool,
}

impl Question {
    /// The choices in an order that depends on the seed alone.
    pub fn shuffled(&self, seed: u64) -> Vec<&Choice> {
        let mut choices: Vec<_> = self.choices.iter().collect();
        choices.sort_by_key(|choice| {
            xxh3_64_with_seed(format!("{}\n{}", self.id, choice.text).as_bytes(), seed)
        });
        choices
    }

    pub fn right(&self) -> &Choice {
        &self.choices[0]
    }
}

impl Choice {
    /// Names the choice in the answers that are kept, whatever place it is shown at.
    pub fn key(&self) -> String {
        format!("{:016x}", xxh3_64(self.text.as_bytes()))
    }
}

/// Reads the quiz `name`. The error is for people, with file and line.
pub fn read(root: &Path, name: &str, catalog: &Catalog) -> Result<Quiz, String> {
    let file = format!("{DIRECTORY}/{name}.toml");
    if !is_plain(name) {
        return Err(format!(
            "{name:?} is no name of a quiz; write one such as: sockets"
        ));
    }
    let text = fs::read_to_string(root.join(&file))
        .map_err(|error| format!("there is no quiz {name:?}: cannot read {file}: {error}"))?;
    parse(&text, name, root, catalog)
        .map_err(|(at, what)| format!("{file}:{}: {what}", line(&text, at)))
}

/// The file of a proof, below the root of the course.
pub fn proofs(name: &str) -> String {
    format!("{DIRECTORY}/proofs/{name}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::quiz::parse::tests::{example, parsed};

    #[test]
    fn a_seed_gives_one_order_and_seeds_give_all() {
        let quiz = parsed(&example()).unwrap();
        let question = &quiz.questions[0];
        let places: HashSet<_> = (0..60)
            .map(|seed| question.shuffled(seed).iter().position(|c| c.right))
            .collect();
        assert_eq!(places.len(), 3);
        let texts = |seed| -> Vec<_> { question.shuffled(seed).iter().map(|c| c.key()).collect() };
        assert_eq!(texts(7), texts(7));
        assert_eq!(texts(7).into_iter().collect::<HashSet<_>>().len(), 3);
    }
}
