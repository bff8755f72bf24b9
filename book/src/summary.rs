//! `SUMMARY.md` and the files of the chapters are one list: what is missing on either side is named.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use xtask::Error;

const FILE: &str = "book/chapters/SUMMARY.md";

pub fn check(root: &Path) -> Result<Vec<String>, Error> {
    let failed = |error| Error::Failed(format!("cannot read {FILE}: {error}"));
    let text = fs::read_to_string(root.join(FILE)).map_err(failed)?;
    let chapters = root.join("book/chapters");
    let files = fs::read_dir(&chapters).map_err(failed)?;
    let files = files
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
        .collect::<Vec<_>>();
    Ok(compare(&text, files))
}

fn compare(summary: &str, mut files: Vec<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut listed: BTreeMap<String, usize> = BTreeMap::new();
    for (number, file) in entries(summary) {
        if file.is_empty() {
            wrong.push(format!(
                "{FILE}:{number}: this chapter has no file; name one, or take the line out"
            ));
        } else if let Some(before) = listed.insert(file.clone(), number) {
            wrong.push(format!(
                "{FILE}:{number}: {file} is on line {before} already; a chapter is listed once"
            ));
        } else if !files.contains(&file) {
            wrong.push(format!(
                "{FILE}:{number}: there is no book/chapters/{file}; write it, or take the line out"
            ));
        }
    }
    files.sort();
    for file in files.iter().filter(|file| !listed.contains_key(*file)) {
        wrong.push(format!(
            "{FILE}: book/chapters/{file} is not in it, so nobody finds that chapter; add - [Title](./{file})"
        ));
    }
    wrong
}

/// The file of each `[title](file)`, with its line.
fn entries(summary: &str) -> impl Iterator<Item = (usize, String)> {
    summary.lines().enumerate().filter_map(|(i, line)| {
        let (_, link) = line.split_once("](")?;
        let (file, _) = link.rsplit_once(')')?;
        Some((i + 1, file.trim().trim_start_matches("./").to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_on_either_side_is_named() {
        let files = ["a.md", "c.md"].map(String::from).to_vec();
        let summary = "# Summary\n\n- [A](./a.md)\n- [B](b.md)\n- [A again](a.md)\n- [D]()\n";
        assert_eq!(
            compare(summary, files),
            [
                "book/chapters/SUMMARY.md:4: there is no book/chapters/b.md; write it, or take the line out",
                "book/chapters/SUMMARY.md:5: a.md is on line 3 already; a chapter is listed once",
                "book/chapters/SUMMARY.md:6: this chapter has no file; name one, or take the line out",
                "book/chapters/SUMMARY.md: book/chapters/c.md is not in it, so nobody finds that chapter; add - [Title](./c.md)",
            ]
        );
    }
}
