//! The fenced blocks of the chapters, with what a comment right above says of each.

use std::fs;

use crate::Error;
use crate::course::Course;

pub struct Fence {
    /// Such as `2a-sockets`.
    pub chapter: String,
    /// Of its first line, counted from 1.
    pub line: usize,
    /// What stands behind the backquotes.
    pub kind: String,
    pub text: String,
    /// The words of `<!-- words -->` on the line above.
    pub note: Option<String>,
}

impl Fence {
    pub fn place(&self) -> String {
        format!("book/chapters/{}.md:{}", self.chapter, self.line)
    }

    /// The file that a listing is in the chapter's own words: its first line is `# NAME`.
    pub fn file(&self) -> Option<&str> {
        let name = self.text.lines().next()?.strip_prefix("# ")?;
        let name = name.split(':').next()?.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        (name.contains('.') && name.chars().all(plain)).then_some(name)
    }
}

/// Of every chapter, in order.
pub fn read(course: &Course) -> Result<Vec<Fence>, Error> {
    let directory = course.root.join("book/chapters");
    let failed = |error| Error::Failed(format!("{}: {error}", directory.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(&directory).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "md"));
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(failed)?;
        let chapter = file.file_stem().unwrap_or_default().to_string_lossy();
        all.extend(fences(&chapter, &text));
    }
    Ok(all)
}

fn fences(chapter: &str, text: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<(String, Fence)> = None;
    let mut above = "";
    for (number, line) in text.lines().enumerate() {
        let marks = line.len() - line.trim_start_matches('`').len();
        open = match open {
            Some((mark, fence)) if line.trim_end() == mark => {
                found.push(fence);
                None
            }
            Some((mark, mut fence)) => {
                fence.text.push_str(line);
                fence.text.push('\n');
                Some((mark, fence))
            }
            None if marks >= 3 => {
                let note = above
                    .strip_prefix("<!--")
                    .and_then(|it| it.strip_suffix("-->"));
                let fence = Fence {
                    chapter: chapter.to_string(),
                    line: number + 1,
                    kind: line[marks..].trim().to_string(),
                    text: String::new(),
                    note: note.map(|it| it.trim().to_string()),
                };
                Some(("`".repeat(marks), fence))
            }
            None => None,
        };
        above = line;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_its_place_its_file_and_what_is_said_above() {
        let text = "a\n<!-- not replayed: why -->\n```console\n$ ls\n```\n\n````text\n```python\n````\n```python\n# a.py: b\nx\n```\n";
        let found = fences("1a", text);
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.line, &it.kind[..], it.note.as_deref(), it.file()))
            .collect();
        assert_eq!(
            told,
            [
                (3, "console", Some("not replayed: why"), None),
                (7, "text", None, None),
                (10, "python", None, Some("a.py")),
            ]
        );
        assert_eq!(found[0].text, "$ ls\n");
    }
}
