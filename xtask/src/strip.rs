//! Makes a lab's source out of its solution's: marked regions become a `todo!`, or go.
//!
//! Lines are read as rustfmt lays them out, not parsed: CI keeps solutions formatted, and a Rust
//! parser would be the largest dependency of what a learner builds first.

mod functions;
mod regions;

pub use functions::{function_line, todo_line};
pub use regions::StripError;

use regions::{Region, regions};

/// How a file writes its comments, and so its markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Rust,
    Toml,
}

/// The lab's text of a solution's file: every `SOLUTION:` region a `todo!`, every `SOLUTION ONLY` region gone.
pub fn strip(source: &str, syntax: Syntax) -> Result<String, StripError> {
    let lines: Vec<&str> = source.lines().collect();
    Ok(replace(&lines, &regions(&lines, syntax)?))
}

/// The solution with the region of one function, such as `echo` or `Gate::enter`, replaced by its `todo!`.
///
/// Everything else stays, so that a step fails with its own `todo!` and not with an earlier one.
/// `None`: this file has no such function, or none with a region.
pub fn stub_only(source: &str, function: &str) -> Result<Option<String>, StripError> {
    let lines: Vec<&str> = source.lines().collect();
    let wanted = regions(&lines, Syntax::Rust)?.into_iter().find(|region| {
        region.todo.is_some()
            && functions::enclosing(&lines, region.start)
                .is_some_and(|at| functions::is_named(&lines, at, function))
    });
    Ok(wanted.map(|region| replace(&lines, &[region])))
}

/// The solution without its markers, as somebody would write it who was never a lab.
pub fn unmarked(source: &str) -> Result<String, StripError> {
    let lines: Vec<&str> = source.lines().collect();
    let regions = regions(&lines, Syntax::Rust)?;
    let marker = |at: usize| {
        regions
            .iter()
            .any(|region| region.start == at || region.end == at)
    };
    let kept = lines.iter().enumerate().filter(|(at, _)| !marker(*at));
    Ok(kept.map(|(_, line)| format!("{line}\n")).collect())
}

/// Calls the packages and crates of a solution by the lab's names.
pub fn rename(text: &str, lab: &str) -> String {
    let krate = lab.replace('-', "_");
    text.replace(&format!("solution-{lab}"), &format!("lab-{lab}"))
        .replace(&format!("solution_{krate}"), &format!("lab_{krate}"))
}

fn replace(lines: &[&str], regions: &[Region]) -> String {
    let mut kept: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    for region in regions {
        kept.extend(lines[at..region.start].iter().map(ToString::to_string));
        at = region.end + 1;
        match region.todo {
            Some(text) => {
                let margin = " ".repeat(functions::indent(lines[region.start]));
                kept.push(format!("{margin}todo!(\"{}\")", escape(text)));
            }
            // The blank line on one side goes too, or two of them would meet.
            None if kept.last().is_none_or(|line| line.trim().is_empty()) => match lines.get(at) {
                Some(line) if line.trim().is_empty() => at += 1,
                Some(_) => {}
                None => drop(kept.pop()),
            },
            None => {}
        }
    }
    kept.extend(lines[at..].iter().map(ToString::to_string));
    kept.iter().map(|line| format!("{line}\n")).collect()
}

/// As it has to stand inside the quotes of a `todo!`, whose text is a format string.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('{', "{{")
        .replace('}', "}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_what_is_marked() {
        let table = [
            (
                "a region becomes its todo, the given code before it stays",
                "fn f() {\n    let a = 1;\n    // SOLUTION: add\n    a + 1\n    // END SOLUTION\n}\n",
                "fn f() {\n    let a = 1;\n    todo!(\"add\")\n}\n",
            ),
            (
                "quotes, backslashes and braces survive the format string",
                "fn f() {\n    // SOLUTION: send {n} \"\\r\\n\"\n    // END SOLUTION\n}\n",
                "fn f() {\n    todo!(\"send {{n}} \\\"\\\\r\\\\n\\\"\")\n}\n",
            ),
            (
                "a signature over several lines",
                "impl A {\n    pub fn f<T>(\n        a: T,\n    ) -> u8\n    where\n        T: B,\n    {\n        // SOLUTION: x\n        1\n        // END SOLUTION\n    }\n}\n",
                "impl A {\n    pub fn f<T>(\n        a: T,\n    ) -> u8\n    where\n        T: B,\n    {\n        todo!(\"x\")\n    }\n}\n",
            ),
            (
                "a removed helper takes one of its blank lines along",
                "use a;\n\n// SOLUTION ONLY\nfn help() {}\n// END SOLUTION\n\nfn f() {}\n",
                "use a;\n\nfn f() {}\n",
            ),
            (
                "a removed end takes the blank line before it along",
                "use a;\n\n// SOLUTION ONLY\nfn help() {}\n// END SOLUTION\n",
                "use a;\n",
            ),
            (
                "a removed field",
                "struct A {\n    // SOLUTION ONLY\n    b: u8,\n    // END SOLUTION\n}\n",
                "struct A {\n}\n",
            ),
            (
                "nothing marked",
                "// a solution\nfn f() {}\n",
                "// a solution\nfn f() {}\n",
            ),
            ("empty", "", ""),
        ];
        for (what, source, expected) in table {
            assert_eq!(
                strip(source, Syntax::Rust).as_deref(),
                Ok(expected),
                "{what}"
            );
        }
    }

    #[test]
    fn strips_a_manifest() {
        let source = "[dependencies]\na = \"1\"\n# SOLUTION ONLY\nb = \"2\"\n# END SOLUTION\n";
        assert_eq!(
            strip(source, Syntax::Toml).as_deref(),
            Ok("[dependencies]\na = \"1\"\n")
        );
    }

    const TWO: &str = "\
impl Gate {
    fn enter(&self) {
        // SOLUTION: count
        help();
        // END SOLUTION
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        // SOLUTION: give back
        self.0();
        // END SOLUTION
    }
}

// SOLUTION ONLY
fn help() {}
// END SOLUTION
";

    #[test]
    fn stubs_one_function_and_keeps_the_rest() {
        let stubbed = stub_only(TWO, "Pass::drop").unwrap().unwrap();
        assert_eq!(
            stubbed,
            TWO.replace(
                "        // SOLUTION: give back\n        self.0();\n        // END SOLUTION\n",
                "        todo!(\"give back\")\n"
            )
        );
        for other in ["drop", "Gate::drop", "help", "Drop::drop", "enter"] {
            assert_eq!(stub_only(TWO, other), Ok(None), "{other}");
        }
    }

    #[test]
    fn renames_in_both_spellings() {
        assert_eq!(
            rename(
                "solution-http-message solution_http_message a solution",
                "http-message"
            ),
            "lab-http-message lab_http_message a solution"
        );
    }
}
