//! The screen of `grade`: an overview, or a lab in full, then the one thing to look at next.

use super::{Paint, View, lines, overview, step};
use crate::catalog::Lab;
use crate::grade::results::{LabResult, StepResult, Subject, Verdict};

pub fn render(view: &View) -> String {
    let paint = Paint::stdout();
    let width = lines::width();
    let mut text = String::new();
    if view.overview {
        text.push_str(&overview::render(view, paint));
    } else {
        for result in &view.results.labs {
            text.push_str(&lab(view, result, paint));
        }
    }
    for result in &view.results.labs {
        if let Some(words) = &result.build_error {
            text.push_str(&does_not_compile(result, words, view));
        }
    }
    for (lab, result) in worth_telling(view) {
        text.push_str(&step::render(view, lab, result, paint, width));
    }
    if let Some((lab, result)) = next(view) {
        text.push_str(&step::start(view, lab, result, width));
    }
    if view.results.interrupted {
        text.push_str("Interrupted: what is missing was not run.\n");
    }
    text
}

/// One lab with all its steps.
fn lab(view: &View, result: &LabResult, paint: Paint) -> String {
    let Some(lab) = view.catalog.labs.iter().find(|lab| lab.name == result.id) else {
        return String::new();
    };
    let passed = result
        .steps
        .iter()
        .filter(|step| step.verdict == Verdict::Passed)
        .count();
    let mut text = format!(
        "{}   {}   {}   {passed} of {} steps   {} of {} points\n\n",
        paint.bold(&lab.name),
        lab.chapter_number(),
        lab.style,
        result.steps.len(),
        result.earned,
        result.points
    );
    for step in &result.steps {
        text.push_str(&step_line(step, paint));
    }
    text.push('\n');
    let whole = result.steps.len() == lab.steps.len();
    if whole && passed == lab.steps.len() && view.results.subject == Subject::Labs {
        text.push_str(&done(view, lab));
    }
    text
}

fn step_line(step: &StepResult, paint: Paint) -> String {
    let mark = mark(step);
    let painted = match mark {
        "ok" => paint.green("ok  "),
        "open" | "skip" => format!("{mark:<4}"),
        mark => paint.red(&format!("{mark:<4}")),
    };
    let points = match step.verdict {
        Verdict::Passed => format!("{}", step.points),
        _ => format!("0 of {}", step.points),
    };
    let mut notes = String::new();
    if let Some(need) = &step.skipped_because {
        notes = format!("   (first {need})");
    }
    if step.cached {
        notes.push_str("   (as before: nothing changed)");
    }
    format!(
        "  {painted}  {:<34} {points:>8}   {}{notes}\n",
        step.id, step.title
    )
}

/// The verdict in a word, so that colour is not needed to tell it.
pub fn mark(step: &StepResult) -> &'static str {
    match step.verdict {
        Verdict::Passed => "ok",
        Verdict::Skipped => "skip",
        Verdict::BuildFailed => "fail",
        Verdict::CouldNotGrade => "????",
        _ if step.is_open() => "open",
        Verdict::TimedOut => "TIME",
        Verdict::Failed | Verdict::Crashed => "FAIL",
    }
}

fn done(view: &View, lab: &Lab) -> String {
    let width = lines::width();
    let mut text = String::new();
    for line in lines::wrapped(&lab.done, width - 4) {
        text.push_str(&format!("    {line}\n"));
    }
    text.push_str(&lines::labelled("      try it", 20, &lab.try_it, width));
    text.push_str(&lines::labelled(
        "      not proven",
        20,
        &lab.not_proven,
        width,
    ));
    let at = view
        .catalog
        .labs
        .iter()
        .position(|other| other.name == lab.name);
    if let Some(next) = at.and_then(|at| view.catalog.labs.get(at + 1)) {
        text.push_str(&format!(
            "      {:<13} {}: cargo xtask grade {}\n",
            "next", next.name, next.name
        ));
    }
    text.push('\n');
    text
}

fn does_not_compile(result: &LabResult, words: &str, view: &View) -> String {
    let others = view
        .results
        .labs
        .iter()
        .filter(|lab| lab.build_error.is_none())
        .count();
    let rest = match others {
        0 => "",
        _ => "; the others were graded",
    };
    let mut text = format!("{}   does not compile{rest}\n\n", result.id);
    for line in words.lines() {
        text.push_str(&format!("  {line}\n"));
    }
    text.push('\n');
    text
}

/// Steps to be told in full: all that failed in what was asked for, in an overview only the first.
fn worth_telling<'a>(view: &View<'a>) -> Vec<(&'a Lab, &'a StepResult)> {
    let mut told: Vec<_> = steps(view)
        .filter(|(_, step)| !matches!(mark(step), "ok" | "skip" | "open" | "fail"))
        .collect();
    if view.overview {
        told.truncate(1);
    }
    told
}

/// The first open step, when nothing that was written fails.
fn next<'a>(view: &View<'a>) -> Option<(&'a Lab, &'a StepResult)> {
    if view
        .results
        .labs
        .iter()
        .any(|lab| lab.build_error.is_some())
    {
        return None;
    }
    if steps(view).any(|(_, step)| !matches!(mark(step), "ok" | "skip" | "open")) {
        return None;
    }
    steps(view).find(|(_, step)| mark(step) == "open")
}

fn steps<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a Lab, &'a StepResult)> {
    let (catalog, results) = (view.catalog, view.results);
    results.labs.iter().flat_map(move |result| {
        let lab = catalog.labs.iter().find(|lab| lab.name == result.id);
        lab.into_iter()
            .flat_map(|lab| result.steps.iter().map(move |step| (lab, step)))
    })
}
