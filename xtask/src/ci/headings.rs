//! Every heading of the document has its place in the book, and every chapter a heading of the document or a reason to be ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::links;
use crate::Error;
use crate::course::Course;

const FILE: &str = "book/document-headings.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    /// Chapters without a heading of the document.
    ours: BTreeSet<String>,
    /// By number and title: `chapter.md#anchor`.
    document: BTreeMap<String, Places>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Places {
    One(String),
    Several(Vec<String>),
}

impl Places {
    fn all(&self) -> &[String] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::Several(places) => places,
        }
    }
}

pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let read = |path: &Path| {
        fs::read_to_string(path)
            .map_err(|error| Error::Failed(format!("{}: {error}", path.display())))
    };
    let headings: Headings = toml::from_str(&read(&course.root.join(FILE))?)
        .map_err(|error| Error::Failed(format!("{FILE}: {error}")))?;
    let chapters = course.root.join("book/chapters");
    let mut anchors = BTreeMap::new();
    let files = fs::read_dir(&chapters).map_err(|error| Error::Failed(error.to_string()))?;
    for file in files.flatten().map(|entry| entry.path()) {
        if file.extension().is_some_and(|end| end == "md") {
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            anchors.insert(name, links::headings(&read(&file)?).into_iter().collect());
        }
    }
    Ok(compare(&headings, &anchors))
}

/// `anchors` are those of each chapter.
fn compare(headings: &Headings, anchors: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut reached = BTreeSet::from(["SUMMARY.md"]);
    for (heading, places) in &headings.document {
        for place in places.all() {
            let (chapter, anchor) = place.split_once('#').unwrap_or((place, ""));
            reached.insert(chapter);
            match anchors.get(chapter) {
                None => wrong.push(format!(
                    "{FILE}: {heading:?} is in {chapter}, which does not exist"
                )),
                Some(anchors) if !anchors.contains(anchor) => {
                    wrong.push(format!(
                        "{FILE}: {heading:?} is at {place}, and that chapter has no such heading"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    for chapter in &headings.ours {
        if !anchors.contains_key(chapter) {
            wrong.push(format!(
                "{FILE}: ours names {chapter}, which does not exist"
            ));
        } else if !reached.insert(chapter) {
            wrong.push(format!(
                "{FILE}: ours names {chapter}, which a heading of the document names too"
            ));
        }
    }
    let lost = anchors
        .keys()
        .filter(|chapter| !reached.contains(chapter.as_str()));
    wrong.extend(lost.map(|chapter| {
        format!("{FILE}: no heading of the document leads to {chapter}; name it there, or in ours")
    }));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_on_either_side_is_named() {
        let headings = "ours = [\"b.md\", \"gone.md\"]\n[document]\n\"I\" = \"a.md#one\"\n\"II\" = [\"a.md#two\", \"no.md#x\"]\n";
        let headings: Headings = toml::from_str(headings).unwrap();
        let one = |anchor: &str| BTreeSet::from([anchor.to_string()]);
        let anchors = [
            ("a.md", one("one")),
            ("b.md", one("b")),
            ("c.md", one("c")),
            ("SUMMARY.md", one("s")),
        ];
        let anchors = anchors
            .map(|(name, anchors)| (name.to_string(), anchors))
            .into();
        let said = compare(&headings, &anchors).join("\n");
        for part in [
            "\"II\" is at a.md#two",
            "in no.md, which",
            "ours names gone.md",
            "leads to c.md",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(said.lines().count(), 4, "{said}");
    }
}
