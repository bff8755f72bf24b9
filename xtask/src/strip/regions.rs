//! Finds the marked regions of a solution's file and refuses what is not quite one.

use std::fmt;

use super::{Syntax, functions};

#[derive(Debug, PartialEq, Eq)]
pub struct StripError {
    /// Counted from 1.
    pub line: usize,
    pub what: Problem,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    Nested { opened: usize },
    Stray,
    Unterminated,
    NoMessage,
    Misspelt,
    NoTodoInToml,
    NotInFunction,
    NotLast,
}

/// From one marker's line to the other's, both included, as indices.
pub(super) struct Region<'a> {
    pub start: usize,
    pub end: usize,
    /// What the `todo!` says; without it the region is removed.
    pub todo: Option<&'a str>,
}

pub(super) fn regions<'a>(
    lines: &[&'a str],
    syntax: Syntax,
) -> Result<Vec<Region<'a>>, StripError> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Option<&str>)> = None;
    for (at, line) in lines.iter().enumerate() {
        let refuse = |what| Err(StripError { line: at + 1, what });
        let todo = match (marker(line, syntax), open) {
            (None, _) => continue,
            (Some(Marker::Misspelt), _) => return refuse(Problem::Misspelt),
            (Some(Marker::End), None) => return refuse(Problem::Stray),
            (Some(Marker::End), Some((start, todo))) => {
                let end = at;
                found.push(Region { start, end, todo });
                open = None;
                continue;
            }
            (Some(_), Some((start, _))) => return refuse(Problem::Nested { opened: start + 1 }),
            (Some(Marker::Only), None) => None,
            (Some(Marker::Todo(_)), None) if syntax == Syntax::Toml => {
                return refuse(Problem::NoTodoInToml);
            }
            (Some(Marker::Todo("")), None) => return refuse(Problem::NoMessage),
            (Some(Marker::Todo(text)), None) => Some(text),
        };
        open = Some((at, todo));
    }
    if let Some((start, _)) = open {
        return Err(StripError {
            line: start + 1,
            what: Problem::Unterminated,
        });
    }
    for region in found.iter().filter(|region| region.todo.is_some()) {
        check_place(lines, region)?;
    }
    Ok(found)
}

enum Marker<'a> {
    Todo(&'a str),
    Only,
    End,
    /// Nearly a marker. Taken for an ordinary comment, it would show learners the solution.
    Misspelt,
}

fn marker<'a>(line: &'a str, syntax: Syntax) -> Option<Marker<'a>> {
    let prefix = match syntax {
        Syntax::Rust => "//",
        Syntax::Toml => "#",
    };
    let Some(comment) = line.trim().strip_prefix(prefix) else {
        let trails = line.split(prefix).skip(1).any(speaks_of_a_solution);
        return trails.then_some(Marker::Misspelt);
    };
    if !speaks_of_a_solution(comment) {
        return None;
    }
    Some(match comment {
        " SOLUTION ONLY" => Marker::Only,
        " END SOLUTION" => Marker::End,
        other => match other.strip_prefix(" SOLUTION:") {
            Some(text) => Marker::Todo(text.trim()),
            None => Marker::Misspelt,
        },
    })
}

fn speaks_of_a_solution(comment: &str) -> bool {
    let words = comment.trim_start_matches(|c: char| !c.is_alphanumeric());
    words.starts_with("SOLUTION") || words.starts_with("END SOLUTION")
}

/// Code after a `todo!` would be unreachable, and one outside a function would not compile.
fn check_place(lines: &[&str], region: &Region) -> Result<(), StripError> {
    let Some(function) = functions::enclosing(lines, region.start) else {
        return Err(StripError {
            line: region.start + 1,
            what: Problem::NotInFunction,
        });
    };
    let next = lines[region.end + 1..]
        .iter()
        .find(|line| !line.trim().is_empty());
    let closes = next.is_some_and(|line| {
        line.trim() == "}" && functions::indent(line) == functions::indent(lines[function])
    });
    if closes {
        return Ok(());
    }
    Err(StripError {
        line: region.end + 1,
        what: Problem::NotLast,
    })
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Nested { opened } => write!(
                out,
                "a region begins inside the one of line {opened}; end that one first"
            ),
            Self::Stray => write!(out, "END SOLUTION, but no region is open; remove it"),
            Self::Unterminated => write!(out, "this region has no END SOLUTION; add it"),
            Self::NoMessage => write!(
                out,
                "SOLUTION: without text; write what the learner has to do next, it becomes the todo!"
            ),
            Self::Misspelt => write!(
                out,
                "nearly a marker; it is a line of its own, `SOLUTION: next action`, `SOLUTION ONLY` or `END SOLUTION`, \
                 after the comment sign and one space"
            ),
            Self::NoTodoInToml => write!(out, "TOML has no todo!; use SOLUTION ONLY"),
            Self::NotInFunction => write!(
                out,
                "SOLUTION: is not directly in the body of a function; move it there, or use SOLUTION ONLY"
            ),
            Self::NotLast => write!(
                out,
                "END SOLUTION is not the last line of the function; move it down to the function's `}}`"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_quite_a_region() {
        use Problem::*;
        let table = [
            ("// END SOLUTION", 1, Stray),
            ("fn f() {\n    // SOLUTION: x\n}", 2, Unterminated),
            ("// SOLUTION ONLY", 1, Unterminated),
            (
                "// SOLUTION ONLY\n// SOLUTION ONLY\n",
                2,
                Nested { opened: 1 },
            ),
            (
                "fn f() {\n    // SOLUTION: x\n    // SOLUTION ONLY\n",
                3,
                Nested { opened: 2 },
            ),
            (
                "fn f() {\n    // SOLUTION:\n    // END SOLUTION\n}",
                2,
                NoMessage,
            ),
            (
                "fn f() {\n    // SOLUTION: x\n    // END SOLUTION\n    1\n}",
                3,
                NotLast,
            ),
            (
                "fn f() {\n    // SOLUTION: x\n    // END SOLUTION",
                3,
                NotLast,
            ),
            (
                "fn f() {\n    if a {\n        // SOLUTION: x\n        // END SOLUTION\n    }\n}",
                3,
                NotInFunction,
            ),
            (
                "fn f() {}\n\nstruct A {\n    // SOLUTION: x\n    // END SOLUTION\n}",
                4,
                NotInFunction,
            ),
            (
                "fn f() {\n    1\n}\n// SOLUTION: x\n// END SOLUTION",
                4,
                NotInFunction,
            ),
            ("// SOLUTION only", 1, Misspelt),
            ("//SOLUTION: x", 1, Misspelt),
            ("/// SOLUTION: x", 1, Misspelt),
            ("// SOLUTION", 1, Misspelt),
            ("// END SOLUTION.", 1, Misspelt),
            ("let a = \"http://b\"; // SOLUTION: x", 1, Misspelt),
        ];
        for (source, line, what) in table {
            let lines: Vec<&str> = source.lines().collect();
            let error = regions(&lines, Syntax::Rust).map(|found| found.len());
            assert_eq!(error, Err(StripError { line, what }), "{source}");
        }
        let toml = regions(&["# SOLUTION: x"], Syntax::Toml).map(|found| found.len());
        assert_eq!(
            toml,
            Err(StripError {
                line: 1,
                what: NoTodoInToml
            })
        );
    }
}
