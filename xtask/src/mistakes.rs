//! Known mistakes by name: from `tests/wrong/LAB.toml`, or `mistakes.json` in a handout.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::grade::results::{Mistake, StepResult};

/// More that look alike would be no advice.
const MAX_ALIKE: usize = 3;

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

    /// The mistakes that fail this step with this cause; none if too many do.
    pub fn known(&self, lab: &str, step: &StepResult) -> Vec<Mistake> {
        let Some(cause) = &step.cause else {
            return Vec::new();
        };
        let said = cause.said();
        let fitting = self.0.iter().filter(|known| {
            known.lab == lab
                && known.step == step.id
                && known.cause == cause.id
                && says(&said, &known.says)
        });
        let fitting: Vec<_> = fitting
            .map(|known| Mistake {
                name: known.name.clone(),
                advice: known.advice.clone(),
            })
            .collect();
        match fitting.len() > MAX_ALIKE {
            true => Vec::new(),
            false => fitting,
        }
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
