//! Every chapter has its quiz and every quiz its chapter; what a question leads to is there; and the right choice
//! is not known by its length. A question with a proof is right because a program prints its answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::Error;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::quiz::file::{DIRECTORY, Question, TOPICS, proofs};
use crate::quiz::shelf::{Chapter, Shelf};
use crate::quiz::{Quiz, read};

/// Proofs that run at a time: some of them wait more than they work.
const WORKERS: usize = 4;

pub fn check(course: &Course, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let shelf = Shelf::read(&course.root, catalog)?;
    let mut breaches: Vec<_> = shelf.broken.iter().map(|it| it.message.clone()).collect();
    breaches.extend(places(&course.root, &shelf, catalog)?);
    breaches.extend(topics(&shelf));
    for (chapter, quiz) in shelf.quizzes() {
        breaches.extend(sections(chapter, quiz));
        breaches.extend(lengths(quiz));
    }
    breaches.extend(unused_proofs(&course.root, &shelf)?);
    breaches.extend(proved(course, &shelf)?);
    Ok(breaches)
}

/// A quiz stands in one chapter, and a chapter of the document's parts has one.
fn places(root: &Path, shelf: &Shelf, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let mut breaches = Vec::new();
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, quiz) in shelf.quizzes() {
        *used.entry(&quiz.name).or_default() += 1;
    }
    for broken in &shelf.broken {
        used.insert(&broken.quiz, 1);
    }
    for (name, _) in files(&root.join(DIRECTORY))?
        .iter()
        .filter_map(|it| it.rsplit_once(".toml"))
    {
        match used.get(name) {
            Some(1) => {}
            Some(n) => breaches.push(format!(
                "{DIRECTORY}/{name}.toml: {n} chapters show it; a quiz belongs to one"
            )),
            None => {
                breaches.extend(read(root, name, catalog).err());
                breaches.push(format!(
                    "{DIRECTORY}/{name}.toml: no chapter shows it; write <!-- quiz: {name} --> in one"
                ));
            }
        }
    }
    for chapter in &shelf.chapters {
        if !chapter.number().is_empty() && chapter.quizzes.is_empty() {
            breaches.push(format!(
                "book/chapters/{}.md has no quiz; add <!-- quiz: NAME --> and {DIRECTORY}/NAME.toml",
                chapter.name
            ));
        }
    }
    Ok(breaches)
}

fn topics(shelf: &Shelf) -> impl Iterator<Item = String> {
    let covered = shelf.quizzes().filter_map(|(_, quiz)| quiz.topic.clone());
    let covered: BTreeSet<_> = covered.collect();
    TOPICS
        .into_iter()
        .filter(move |topic| !covered.contains(*topic))
        .map(|topic| {
            format!("{DIRECTORY}: no quiz has topic = {topic:?}, which the document lists")
        })
}

fn sections(chapter: &Chapter, quiz: &Quiz) -> Vec<String> {
    let missing = quiz.questions.iter().filter_map(|question| {
        let section = question.section.as_ref()?;
        (!chapter.headings.contains(section)).then(|| {
            let at = place(quiz, question);
            format!(
                "{at}: book/chapters/{}.md has no heading {section:?}",
                chapter.name
            )
        })
    });
    missing.collect()
}

/// In most questions of a quiz, the longest choice is not the right one, nor the shortest.
fn lengths(quiz: &Quiz) -> Vec<String> {
    let tells = |than: &dyn Fn(usize, usize) -> bool| {
        let length = |text: &str| text.chars().count();
        let stands_out = |question: &&Question| {
            let right = length(&question.right().text);
            let mut wrong = question.choices.iter().filter(|it| !it.right);
            wrong.all(|it| than(right, length(&it.text)))
        };
        quiz.questions.iter().filter(stands_out).count()
    };
    let all = quiz.questions.len();
    let longest = ("longest", tells(&|right, wrong| right > wrong));
    let shortest = ("shortest", tells(&|right, wrong| right < wrong));
    [longest, shortest]
        .into_iter()
        .filter(|(_, n)| n * 2 > all)
        .map(|(what, n)| {
            format!(
                "{DIRECTORY}/{}.toml: the right choice is the {what} in {n} of {all} questions, which gives it away",
                quiz.name
            )
        })
        .collect()
}

fn unused_proofs(root: &Path, shelf: &Shelf) -> Result<Vec<String>, Error> {
    let questions = shelf.quizzes().flat_map(|(_, quiz)| &quiz.questions);
    let used: BTreeSet<_> = questions.filter_map(|it| it.proof.as_deref()).collect();
    let mut found = files(&root.join(proofs("")))?;
    found.retain(|name| !used.contains(name.as_str()));
    Ok(found
        .into_iter()
        .map(|name| format!("{}: no question names it as its proof", proofs(&name)))
        .collect())
}

/// Runs every proof.
fn proved(course: &Course, shelf: &Shelf) -> Result<Vec<String>, Error> {
    let questions = shelf
        .quizzes()
        .flat_map(|(_, quiz)| quiz.questions.iter().map(move |it| (quiz, it)));
    let all: Vec<_> = questions
        .filter_map(|(quiz, question)| Some((quiz, question, question.proof.as_ref()?)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut breaches = Vec::new();
        while let Some((quiz, question, proof)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(what) = prints(course, question, proof)? {
                let at = place(quiz, question);
                breaches.push(format!("{at}: {} does not prove it: {what}", proofs(proof)));
            }
        }
        Ok(breaches)
    };
    let found: Result<Vec<_>, Error> = thread::scope(|scope| {
        let workers = [(); WORKERS].map(|()| scope.spawn(work));
        let ended = workers.map(|it| it.join().expect("a proof does not panic"));
        ended.into_iter().collect()
    });
    let mut breaches = found?.concat();
    breaches.sort();
    Ok(breaches)
}

/// What keeps the output of a proof from being the right choice, white space and quotation marks of code apart.
fn prints(course: &Course, question: &Question, proof: &str) -> Result<Option<String>, Error> {
    let output = output(course, proof)?;
    let plain = |text: &str| {
        let text = text.replace('`', "");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let said = plain(&String::from_utf8_lossy(&output.stdout));
    let right = plain(&question.right().text);
    Ok(match output.status.success() {
        true if said == right => None,
        true => Some(format!(
            "it printed {said:?}, the right choice is {right:?}"
        )),
        false => Some(format!(
            "it ended with {}:\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )),
    })
}

fn output(course: &Course, proof: &str) -> Result<Output, Error> {
    let file = course.root.join(proofs(proof));
    let run = |command: &mut Command| {
        let program = command.get_program().to_string_lossy().into_owned();
        // A proof stands on what it prints: no setting of this machine may change that.
        command
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&course.root)
            .output()
            .map_err(|error| Error::Failed(format!("cannot start {program} for {proof}: {error}")))
    };
    match proof.rsplit_once('.') {
        Some((_, "py")) => run(Command::new("python3").arg(file)),
        Some((_, "sh")) => run(Command::new("sh").arg(file)),
        Some((name, "rs")) => {
            let program = course.target.join(format!("proof-{name}"));
            let mut rustc = Command::new("rustc");
            let built = run(rustc
                .args(["--edition", "2024", "-o"])
                .arg(&program)
                .arg(file))?;
            if !built.status.success() {
                return Ok(built);
            }
            let ran = run(&mut Command::new(&program));
            let _ = fs::remove_file(program);
            ran
        }
        _ => Err(Error::Failed(format!(
            "{}: a proof is a .py, .sh or .rs file",
            proofs(proof)
        ))),
    }
}

/// Such as `book/quizzes/sockets.toml:14`.
fn place(quiz: &Quiz, question: &Question) -> String {
    format!("{DIRECTORY}/{}.toml:{}", quiz.name, question.line)
}

/// The names of the files in a directory, in order.
fn files(directory: &Path) -> Result<Vec<String>, Error> {
    let failed = |error| Error::Failed(format!("cannot list {}: {error}", directory.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().is_file() {
            found.extend(entry.file_name().into_string().ok());
        }
    }
    found.sort();
    Ok(found)
}
