//! What the course holds: every lab with its steps, as the `lab.toml` files say.

mod read;
mod select;
mod step;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::Error;

pub use select::{Selected, unknown};

/// Every lab, by number. A lab whose `lab.toml` is damaged stands in `broken` and costs the others nothing.
pub struct Catalog {
    pub labs: Vec<Lab>,
    pub broken: Vec<Broken>,
}

#[derive(Debug)]
pub struct Lab {
    /// Such as `http-message`; the packages are `lab-http-message` and `solution-http-message`.
    pub name: String,
    /// Such as `06-http-message`, in `labs/` and in `solutions/`.
    pub directory: String,
    pub title: String,
    /// Such as `2a-sockets`, a file in `book/chapters/`.
    pub chapter: String,
    pub style: String,
    /// Labs that are better done first: advice, never a lock.
    pub after: Vec<String>,
    pub done: String,
    pub try_it: String,
    pub not_proven: String,
    pub steps: Vec<Step>,
}

#[derive(Debug)]
pub struct Step {
    /// Also the name of its hidden test: `echo::echoes_one_client`.
    pub id: String,
    pub title: String,
    /// Also its points.
    pub minutes: u64,
    /// Earlier steps of the lab without which this one cannot pass.
    pub needs: Vec<String>,
    /// Where its `todo!` is, such as `echo` or `Gate::enter`.
    pub function: String,
    pub spec: String,
    /// The heading in the lab's chapter that a failing step points to.
    pub section: String,
    /// A nudge, a direction, nearly the answer.
    pub hints: [String; 3],
    pub deadline_ms: u64,
}

#[derive(Debug)]
pub struct Broken {
    pub name: String,
    pub directory: String,
    /// File, line, what is wrong and what to do.
    pub message: String,
}

impl Catalog {
    pub fn read(root: &Path) -> Result<Self, Error> {
        let mut found: BTreeSet<(u64, String)> = BTreeSet::new();
        for parent in ["solutions", "labs"] {
            found.extend(numbered(&root.join(parent))?);
        }
        let mut catalog = Self {
            labs: Vec::new(),
            broken: Vec::new(),
        };
        for (_, directory) in found {
            let lab = read::lab(root, &directory).and_then(|lab| catalog.unique(lab, root));
            match lab {
                Ok(lab) => catalog.labs.push(lab),
                Err(message) => catalog.broken.push(Broken {
                    name: lab_name(&directory).to_string(),
                    directory,
                    message,
                }),
            }
        }
        Ok(catalog)
    }

    /// Two directories with one name would be two packages with one name, and one suite.
    fn unique(&self, lab: Lab, root: &Path) -> Result<Lab, String> {
        match self.labs.iter().find(|other| other.name == lab.name) {
            None => Ok(lab),
            Some(other) => Err(format!(
                "{}: {} is named {:?} too; rename one of the two directories",
                read::file(root, &lab.directory),
                other.directory,
                lab.name
            )),
        }
    }
}

impl Lab {
    /// The document's number of the chapter, such as `II.A` for `2a-sockets`.
    pub fn chapter_number(&self) -> String {
        let (number, _) = self.chapter.split_once('-').unwrap_or((&self.chapter, ""));
        let part = match number.chars().next() {
            Some('1') => "I",
            Some('2') => "II",
            Some('3') => "III",
            Some('4') => "IV",
            Some('5') => "V",
            _ => return self.chapter.clone(),
        };
        match number.get(1..).unwrap_or("") {
            "" => part.to_string(),
            section => format!("{part}.{}", section.to_uppercase()),
        }
    }
}

/// The directories of labs such as `00-hello` in `parent`, with their numbers; none if there is no `parent`.
pub fn numbered(parent: &Path) -> Result<BTreeSet<(u64, String)>, Error> {
    if !parent.is_dir() {
        return Ok(BTreeSet::new());
    }
    let failed = |error| Error::Failed(format!("cannot list {}: {error}", parent.display()));
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(parent).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let number = name
            .split_once('-')
            .and_then(|(number, _)| number.parse().ok());
        if let Some(number) = number.filter(|_| entry.path().is_dir()) {
            found.insert((number, name));
        }
    }
    Ok(found)
}

/// `http-message` out of `06-http-message`.
pub fn lab_name(directory: &str) -> &str {
    directory
        .split_once('-')
        .map_or(directory, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_from_solutions_then_from_labs_by_number() {
        let root = course(&[
            ("labs/10-late", "late"),
            ("labs/2-early", "from labs"),
            ("solutions/2-early", "from solutions"),
        ]);
        let catalog = Catalog::read(root.path()).unwrap();
        let titles: Vec<&str> = catalog.labs.iter().map(|lab| &lab.title[..]).collect();
        assert_eq!(titles, ["from solutions", "late"]);
        assert_eq!(catalog.labs[0].steps[1].minutes, 15);
    }

    #[test]
    fn a_broken_lab_costs_only_itself() {
        let root = course(&[
            ("labs/00-hello", "Hello"),
            ("labs/01-echo", "Echo"),
            ("labs/02-hello", "Twice"),
        ]);
        fs::write(
            root.path().join("labs/01-echo/lab.toml"),
            "format = 1\nfoo = 2",
        )
        .unwrap();
        fs::create_dir(root.path().join("labs/given")).unwrap();
        fs::create_dir(root.path().join("labs/03-empty")).unwrap();
        let catalog = Catalog::read(root.path()).unwrap();
        assert_eq!(catalog.labs.len(), 1);
        let broken: Vec<&str> = catalog.broken.iter().map(|lab| &lab.message[..]).collect();
        assert!(
            broken[0].starts_with("labs/01-echo/lab.toml:2: unknown field `foo`"),
            "{broken:?}"
        );
        assert_eq!(
            broken[1..],
            [
                "labs/02-hello/lab.toml: 00-hello is named \"hello\" too; rename one of the two directories",
                "labs/03-empty/lab.toml: there is no such file; get it back with: git checkout -- labs/03-empty/lab.toml",
            ]
        );
        assert!(
            matches!(catalog.select(&["01-echo".to_string()]), Err(Error::Failed(m)) if m == broken[0])
        );
    }

    pub(super) fn course(labs: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (directory, title) in labs {
            let directory = root.path().join(directory);
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("lab.toml"), read::example(title)).unwrap();
        }
        root
    }
}
