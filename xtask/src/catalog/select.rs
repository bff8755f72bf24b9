//! What `LAB` and `LAB/STEP` on a command line stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Broken, Catalog, Lab};
use crate::Error;

/// Some steps of one lab, as indices into [`Catalog::labs`] and [`Lab::steps`], in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Selected {
    pub lab: usize,
    pub steps: Vec<usize>,
}

impl Catalog {
    /// What `LAB` and `LAB/STEP` words ask for; without words, everything.
    pub fn select(&self, words: &[String]) -> Result<Vec<Selected>, Error> {
        if words.is_empty() {
            let everything = self.labs.iter().enumerate();
            return Ok(everything
                .map(|(lab, it)| Selected {
                    lab,
                    steps: it.every_step(),
                })
                .collect());
        }
        let mut wanted: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for word in words {
            let (lab, step) = match word.split_once('/') {
                Some((lab, step)) => (lab, Some(step)),
                None => (word.as_str(), None),
            };
            let at = self.position(lab)?;
            let lab = &self.labs[at];
            let steps = match step {
                Some(id) => vec![lab.position(id)?],
                None => lab.every_step(),
            };
            wanted.entry(at).or_default().extend(steps);
        }
        Ok(wanted
            .into_iter()
            .map(|(lab, steps)| Selected {
                lab,
                steps: steps.into_iter().collect(),
            })
            .collect())
    }

    /// Name and directory of the lab that a word stands for, damaged or not.
    pub fn directory(&self, word: &str) -> Result<(String, String), Error> {
        let broken = self
            .broken
            .iter()
            .find(|lab| word == lab.name || word == lab.directory);
        if let Some(broken) = broken {
            return Ok((broken.name.clone(), broken.directory.clone()));
        }
        let lab = &self.labs[self.position(word)?];
        Ok((lab.name.clone(), lab.directory.clone()))
    }

    fn position(&self, word: &str) -> Result<usize, Error> {
        let called = |name: &str, directory: &str| word == name || word == directory;
        let lab = |lab: &Lab| called(&lab.name, &lab.directory);
        if let Some(at) = self.labs.iter().position(lab) {
            return Ok(at);
        }
        let broken = |lab: &&Broken| called(&lab.name, &lab.directory);
        if let Some(broken) = self.broken.iter().find(broken) {
            return Err(Error::Failed(broken.message.clone()));
        }
        let names = self.labs.iter().map(|lab| lab.name.as_str());
        let broken = self.broken.iter().map(|lab| lab.name.as_str());
        let what = format!("lab {word:?}");
        Err(Error::Usage(unknown(&what, word, names.chain(broken))))
    }
}

impl Lab {
    fn every_step(&self) -> Vec<usize> {
        (0..self.steps.len()).collect()
    }

    fn position(&self, id: &str) -> Result<usize, Error> {
        let found = self.steps.iter().position(|step| step.id == id);
        found.ok_or_else(|| {
            let ids = self.steps.iter().map(|step| step.id.as_str());
            let what = format!("step {id:?} in {}", self.name);
            Error::Usage(unknown(&what, id, ids))
        })
    }
}

/// Says that there is no `what`, such as `lab "ehco"`, and which name is nearest, or all of them when none is near.
pub fn unknown<'a>(what: &str, word: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let distance = |name: &str| match !word.is_empty() && name.starts_with(word) {
        true => 0,
        false => strsim::damerau_levenshtein(word, name),
    };
    // A third of the letters wrong is still a slip; more is another word.
    let near = (names.iter())
        .map(|name| (distance(name), *name))
        .filter(|(distance, name)| distance * 3 <= name.chars().count())
        .min();
    match near {
        Some((_, name)) => format!("there is no {what}; the nearest is {name:?}"),
        None => format!("there is no {what}; there are: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::course;
    use super::*;

    #[test]
    fn selects_labs_and_steps() {
        let root = course(&[("labs/00-hello", "Hello"), ("labs/01-echo", "Echo")]);
        let catalog = Catalog::read(root.path()).unwrap();
        type Case<'a> = (&'a [&'a str], &'a [(usize, &'a [usize])]);
        let table: [Case; 5] = [
            (&[], &[(0, &[0, 1]), (1, &[0, 1])]),
            (&["echo"], &[(1, &[0, 1])]),
            (&["01-echo/second"], &[(1, &[1])]),
            (
                &["echo/second", "hello", "echo/first"],
                &[(0, &[0, 1]), (1, &[0, 1])],
            ),
            (&["hello/first", "hello"], &[(0, &[0, 1])]),
        ];
        for (words, expected) in table {
            let chosen = choose(&catalog, words).unwrap();
            let chosen: Vec<_> = chosen.iter().map(|it| (it.lab, &it.steps[..])).collect();
            assert_eq!(chosen, expected, "{words:?}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_nearest() {
        let root = course(&[("labs/00-hello", "Hello"), ("labs/01-echo", "Echo")]);
        let catalog = Catalog::read(root.path()).unwrap();
        let table = [
            ("ehco", "there is no lab \"ehco\"; the nearest is \"echo\""),
            ("zzz", "there is no lab \"zzz\"; there are: hello, echo"),
            ("", "there is no lab \"\"; there are: hello, echo"),
            (
                "echo/sec",
                "there is no step \"sec\" in echo; the nearest is \"second\"",
            ),
            (
                "echo/",
                "there is no step \"\" in echo; there are: first, second",
            ),
        ];
        for (word, expected) in table {
            assert!(
                matches!(choose(&catalog, &[word]), Err(Error::Usage(m)) if m == expected),
                "{word}"
            );
        }
    }

    fn choose(catalog: &Catalog, words: &[&str]) -> Result<Vec<Selected>, Error> {
        catalog.select(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }
}
