//! Every relative link in the chapters and the README leads to a file, and to a heading in it if it names one.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::course::Course;

pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let mut files = vec![course.root.join("README.md")];
    let chapters = fs::read_dir(course.root.join("book/chapters"));
    files.extend(
        chapters
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path()),
    );
    files.retain(|path| path.extension().is_some_and(|end| end == "md"));
    files.sort();
    let mut breaches = Vec::new();
    for file in &files {
        let text = read(file)?;
        for (line, target) in links(&text) {
            if let Some(what) = broken(file, &target)? {
                let shown = file.strip_prefix(&course.root).unwrap_or(file).display();
                breaches.push(format!(
                    "{shown}:{line}: the link to {target} is broken: {what}"
                ));
            }
        }
    }
    Ok(breaches)
}

fn broken(file: &Path, target: &str) -> Result<Option<String>, Error> {
    if target.contains("://") || target.starts_with("mailto:") {
        return Ok(None);
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path: PathBuf = match path {
        "" => file.to_path_buf(),
        path => file.parent().unwrap_or(Path::new(".")).join(path),
    };
    if !path.exists() {
        return Ok(Some("there is no such file".to_string()));
    }
    if anchor.is_empty() || path.is_dir() {
        return Ok(None);
    }
    let known = headings(&read(&path)?);
    Ok((!known.contains(anchor)).then(|| "there is no such heading".to_string()))
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| Error::Failed(format!("{}: {error}", path.display())))
}

/// `](target)` with the line it stands on, outside of code.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        // What stands between backquotes is code.
        for part in line.split('`').step_by(2) {
            for after in part.split("](").skip(1) {
                if let Some((target, _)) = after.split_once(')') {
                    found.push((number, target.trim().to_string()));
                }
            }
        }
    }
    found
}

/// The anchors that mdBook and code forges make of headings.
pub fn headings(text: &str) -> HashSet<String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// Numbered lines outside of fenced code.
pub fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fence && !fenced).then_some((i + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_code_are_no_links() {
        let text = "see [a](./a.md) and `[b](b.md)`\n```\n[c](c.md)\n```\n[d](#what-now)\n";
        assert_eq!(
            links(text),
            [(1, "./a.md".to_string()), (5, "#what-now".to_string())]
        );
    }

    #[test]
    fn a_heading_becomes_an_anchor() {
        let anchors = headings("# I.A What, now?\n```\n# not this\n```\n## Two `words`\n");
        assert!(anchors.contains("ia-what-now") && anchors.contains("two-words"));
        assert_eq!(anchors.len(), 2);
    }
}
