//! What the learner sees of a quiz.

use std::collections::BTreeSet;

use super::answers::Answers;
use super::session::Sum;
use super::{Asked, Chapter, Choice, Place, Quiz, answers, file, key};
use crate::screen::Paint;
use crate::screen::lines::{labelled, width, wrapped};

/// Where the words behind a label begin.
const COLUMN: usize = 10;

/// `a` for the first choice.
pub fn letter(n: usize) -> char {
    ('a'..='z').nth(n).unwrap_or('?')
}

pub fn beginning(asked: &Asked) -> String {
    match asked {
        Asked::Due(places) => {
            let chapters: BTreeSet<_> = places.iter().map(|it| &it.chapter.name).collect();
            let from = match chapters.len() {
                1 => places[0].chapter.title.clone(),
                n => format!("{n} chapters"),
            };
            let are = if places.len() == 1 { "is" } else { "are" };
            format!("{} {are} due again, from {from}.\n", questions(places.len()))
        }
        Asked::Open(places) => format!(
            "{}: {}.\n",
            places[0].chapter.title,
            questions(places.len())
        ),
        Asked::Again(places) => format!(
            "{}: nothing is due and everything has an answer; once more all {}.\n",
            places[0].chapter.title,
            questions(places.len())
        ),
        Asked::Nothing(None) => {
            "Every question has its answer and nothing is due. cargo xtask quiz CHAPTER asks a chapter anew.\n"
                .to_string()
        }
        Asked::Nothing(Some(due)) => format!(
            "Every question has its answer. The next is due again in {}; cargo xtask quiz CHAPTER asks a chapter anew.\n",
            span(due.saturating_sub(answers::now()))
        ),
    }
}

pub fn question(place: &Place, choices: &[&Choice], n: usize, of: usize, paint: Paint) -> String {
    let (chapter, quiz) = (place.chapter.number(), &place.quiz.name);
    let name = format!("{chapter} {quiz}, question {n} of {of}");
    let mut text = format!("\n{}\n\n", paint.bold(name.trim_start()));
    for line in wrapped(&place.question.prompt, width()) {
        text.push_str(&format!("{line}\n"));
    }
    text.push('\n');
    if let Some(code) = &place.question.code {
        for line in code.trim_matches('\n').lines() {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        }
        text.push('\n');
    }
    for (n, choice) in choices.iter().enumerate() {
        text.push_str(&labelled(
            &format!("  {}", letter(n)),
            5,
            &choice.text,
            width(),
        ));
    }
    text.push('\n');
    text
}

/// Right or wrong, why, and where it is shown.
pub fn reason(place: &Place, chosen: &Choice, choices: &[&Choice], paint: Paint) -> String {
    let question = place.question;
    let mut text = String::from("\n");
    // Labels are padded before they are painted, so that colours take no room.
    let mut say = |label: &str, words: &str| {
        let block = labelled(label, COLUMN, words, width());
        let painted = match label.trim() {
            "right" => paint.green(label),
            "wrong" => paint.red(label),
            _ => label.to_string(),
        };
        text.push_str(&block.replacen(label, &painted, 1));
    };
    if chosen.right {
        say("  right", &chosen.why);
    } else {
        say("  wrong", &chosen.why);
        let right = question.right();
        let at = choices.iter().position(|it| it.right).unwrap_or(0);
        say("  it is", &format!("{}: {}", letter(at), right.text));
        say("", &right.why);
    }
    say("  read", &reading(place));
    if let Some(step) = &question.step {
        say("  prove", &format!("cargo xtask grade {step}"));
    }
    if let Some(proof) = &question.proof {
        say("  run", &command(proof));
    }
    text
}

pub fn end(sum: &Sum) -> String {
    let mut text = match sum.cut {
        true => "\nThe input has ended. ".to_string(),
        false => "\n".to_string(),
    };
    text.push_str(&match (sum.asked, sum.right) {
        (0, _) => "No question was answered.".to_string(),
        (asked, right) => format!("{} answered, {right} right.", questions(asked)),
    });
    let wrong = sum.asked - sum.right;
    if wrong > 0 {
        let again = span(answers::FIRST);
        text.push_str(&format!(" What was wrong is asked again after {again}."));
    }
    text.push_str(match sum.left {
        0 => "\nNext: cargo xtask quiz\n",
        _ => "\nTo go on: the same command again\n",
    });
    text
}

/// A line a quiz.
pub fn table(quizzes: &[(&Chapter, &Quiz)], kept: &Answers, now: u64) -> String {
    let names = quizzes.iter().map(|(_, quiz)| quiz.name.len());
    let wide = names.max().unwrap_or(0).max("quiz".len());
    let mut text = format!("  chapter  {:<wide$}  answered  right  due\n", "quiz");
    let (mut all, mut sums) = (0, [0; 3]);
    for (chapter, quiz) in quizzes {
        let given = quiz.questions.iter();
        let given: Vec<_> = given
            .filter_map(|it| kept.get(&key(&quiz.name, &it.id)))
            .collect();
        let right = given.iter().filter(|it| it.right).count();
        let due = given.iter().filter(|it| it.is_due(now)).count();
        all += quiz.questions.len();
        for (sum, n) in sums.iter_mut().zip([given.len(), right, due]) {
            *sum += n;
        }
        let answered = format!("{} of {}", given.len(), quiz.questions.len());
        text.push_str(&format!(
            "  {:<7}  {:<wide$}  {answered:>8}  {right:>5}  {due:>3}\n",
            chapter.number(),
            quiz.name
        ));
    }
    let [answered, right, due] = sums;
    text.push_str(&format!(
        "\n{answered} of {all} answered, {right} right, {due} due. cargo xtask quiz asks what is due, then what is next.\n"
    ));
    text
}

/// How a proof is run, from the root of the course.
pub fn command(proof: &str) -> String {
    let path = file::proofs(proof);
    match proof.rsplit_once('.') {
        Some((_, "py")) => format!("python3 {path}"),
        Some((_, "sh")) => format!("sh {path}"),
        _ => format!("rustc -o target/proof {path} && target/proof"),
    }
}

fn reading(place: &Place) -> String {
    let chapter = place.chapter;
    let file = format!("book/chapters/{}.md", chapter.name);
    let name = match chapter.number() {
        "" => &chapter.title,
        number => number,
    };
    match &place.question.section {
        Some(section) => format!("{name}, \"{section}\", in {file}"),
        None => format!("{name}, in {file}"),
    }
}

fn questions(n: usize) -> String {
    match n {
        1 => "1 question".to_string(),
        n => format!("{n} questions"),
    }
}

/// Seconds in words, rounded up.
fn span(seconds: u64) -> String {
    let (n, unit) = match seconds {
        0..3600 => (seconds.div_ceil(60), "minute"),
        3600..86_400 => (seconds.div_ceil(3600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {unit}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_words() {
        for (seconds, words) in [
            (30, "1 minute"),
            (600, "10 minutes"),
            (3601, "2 hours"),
            (86_400, "1 day"),
            (7 * 86_400, "7 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
