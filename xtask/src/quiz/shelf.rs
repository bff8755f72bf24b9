//! Every quiz with the chapter that it belongs to, in the order of the book.

use std::fs;
use std::path::Path;

use super::file::{self, DIRECTORY, Quiz};
use crate::Error;
use crate::catalog::{Catalog, unknown};
use crate::ci::links::prose;

const CHAPTERS: &str = "book/chapters";

pub struct Shelf {
    pub chapters: Vec<Chapter>,
    /// What is wrong with the quizzes that could not be read, with file and line.
    pub broken: Vec<Broken>,
}

pub struct Chapter {
    /// Such as `2a-sockets`.
    pub name: String,
    /// Such as `II.A Socket programming`.
    pub title: String,
    pub headings: Vec<String>,
    pub quizzes: Vec<Quiz>,
}

pub struct Broken {
    pub quiz: String,
    pub message: String,
}

impl Shelf {
    pub fn read(root: &Path, catalog: &Catalog) -> Result<Self, Error> {
        let mut shelf = Self {
            chapters: Vec::new(),
            broken: Vec::new(),
        };
        let summary = text(root, "SUMMARY")?;
        for (_, line) in prose(&summary) {
            let Some(name) = chapter(line) else { continue };
            let text = text(root, name)?;
            let mut headings = prose(&text).filter_map(|(_, line)| heading(line));
            let title = headings.next().unwrap_or_else(|| name.to_string());
            let mut quizzes = Vec::new();
            for (number, marker) in markers(&text) {
                match file::read(root, marker, catalog) {
                    Ok(quiz) => quizzes.push(quiz),
                    // Damage is told at its own line; a name that no file has, at the marker's.
                    Err(message) => shelf.broken.push(Broken {
                        quiz: marker.to_string(),
                        message: match message.starts_with(DIRECTORY) {
                            true => message,
                            false => format!("{CHAPTERS}/{name}.md:{number}: {message}"),
                        },
                    }),
                }
            }
            shelf.chapters.push(Chapter {
                name: name.to_string(),
                title,
                headings: headings.collect(),
                quizzes,
            });
        }
        Ok(shelf)
    }

    /// The quizzes that a word on the command line stands for: one quiz, or those of a chapter.
    pub fn named(&self, word: &str) -> Result<Vec<(&Chapter, &Quiz)>, Error> {
        if let Some(broken) = self.broken.iter().find(|it| it.quiz == word) {
            return Err(Error::Failed(broken.message.clone()));
        }
        let all = || self.quizzes();
        let mut found: Vec<_> = all().filter(|(_, quiz)| quiz.name == word).collect();
        if found.is_empty() {
            found = all().filter(|(chapter, _)| chapter.is(word)).collect();
        }
        if found.is_empty() {
            let names = all().map(|(_, quiz)| quiz.name.as_str());
            return Err(Error::Usage(unknown(
                &format!("quiz {word:?}"),
                word,
                names,
            )));
        }
        Ok(found)
    }

    pub fn quizzes(&self) -> impl Iterator<Item = (&Chapter, &Quiz)> {
        let chapters = self.chapters.iter();
        chapters.flat_map(|chapter| chapter.quizzes.iter().map(move |quiz| (chapter, quiz)))
    }
}

impl Chapter {
    /// The document's number, such as `II.A`, if the chapter has one.
    pub fn number(&self) -> &str {
        let word = self.title.split(' ').next().unwrap_or("");
        let part = |part: &str| part.chars().all(|c| "IVX0123456789ABCD".contains(c));
        match word.split('.').all(part) && word.starts_with(['I', 'V']) {
            true => word,
            false => "",
        }
    }

    fn is(&self, word: &str) -> bool {
        let file = self.name.split('-').next() == Some(word);
        file || self.name == word || (!word.is_empty() && self.number().eq_ignore_ascii_case(word))
    }
}

/// The quizzes that a chapter shows, with the line of each.
fn markers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).filter_map(|(number, line)| {
        let inside = line.strip_prefix("<!-- quiz:")?;
        Some((number, inside.strip_suffix("-->")?.trim()))
    })
}

/// `2a-sockets` of `- [II.A Socket programming](./2a-sockets.md)`.
fn chapter(line: &str) -> Option<&str> {
    let (_, link) = line.split_once("](")?;
    let (file, _) = link.split_once(')')?;
    file.trim_start_matches("./").strip_suffix(".md")
}

fn heading(line: &str) -> Option<String> {
    let text = line.strip_prefix('#')?.trim_start_matches('#');
    Some(text.strip_prefix(' ')?.trim().to_string())
}

fn text(root: &Path, chapter: &str) -> Result<String, Error> {
    let file = format!("{CHAPTERS}/{chapter}.md");
    fs::read_to_string(root.join(&file))
        .map_err(|error| Error::Failed(format!("cannot read {file}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_goes_by_its_number_its_file_or_its_beginning() {
        let chapter = |name: &str, title: &str| Chapter {
            name: name.to_string(),
            title: title.to_string(),
            headings: Vec::new(),
            quizzes: Vec::new(),
        };
        let crowd = chapter("2a-crowd", "II.A Server and many clients");
        assert_eq!(crowd.number(), "II.A");
        assert!(
            ["II.A", "ii.a", "2a-crowd", "2a"]
                .iter()
                .all(|it| crowd.is(it))
        );
        assert!(!crowd.is("II") && !crowd.is("") && !crowd.is("crowd"));
        assert_eq!(chapter("in-short", "Summary").number(), "");
        assert_eq!(chapter("5-advantages", "V Advantages").number(), "V");
        assert!(!chapter("in-short", "Summary").is(""));
    }

    #[test]
    fn markers_in_code_are_no_markers() {
        let text = "# A\n```text\n<!-- quiz: no -->\n```\n<!-- quiz: yes -->\n## B `c`\n";
        assert_eq!(markers(text).collect::<Vec<_>>(), [(5, "yes")]);
        assert_eq!(heading("## B `c`"), Some("B `c`".to_string()));
        assert_eq!(chapter("- [II.A](./2a-sockets.md)"), Some("2a-sockets"));
        assert_eq!(chapter("  - [II.A](./2a-crowd.md)"), Some("2a-crowd"));
    }
}
