//! The exam's files in `book/exam/`: read whole, checked, and refused with file and line.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::Error;

/// A file that was read, and its text, so that what is found wrong later has a line too.
pub struct Table<T> {
    file: String,
    text: String,
    pub parsed: T,
}

impl<T: DeserializeOwned> Table<T> {
    pub fn read(root: &Path, name: &str) -> Result<Self, Error> {
        let file = format!("book/exam/{name}.toml");
        let text = fs::read_to_string(root.join(&file))
            .map_err(|error| Error::Failed(format!("cannot read {file}: {error}")))?;
        match toml::from_str(&text) {
            Ok(parsed) => Ok(Self { file, text, parsed }),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let what = error.message().replace('\n', ", ");
                Err(Error::Failed(said(&file, &text, at, &what)))
            }
        }
    }
}

impl<T> Table<T> {
    pub fn wrong<V>(&self, at: &Spanned<V>, what: &str) -> Error {
        self.wrong_at(at.span().start, what)
    }

    /// About the file as a whole: nothing stands in a place where something should.
    pub fn missing(&self, what: &str) -> Error {
        self.wrong_at(0, what)
    }

    fn wrong_at(&self, at: usize, what: &str) -> Error {
        Error::Failed(said(&self.file, &self.text, at, what))
    }

    /// The rows stand for exactly these ids, each once, and no text in them is empty.
    pub fn has_exactly<'a>(
        &self,
        rows: impl Iterator<Item = (&'a Spanned<String>, [&'a Spanned<String>; 2])>,
        ids: &[&str],
    ) -> Result<(), Error> {
        let mut seen: Vec<&str> = Vec::new();
        for (id, texts) in rows {
            let name = id.get_ref().as_str();
            if !ids.contains(&name) {
                return Err(self.wrong(id, &format!("the runner knows no {name:?}")));
            }
            if seen.contains(&name) {
                return Err(self.wrong(id, &format!("{name:?} is there already")));
            }
            self.filled(texts)?;
            seen.push(name);
        }
        match ids.iter().find(|id| !seen.contains(id)) {
            None => Ok(()),
            Some(id) => Err(self.missing(&format!("there is no row with the id {id:?}"))),
        }
    }

    pub fn filled<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a Spanned<String>>,
    ) -> Result<(), Error> {
        let mut texts = texts.into_iter();
        match texts.find(|text| text.get_ref().trim().is_empty()) {
            None => Ok(()),
            Some(empty) => Err(self.wrong(empty, "this is empty; write it")),
        }
    }

    /// Puts facts in the places of `@name`; a name that is no fact is an error of the file.
    pub fn fill(&self, text: &Spanned<String>, facts: &[(&str, String)]) -> Result<String, Error> {
        let mut out = String::new();
        let mut rest = text.get_ref().as_str();
        while let Some((before, after)) = rest.split_once('@') {
            let ends = |c: char| !c.is_ascii_lowercase();
            let (name, behind) = after.split_at(after.find(ends).unwrap_or(after.len()));
            let fact = facts.iter().find(|(known, _)| *known == name);
            let Some((_, value)) = fact else {
                let known: Vec<&str> = facts.iter().map(|(name, _)| *name).collect();
                let what = format!("@{name} is no fact; there are: {}", known.join(", "));
                return Err(self.wrong(text, &what));
            };
            out.push_str(before);
            out.push_str(value);
            rest = behind;
        }
        Ok(out + rest)
    }
}

fn said(file: &str, text: &str, at: usize, what: &str) -> String {
    let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    format!("{file}:{line}: {what}")
}
