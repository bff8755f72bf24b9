//! `cargo xtask quiz`: asks the questions of the chapters, keeps the answers, asks again what was wrong.
//!
//! The book reads the same files with the same code, and its pages keep their answers in the same place.

pub mod answers;
pub mod file;
mod parse;
mod screen;
mod session;
pub mod shelf;

use std::process::ExitCode;

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::screen::out;
use crate::seed;
use crate::state::State;

use answers::Answers;
pub use file::{Choice, Question, Quiz, read};
pub use screen::command;
use shelf::{Chapter, Shelf};

pub const HELP: &str = "\
Asks questions about the chapters, one at a time, and says why an answer is right or wrong and where to read.

Usage: cargo xtask quiz [CHAPTER] [--list] [--seed N]

CHAPTER is a quiz such as sockets, or a chapter by number or file: II.A, 2a-sockets.
With it: its questions that are due or have no answer yet; if there are none, all of them.
Without: what is due in any chapter, else the first chapter that has questions without an answer.

  --list        a line a quiz: how much is answered, right, due
  --seed N      choices in the order of this seed (hex)
  -h, --help    print this

Example:
  cargo xtask quiz sockets

Answer with a letter; q stops. Each answer is kept at once, so nothing is lost by stopping, or by Ctrl-C.
A question that was answered wrongly is due again after 10 minutes. When it is then right it moves on a box:
due again after 1 day, then 3, then 7, then done. Wrong again, it starts over. (Leitner's boxes.)
A question that was right at once is not asked again. The pages of `cargo xtask book` keep the same answers.
";

/// A question and where it stands.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub chapter: &'a Chapter,
    pub quiz: &'a Quiz,
    pub question: &'a Question,
}

impl Place<'_> {
    /// Names the question in the answers that are kept.
    pub fn key(&self) -> String {
        key(&self.quiz.name, &self.question.id)
    }
}

/// `sockets/read-zero`.
pub fn key(quiz: &str, question: &str) -> String {
    format!("{quiz}/{question}")
}

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let (mut word, mut list, mut seed) = (None, false, None);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Long("list") => list = true,
            Long("seed") => seed = Some(seed::read(&args.value()?.string()?)?),
            Value(value) if word.is_none() => word = Some(value.string()?),
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask quiz --help",
                    other.unexpected()
                )));
            }
        }
    }
    let shelf = Shelf::read(&course.root, &Catalog::read(&course.root)?)?;
    let directory = State::open(course)?.directory;
    let kept = Answers::read(&directory);
    let now = answers::now();
    let quizzes = match &word {
        Some(word) => shelf.named(word)?,
        None => shelf.quizzes().collect(),
    };
    // One damaged quiz costs that quiz alone.
    for broken in &shelf.broken {
        eprintln!("{}", broken.message);
    }
    if list {
        out(&screen::table(&quizzes, &kept, now));
        return Ok(ExitCode::SUCCESS);
    }
    let asked = choose(&quizzes, &kept, now, word.is_some());
    let seed = seed.unwrap_or_else(seed::random);
    session::run(&asked, seed, &directory)?;
    Ok(ExitCode::SUCCESS)
}

/// What to ask now, and why that.
pub enum Asked<'a> {
    /// Wrong before, the longest due first.
    Due(Vec<Place<'a>>),
    /// Of one chapter.
    Open(Vec<Place<'a>>),
    /// Of what was named: everything is answered and nothing due, so all of it again.
    Again(Vec<Place<'a>>),
    /// Nothing at all, until this time in seconds since 1970, if there is one.
    Nothing(Option<u64>),
}

fn choose<'a>(
    quizzes: &[(&'a Chapter, &'a Quiz)],
    kept: &Answers,
    now: u64,
    named: bool,
) -> Asked<'a> {
    let places: Vec<Place> = quizzes
        .iter()
        .flat_map(|&(chapter, quiz)| {
            quiz.questions.iter().map(move |question| Place {
                chapter,
                quiz,
                question,
            })
        })
        .collect();
    let answer = |place: &Place| kept.get(&place.key());
    let due = |place: &Place| answer(place).is_some_and(|it| it.is_due(now));
    let open = |place: &Place| answer(place).is_none();
    let those = |which: &dyn Fn(&Place) -> bool| -> Vec<Place> {
        places.iter().copied().filter(|it| which(it)).collect()
    };
    if named {
        let some = those(&|it| due(it) || open(it));
        return match some.is_empty() {
            true => Asked::Again(places),
            false => Asked::Open(some),
        };
    }
    let mut waiting = those(&due);
    if !waiting.is_empty() {
        waiting.sort_by_key(|it| answer(it).and_then(|it| it.due_at()));
        return Asked::Due(waiting);
    }
    match those(&open).first() {
        Some(first) => {
            let chapter = &first.chapter.name;
            Asked::Open(those(&|it| open(it) && it.chapter.name == *chapter))
        }
        None => Asked::Nothing(places.iter().filter_map(|it| answer(it)?.due_at()).min()),
    }
}
