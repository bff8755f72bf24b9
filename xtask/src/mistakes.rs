//! Known mistakes by name: from `tests/wrong/LAB.toml`, or `mistakes.json` in a handout.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

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
    /// It shows in this way only when the steps after it are written too.
    #[serde(default)]
    pub needs_later_steps: bool,
}

/// What of a wrong program helps a learner who wrote it. No code: it would give the solution away.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    lab: String,
    step: String,
    cause: String,
    says: String,
    name: String,
    advice: String,
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

pub struct Mistakes(Vec<Known>);

impl Mistakes {
    /// Advice is an extra: what cannot be read here is missing advice, and `ci` says why.
    pub fn read(root: &Path) -> Self {
        if let Ok(json) = fs::read(root.join("mistakes.json")) {
            return Self(serde_json::from_slice(&json).unwrap_or_default());
        }
        let files = fs::read_dir(root.join("tests/wrong"))
            .into_iter()
            .flatten()
            .flatten();
        let labs = files.filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_string()));
        Self(labs.flat_map(|lab| known(root, &lab)).collect())
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.0).expect("plain data")
    }

    /// The mistake that fails this step with this cause, if just one is known.
    pub fn known(&self, lab: &str, step: &StepResult) -> Option<Mistake> {
        let cause = step.cause.as_ref()?;
        let said = cause.said();
        let mut fitting = self.0.iter().filter(|known| {
            known.lab == lab
                && known.step == step.id
                && known.cause == cause.id
                && says(&said, &known.says)
        });
        let one = fitting.next()?;
        fitting.next().is_none().then(|| Mistake {
            name: one.name.clone(),
            advice: one.advice.clone(),
        })
    }
}

/// Whether a failure says this, whatever the white space.
pub fn says(said: &str, wanted: &str) -> bool {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    folded(said).contains(&folded(wanted))
}

fn known(root: &Path, lab: &str) -> Vec<Known> {
    let wrong = of_lab(root, lab).unwrap_or_default();
    wrong
        .into_iter()
        .map(|wrong| Known {
            lab: lab.to_string(),
            step: wrong.caught_by,
            cause: wrong.cause,
            says: wrong.says,
            name: wrong.name,
            advice: wrong.advice,
        })
        .collect()
}
