//! What the learner sees. Colour only underlines what the words say already.

pub mod grade;
pub mod lines;
mod overview;
pub mod progress;
pub mod step;

use std::env;
use std::io::{self, IsTerminal, Write};

use crate::catalog::Catalog;
use crate::course::Course;
use crate::grade::results::Results;

/// All that a screen of a run is drawn from.
pub struct View<'a> {
    pub course: &'a Course,
    pub catalog: &'a Catalog,
    pub results: &'a Results,
    /// Everything was asked for, so a line a lab will do.
    pub overview: bool,
    /// The route whose labs these are.
    pub route: Option<&'a str>,
}

/// Prints to stdout; a reader that has gone (`| head`) is no error.
pub fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

/// Colours, if stdout is a terminal and nobody said no.
#[derive(Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    pub fn stdout() -> Self {
        let no = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(io::stdout().is_terminal() && !no && !dumb)
    }

    pub fn is_on(self) -> bool {
        self.0
    }

    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    pub fn red(self, text: &str) -> String {
        self.with("31;1", text)
    }

    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        match self.0 {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }
}
