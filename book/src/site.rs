//! From chapters to pages. Whatever is wrong in a chapter stops the build, with file and line.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;

use crate::layout::Layout;
use crate::markdown::{Block, Kind, Wrong, blocks};
use crate::sequence::Sequence;
use crate::{catch, exam, lint, quiz, steps, summary};
use xtask::Error;
use xtask::catalog::Catalog;

/// Tells a directory that holds a book from one that holds somebody's work.
const MARK: &str = ".letters-on-the-wire";

/// Writes the book to `to`. What was there before stays whole until the new one is; what is no book is left alone.
pub fn publish(root: &Path, to: &Path) -> Result<(), Error> {
    if !may_be_replaced(to) {
        return Err(Error::Usage(format!(
            "{} is not empty and is no book; nothing was written",
            to.display()
        )));
    }
    let fresh = beside(to);
    let failed =
        |error: io::Error| Error::Failed(format!("cannot write {}: {error}", to.display()));
    remove(&fresh).map_err(failed)?;
    if let Err(error) = build(root, &fresh, Search::On) {
        let _ = remove(&fresh);
        return Err(error);
    }
    remove(to)
        .and_then(|()| fs::rename(&fresh, to))
        .map_err(failed)?;
    println!("wrote {}", to.join("index.html").display());
    Ok(())
}

/// Half of a build is its index for the search.
#[derive(Clone, Copy, PartialEq)]
pub enum Search {
    On,
    Off,
}

/// Builds into `to`, which has to be a directory of our own, and checks what came out.
pub fn build(root: &Path, to: &Path, search: Search) -> Result<(), Error> {
    stop_at(summary::check(root)?)?;
    let to = std::path::absolute(to).map_err(|error| Error::Failed(error.to_string()))?;
    let (built, said) = catch::warnings(|| {
        let mut book = MDBook::load(root.join("book")).map_err(mdbook)?;
        book.config.build.build_dir = to.clone();
        (book.config)
            .set("output.html.search.enable", search == Search::On)
            .map_err(mdbook)?;
        let catalog = Catalog::read(root)?;
        expand(&mut book, &Sources { root, catalog })?;
        book.build().map_err(mdbook)
    });
    built?;
    stop_at(said.into_iter().map(|it| format!("mdbook: {it}")).collect())?;
    stop_at(lint::check(&to)?)?;
    fs::write(to.join(MARK), b"")
        .map_err(|error| Error::Failed(format!("cannot write {}: {error}", to.display())))
}

/// What our own blocks are made from.
struct Sources<'a> {
    root: &'a Path,
    catalog: Catalog,
}

/// Replaces our own blocks before mdBook's preprocessors run, since these move lines.
fn expand(book: &mut MDBook, sources: &Sources) -> Result<(), Error> {
    let mut wrong = Vec::new();
    book.book.for_each_chapter_mut(|chapter| {
        let Some(path) = chapter.source_path.clone() else {
            return;
        };
        match sources.expanded(&chapter.content, &path) {
            Ok(content) => chapter.content = content,
            Err(Wrong { line, what }) => {
                wrong.push(format!("book/chapters/{}:{line}: {what}", path.display()));
            }
        }
    });
    stop_at(wrong)
}

impl Sources<'_> {
    fn expanded(&self, source: &str, path: &Path) -> Result<String, Wrong> {
        let chapter = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut out = String::new();
        let mut done = 0;
        for (n, block) in blocks(source)?.iter().enumerate() {
            out.push_str(&source[done..block.range.start]);
            // An HTML block begins and ends with an empty line.
            out.push('\n');
            out.push_str(&self.html(block, &chapter, &format!("drawing-{chapter}-{n}"))?);
            out.push('\n');
            done = block.range.end;
        }
        Ok(out + &source[done..])
    }

    fn html(&self, block: &Block, chapter: &str, id: &str) -> Result<String, Wrong> {
        let (text, inside) = (&block.text, block.line + 1);
        let made = match block.kind {
            Kind::Sequence => return Ok(Sequence::parse(text, inside)?.figure().html(id)),
            Kind::Layout => return Ok(Layout::parse(text, inside)?.figure().html(id)),
            Kind::Steps => steps::render(&self.catalog, text, chapter),
            Kind::Quiz => quiz::render(self.root, text, &self.catalog),
            Kind::Exam => exam::render(self.root, text),
        };
        made.map_err(|what| Wrong {
            line: block.line,
            what,
        })
    }
}

fn stop_at(wrong: Vec<String>) -> Result<(), Error> {
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Error::Failed(wrong.join("\n"))),
    }
}

fn mdbook(error: impl std::fmt::Debug + std::fmt::Display) -> Error {
    Error::Failed(format!("mdbook: {error:#}"))
}

fn may_be_replaced(to: &Path) -> bool {
    match fs::read_dir(to) {
        Ok(mut entries) => to.join(MARK).is_file() || entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// On the same file system, so that a rename is enough.
fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_os_string();
    name.push(format!(".new-{}", std::process::id()));
    name.into()
}

fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
