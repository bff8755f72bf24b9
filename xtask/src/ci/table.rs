//! What belongs to a lab is there: a hidden test and a wrong program for each step, a chapter, peers.

use std::collections::HashSet;
use std::fs;

use crate::Error;
use crate::catalog::{Catalog, Lab};
use crate::course::Course;
use crate::mistakes;
use crate::peers::systems::SYSTEMS;

pub fn check(course: &Course, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let mut breaches = Vec::new();
    let readme = fs::read_to_string(course.root.join("README.md")).unwrap_or_default();
    for lab in &catalog.labs {
        let mut breach = |what: String| breaches.push(format!("{}: {what}", lab.name));
        for what in tests(course, lab).into_iter().chain(wrong(course, lab)?) {
            breach(what);
        }
        let chapter = format!("book/chapters/{}.md", lab.chapter);
        let text = fs::read_to_string(course.root.join(&chapter)).unwrap_or_default();
        if !text.contains(&format!("<!-- steps: {} -->", lab.name)) {
            breach(format!(
                "{chapter} has no <!-- steps: {} --> where its steps belong",
                lab.name
            ));
        }
        for step in &lab.steps {
            let heading = |line: &str| {
                line.trim_start_matches('#').trim() == step.section && line.starts_with('#')
            };
            if !text.lines().any(heading) {
                breach(format!(
                    "{}: {chapter} has no heading {:?}",
                    step.id, step.section
                ));
            }
        }
        let peer = format!("{}_", lab.name.replace('-', "_"));
        let peers = fs::read_dir(course.root.join("tests/peers"));
        let mut peers = peers.into_iter().flatten().flatten();
        if !peers.any(|entry| entry.file_name().to_string_lossy().starts_with(&peer)) {
            breach(format!("no real peer: tests/peers/{peer}*.py"));
        }
        if !readme.contains(&format!("`{}`", lab.name)) {
            breach("README.md does not name it in its table".to_string());
        }
    }
    breaches.extend(systems(course));
    breaches.extend(count(course, catalog.labs.len()));
    Ok(breaches)
}

/// Each system that the document names has its row in "Python to Rust", with the labs that `peers` tries it with.
fn systems(course: &Course) -> Vec<String> {
    let file = "book/chapters/python-to-rust.md";
    let text = fs::read_to_string(course.root.join(file)).unwrap_or_default();
    let mut breaches = Vec::new();
    for system in &SYSTEMS {
        let names = system.name.split(" / ");
        let has = |row: &str, what: &str| row.contains(what);
        let row = text.lines().find(|row| {
            row.starts_with('|') && names.clone().all(|name| has(row, &format!("`{name}`")))
        });
        let Some(row) = row else {
            breaches.push(format!("{file}: no row for {:?}", system.name));
            continue;
        };
        let labs = row.trim_end_matches([' ', '|']).rsplit('|').next();
        let labs: Vec<&str> = labs.unwrap_or("").split(", ").map(str::trim).collect();
        for lab in system.labs.iter().filter(|lab| !labs.contains(lab)) {
            breaches.push(format!(
                "{file}: the row of {:?} does not name {lab}",
                system.name
            ));
        }
    }
    breaches
}

/// What the book shows of `doctor` has as many labs as there are.
fn count(course: &Course, labs: usize) -> Option<String> {
    let file = "book/chapters/troubleshooting.md";
    let text = fs::read_to_string(course.root.join(file)).unwrap_or_default();
    let said = format!(" {labs} labs in ");
    (!text.contains(&said)).then(|| format!("{file}: doctor says {said:?} by now"))
}

/// The suite has a test for each step, and no test that is no step: it would never be run.
fn tests(course: &Course, lab: &Lab) -> Vec<String> {
    let file = format!("tests/labs/{}.rs", lab.name.replace('-', "_"));
    let Ok(suite) = fs::read_to_string(course.root.join(&file)) else {
        return vec![format!("no hidden tests: {file} cannot be read")];
    };
    let tests: HashSet<&str> = suite
        .split("#[test]")
        .skip(1)
        .filter_map(|after| after.trim_start().strip_prefix("fn ")?.split('(').next())
        .collect();
    let steps: HashSet<&str> = lab.steps.iter().map(|step| step.id.as_str()).collect();
    let missing = steps
        .difference(&tests)
        .map(|id| format!("{file} has no test {id}"));
    let extra = tests
        .difference(&steps)
        .map(|id| format!("{file}: the test {id} is no step of lab.toml"));
    missing.chain(extra).collect()
}

fn wrong(course: &Course, lab: &Lab) -> Result<Vec<String>, Error> {
    let table = mistakes::of_lab(&course.root, &lab.name)?;
    let caught: HashSet<&str> = table.iter().map(|wrong| wrong.caught_by.as_str()).collect();
    let steps = lab.steps.iter().map(|step| step.id.as_str());
    let mut breaches: Vec<_> = steps
        .clone()
        .filter(|id| !caught.contains(id))
        .map(|id| format!("no wrong program is caught by {id}"))
        .collect();
    for wrong in &table {
        if !steps.clone().any(|id| id == wrong.caught_by) {
            breaches.push(format!(
                "{:?} is caught by {}, which is no step",
                wrong.name, wrong.caught_by
            ));
        }
        if wrong.says.trim().is_empty() || wrong.advice.trim().is_empty() {
            breaches.push(format!(
                "{:?} needs words in `says` and `advice`",
                wrong.name
            ));
        }
    }
    Ok(breaches)
}
