//! What a learner sees of the exam.

use std::path::Path;

use super::folder::Begun;
use super::marking::{Marks, Row};
use super::paper::{MINUTES, POINTS, Paper, Part};
use crate::course::Course;
use crate::grade::results::{StepResult, Verdict};
use crate::screen::lines::{labelled, width};
use crate::screen::{Paint, step};

/// Where the text behind a label begins.
const COLUMN: usize = 13;

pub fn begun(course: &Course, paper: &Paper, begun: &Begun, new: bool) -> String {
    let name = paper.name();
    let mut text = match new {
        true => format!("Exam {name}: {POINTS} points, {MINUTES} minutes from now.\n\n"),
        false => format!(
            "Exam {name} was begun here before. What is there stays as it is; what was missing is back.\n\n"
        ),
    };
    for part in Part::ALL {
        text.push_str(&format!(
            "  {}  {:<14} {:>2} points\n",
            part.letter(),
            part.title(),
            part.points()
        ));
    }
    text.push('\n');
    let at = |file: &str| shown(course, &begun.directory.join(file));
    for (label, what) in [
        ("  read", at("paper.md")),
        (
            "  capture",
            format!("{}   (capture.txt is the same as text)", at("capture.pcap")),
        ),
        ("  write", format!("{}   parts A to C", at("answers.txt"))),
        ("", format!("{}   part D", at("repair/src/main.rs"))),
        ("  mark", mark(course, begun)),
        ("  the same", format!("cargo xtask exam --seed {name} DIR")),
    ] {
        text.push_str(&format!("{label:<COLUMN$}{what}\n"));
    }
    text
}

pub fn list(course: &Course, papers: &[Begun]) -> String {
    if papers.is_empty() {
        return "No paper has been begun. cargo xtask exam begins one.\n".to_string();
    }
    let rows = papers.iter().map(|it| {
        let used = it.used().as_secs() / 60;
        format!(
            "{}   {used:>4} minutes   {}\n",
            it.seed,
            shown(course, &it.directory)
        )
    });
    rows.collect::<String>()
        + "\nMinutes are from the beginning to your last change. cargo xtask exam mark DIR\n"
}

pub fn marked(course: &Course, paper: &Paper, begun: &Begun, marks: &Marks) -> String {
    let (paint, width) = (Paint::stdout(), width());
    let mut text = format!(
        "{}   {} of {POINTS} points   {}\n",
        paint.bold(&format!("Exam {}", paper.name())),
        marks.earned(),
        time(begun)
    );
    for part in Part::ALL {
        text.push_str(&format!(
            "\n{}  {:<14} {:>2} of {}\n",
            part.letter(),
            part.title(),
            marks.earned_in(part),
            part.points()
        ));
        for row in marks.rows.iter().filter(|row| row.part == part) {
            text.push_str(&question(row, paint, width));
        }
    }
    text.push_str(&repair(course, paper, marks, paint, width));
    text.push('\n');
    text.push_str(&format!("{:<COLUMN$}{}\n", "  again", mark(course, begun)));
    text
}

/// It is said, and nothing is cut off.
fn time(begun: &Begun) -> String {
    let used = begun.used().as_secs() / 60;
    let over = match used.checked_sub(MINUTES) {
        Some(over) if over > 0 => format!(", {over} over,"),
        _ => String::new(),
    };
    format!("{used} of {MINUTES} minutes{over} up to your last change")
}

fn question(row: &Row, paint: Paint, width: usize) -> String {
    let (id, points) = (&row.id, row.points);
    // What is not answered yet is not given away.
    let Some(got) = &row.got else {
        return format!("   open  {id:<4} 0 of {points}\n");
    };
    match row.earned() {
        0 => {
            format!("   {}  {id:<4} 0 of {points}\n", paint.red("FAIL")) + &because(row, got, width)
        }
        earned => format!("   {}    {id:<4} {earned}\n", paint.green("ok")),
    }
}

fn because(row: &Row, got: &str, width: usize) -> String {
    [
        ("expected", row.expected.as_str()),
        ("got", got),
        ("why", &row.why),
    ]
    .map(|(label, text)| labelled(&format!("         {label}"), 20, text, width))
    .concat()
}

fn repair(course: &Course, paper: &Paper, marks: &Marks, paint: Paint, width: usize) -> String {
    let mut text = String::new();
    for result in &marks.repair.steps {
        text.push_str(&verdict(result, paint));
    }
    if marks.repair.interrupted {
        text.push_str("   interrupted: what is missing was not judged, and counts nothing\n");
    }
    if let Some(words) = &marks.repair.build_error {
        text.push_str("\nPart D does not compile:\n\n");
        for line in words.lines() {
            text.push_str(&format!("  {line}\n"));
        }
        return text;
    }
    let failed: Vec<_> = marks
        .repair
        .steps
        .iter()
        .filter(|it| it.verdict != Verdict::Passed)
        .collect();
    for result in &failed {
        text.push_str(&format!("\n{}\n", paint.bold(&result.id)));
        text.push_str(&step::told(result, &course.root, width));
    }
    if failed.is_empty() {
        text.push('\n');
        let belief = format!("\"{}\". {}", paper.repair.belief, paper.repair.why);
        text.push_str(&labelled("  belief", COLUMN, &belief, width));
    }
    text
}

fn verdict(result: &StepResult, paint: Paint) -> String {
    let (mark, points) = match result.verdict {
        Verdict::Passed => (paint.green("ok  "), result.points.to_string()),
        Verdict::TimedOut => (paint.red("time"), format!("0 of {}", result.points)),
        Verdict::CouldNotGrade => ("?   ".to_string(), format!("0 of {}", result.points)),
        _ => (paint.red("FAIL"), format!("0 of {}", result.points)),
    };
    format!("   {mark}  {points:<8} {}\n", result.title)
}

fn mark(course: &Course, begun: &Begun) -> String {
    let directory = shown(course, &begun.directory);
    // To be copied into a shell.
    match directory.contains(char::is_whitespace) {
        true => format!("cargo xtask exam mark \"{directory}\""),
        false => format!("cargo xtask exam mark {directory}"),
    }
}

/// From the checkout where it is in there, as a learner types it.
pub fn shown(course: &Course, path: &Path) -> String {
    let path = path.strip_prefix(&course.root).unwrap_or(path);
    path.display().to_string()
}
