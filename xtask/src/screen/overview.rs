//! Every lab on a line.

use super::grade::mark;
use super::{Paint, View};
use crate::grade::results::{LabResult, Subject};

pub fn render(view: &View, paint: Paint) -> String {
    let results = view.results;
    let what = match results.subject {
        Subject::Labs => "Letters on the Wire",
        Subject::Solutions => "Letters on the Wire, the solutions",
    };
    let route = view
        .route
        .map(|route| format!(" · {route}"))
        .unwrap_or_default();
    let mut text = format!(
        "{}{route}   {} of {} points (a point is a minute)\n\n",
        paint.bold(what),
        results.earned,
        results.points
    );
    let longest = results
        .labs
        .iter()
        .map(|lab| lab.steps.len())
        .max()
        .unwrap_or(0);
    let names = results
        .labs
        .iter()
        .map(|lab| lab.id.len())
        .max()
        .unwrap_or(0);
    let mut start_here = Some("   start here");
    for lab in &results.labs {
        let here = match lab.earned < lab.points {
            true => start_here
                .take()
                .filter(|_| results.earned == 0)
                .unwrap_or(""),
            false => "",
        };
        let marks = format!("{:<width$}", marks(lab), width = 2 * longest);
        let points = format!("{}/{}", lab.earned, lab.points);
        text.push_str(&format!(
            "  {:<names$}   {marks} {points:>8}{here}\n",
            lab.id
        ));
    }
    let others = view.catalog.labs.len() - results.labs.len();
    if view.route.is_some() && others > 0 {
        let s = if others == 1 { "" } else { "s" };
        text.push_str(&format!(
            "  ({others} more lab{s} on other routes: cargo xtask route)\n"
        ));
    }
    text.push_str(
        "\n  o passed   F failed   . open, or waits for an earlier step   ! does not compile\n\n",
    );
    if results.earned == 0 && results.labs.iter().all(only_open) {
        text.push_str(
            "All open is what a fresh checkout looks like. Nothing is broken; nothing is written yet.\n\n",
        );
    }
    text
}

fn marks(lab: &LabResult) -> String {
    let marks: Vec<&str> = lab
        .steps
        .iter()
        .map(|step| match mark(step) {
            "ok" => "o",
            "open" | "skip" => ".",
            "fail" => "!",
            "????" => "?",
            _ => "F",
        })
        .collect();
    marks.join(" ")
}

fn only_open(lab: &LabResult) -> bool {
    lab.steps
        .iter()
        .all(|step| matches!(mark(step), "open" | "skip"))
}
