//! Reads one `lab.toml` and says in which line it is wrong.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::step::{StepTable, step};
use super::{Lab, Step, lab_name};

const STYLES: [&str; 3] = ["blocking", "no I/O", "async"];

/// Reads the lab in `directory`. The error is a line for people, with file and line.
pub fn lab(root: &Path, directory: &str) -> Result<Lab, String> {
    let file = file(root, directory);
    let text = fs::read_to_string(root.join(&file)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            format!("{file}: there is no such file; get it back with: git checkout -- {file}")
        }
        _ => format!("cannot read {file}: {error}"),
    })?;
    parse(&text, directory)
        .map_err(|wrong| format!("{file}:{}: {}", line(&text, wrong.at), wrong.what))
}

/// Where the lab's description is: with the solution where there is one, else with the lab.
pub fn file(root: &Path, directory: &str) -> String {
    let [solution, lab] = ["solutions", "labs"].map(|it| format!("{it}/{directory}/lab.toml"));
    if root.join(&solution).exists() || !root.join("labs").join(directory).exists() {
        solution
    } else {
        lab
    }
}

/// What is wrong in a file, and where.
pub struct Wrong {
    /// Offset in bytes.
    pub at: usize,
    pub what: String,
}

/// The file as it stands. What is checked below keeps its place in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<i64>,
    title: Spanned<String>,
    chapter: Spanned<String>,
    style: Spanned<String>,
    after: Vec<String>,
    done: Spanned<String>,
    try_it: Spanned<String>,
    not_proven: Spanned<String>,
    #[serde(default)]
    step: Vec<StepTable>,
}

fn parse(text: &str, directory: &str) -> Result<Lab, Wrong> {
    let file: File = toml::from_str(text).map_err(|error| not_understood(text, &error))?;
    check_format(&file.format)?;
    if !STYLES.contains(&file.style.get_ref().as_str()) {
        return wrong(
            file.style.span(),
            format!(
                "there is no style {:?}; write one of: {}",
                file.style.get_ref(),
                STYLES.join(", ")
            ),
        );
    }
    if file.step.is_empty() {
        return wrong(0..0, "a lab has at least one step; add a [[step]]");
    }
    let mut steps: Vec<Step> = Vec::new();
    for table in file.step {
        steps.push(step(table, &steps)?);
    }
    Ok(Lab {
        name: lab_name(directory).to_string(),
        directory: directory.to_string(),
        title: filled("title", file.title)?,
        chapter: filled("chapter", file.chapter)?,
        style: file.style.into_inner(),
        after: file.after,
        done: filled("done", file.done)?,
        try_it: filled("try_it", file.try_it)?,
        not_proven: filled("not_proven", file.not_proven)?,
        steps,
    })
}

pub fn filled(key: &str, value: Spanned<String>) -> Result<String, Wrong> {
    if value.get_ref().trim().is_empty() {
        return wrong(value.span(), format!("{key} is empty; write it"));
    }
    Ok(value.into_inner())
}

fn check_format(format: &Spanned<i64>) -> Result<(), Wrong> {
    match format.get_ref() {
        1 => Ok(()),
        other => wrong(
            format.span(),
            format!(
                "format is {other}, but this runner reads 1; take runner and labs from one version of the course"
            ),
        ),
    }
}

fn not_understood(text: &str, error: &toml::de::Error) -> Wrong {
    #[derive(Deserialize)]
    struct Version {
        format: Spanned<i64>,
    }
    // Under another format other keys are right: that is then the thing to say.
    if let Ok(version) = toml::from_str::<Version>(text)
        && let Err(wrong) = check_format(&version.format)
    {
        return wrong;
    }
    let what = error.message().replace('\n', ", ");
    let advice = if what.starts_with("missing field") {
        "; add it"
    } else {
        ""
    };
    Wrong {
        at: error.span().map_or(0, |span| span.start),
        what: format!("{what}{advice}"),
    }
}

pub fn wrong<T>(span: Range<usize>, what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        at: span.start,
        what: what.into(),
    })
}

/// Counted from 1.
fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
pub fn example(title: &str) -> String {
    format!(
        r#"format = 1
title = "{title}"
chapter = "2a-sockets"
style = "no I/O"
after = []
done = "d"
try_it = "t"
not_proven = "n"

[[step]]
id = "first"
title = "First"
minutes = 5
needs = []
function = "f"
spec = "RFC 1"
section = "The idea"
hints = ["a", "b", "c"]

[[step]]
id = "second"
title = "Second"
minutes = 15
needs = ["first"]
function = "F::g"
spec = "RFC 2"
section = "The idea"
hints = ["a", "b", "c"]
deadline_ms = 9000
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_lab() {
        let lab = parse(&example("Echo"), "01-echo")
            .map_err(|wrong| wrong.what)
            .unwrap();
        assert_eq!((&lab.name[..], &lab.title[..]), ("echo", "Echo"));
        assert_eq!(lab.steps[1].needs, ["first"]);
        assert_eq!(
            lab.steps
                .iter()
                .map(|step| step.deadline_ms)
                .collect::<Vec<_>>(),
            [5000, 9000]
        );
    }

    #[test]
    fn refuses_with_the_line() {
        let table = [
            ("format = 1", "format = 2\nnew = 1", 1, "format is 2, but"),
            ("format = 1", "", 1, "missing field `format`; add it"),
            ("format = 1", "format = ", 1, ""),
            (
                "minutes = 5",
                "minuts = 5",
                13,
                "unknown field `minuts`, expected one of",
            ),
            ("minutes = 5\n", "", 10, "missing field `minutes`; add it"),
            ("minutes = 5", "minutes = 4", 13, "minutes are 5 to 25"),
            ("minutes = 15", "minutes = 26", 23, "minutes are 5 to 25"),
            ("minutes = 15", "minutes = -1", 23, "invalid value"),
            ("\"First\"", "\" \"", 12, "title is empty"),
            ("\"f\"", "\"\"", 15, "function is empty"),
            (
                "\"no I/O\"",
                "\"sync\"",
                4,
                "there is no style \"sync\"; write one of: blocking, no I/O, async",
            ),
            (
                "id = \"second\"",
                "id = \"first\"",
                21,
                "an earlier step has the id \"first\" too",
            ),
            (
                "id = \"second\"",
                "id = \"Second\"",
                21,
                "the id \"Second\" is not in snake_case",
            ),
            (
                "needs = [\"first\"]",
                "needs = [\"second\"]",
                24,
                "needs \"second\", which is no earlier",
            ),
            (
                "\"c\"]\ndead",
                "\"c\", \"d\"]\ndead",
                28,
                "a step has three hints",
            ),
            ("\"c\"]\ndead", "\"\"]\ndead", 28, "a hint is empty"),
            (
                "deadline_ms = 9000",
                "deadline_ms = 0",
                29,
                "deadline_ms is 0",
            ),
            (
                "deadline_ms",
                "address_space_mib",
                29,
                "unknown field `address_space_mib`",
            ),
        ];
        for (find, replace, line, what) in table {
            let text = example("Echo").replacen(find, replace, 1);
            let wrong = parse(&text, "01-echo").err().unwrap();
            assert_eq!(
                super::line(&text, wrong.at),
                line,
                "{replace}: {}",
                wrong.what
            );
            assert!(wrong.what.starts_with(what), "{replace}: {}", wrong.what);
        }
        let no_steps = example("Echo").split("[[step]]").next().map(str::to_string);
        let wrong = parse(&no_steps.unwrap(), "01-echo").err().unwrap();
        assert!(wrong.what.starts_with("a lab has at least one step"));
    }
}
