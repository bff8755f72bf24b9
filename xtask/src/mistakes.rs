//! Known mistakes by name: `tests/wrong/LAB.toml`, or `mistakes.toml` in a handout.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::Error;
use crate::grade::results::{Mistake, StepResult};

/// What `tests/wrong/LAB.toml` holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    wrong: Vec<Wrong>,
}

/// A wrong program that a learner would plausibly write, as a change to the solution.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// Completes "Known mistake: ...".
    pub name: String,
    pub file: String,
    /// Found exactly once in `file`.
    pub find: String,
    pub replace: String,
    pub caught_by: String,
    pub cause: String,
    /// Stands in what the failure says: expected, got and likely.
    pub says: String,
    pub advice: String,
}

/// The wrong programs of one lab; none if there is no file.
pub fn of_lab(root: &Path, lab: &str) -> Result<Vec<Wrong>, Error> {
    let path = root.join(format!("tests/wrong/{lab}.toml"));
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::Failed(format!("{}: {error}", path.display()))),
    };
    let table: Table = toml::from_str(&text)
        .map_err(|error| Error::Failed(format!("tests/wrong/{lab}.toml: {error}")))?;
    Ok(table.wrong)
}

pub struct Mistakes(Vec<(String, Wrong)>);

impl Mistakes {
    /// Advice is an extra: what cannot be read here is missing advice, and `ci` says why.
    pub fn read(root: &Path) -> Self {
        let mut all = Vec::new();
        for file in fs::read_dir(root.join("tests/wrong"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if let Some(lab) = file.path().file_stem().and_then(|stem| stem.to_str()) {
                let wrongs = of_lab(root, lab).unwrap_or_default();
                all.extend(wrongs.into_iter().map(|wrong| (lab.to_string(), wrong)));
            }
        }
        Self(all)
    }

    /// The mistake that fails this step with this cause, if just one is known.
    pub fn known(&self, lab: &str, step: &StepResult) -> Option<Mistake> {
        let cause = step.cause.as_ref()?;
        let said = cause.said();
        let mut fitting = self.0.iter().filter(|(of, wrong)| {
            of == lab
                && wrong.caught_by == step.id
                && wrong.cause == cause.id
                && says(&said, &wrong.says)
        });
        let (_, wrong) = fitting.next()?;
        fitting.next().is_none().then(|| Mistake {
            name: wrong.name.clone(),
            advice: wrong.advice.clone(),
        })
    }
}

/// Whether a failure says this, whatever the white space.
pub fn says(said: &str, wanted: &str) -> bool {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    folded(said).contains(&folded(wanted))
}
