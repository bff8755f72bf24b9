//! The packages of the variants: each a solution with one change, all in one workspace of their own.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::catalog::Lab;
use crate::course::Course;
use crate::grade::compile::{self, Made};
use crate::mistakes::Wrong;
use crate::strip;

/// A solution with a change.
pub struct Variant<'a> {
    pub lab: &'a Lab,
    /// The package.
    pub name: String,
    /// Files below the solution's directory, and their new texts.
    changes: HashMap<PathBuf, String>,
}

impl Variant<'_> {
    /// Writes the package: the solution, its one file changed, named so that all fit into one workspace.
    pub fn write(&self, course: &Course, workspace: &Path) -> Result<(), Error> {
        let solution = course.root.join("solutions").join(&self.lab.directory);
        let package = workspace.join(&self.name);
        let crate_name = format!("solution_{}", self.lab.name.replace('-', "_"));
        let manifest = read(&solution.join("Cargo.toml"))?
            .replace(
                &format!("\"solution-{}\"", self.lab.name),
                &format!("\"{}\"", self.name),
            )
            // The program calls its library by the solution's name.
            .replace(
                "[lib]",
                &format!("[lib]\nname = \"{crate_name}\"\npath = \"src/lib.rs\""),
            );
        write_if_new(&package.join("Cargo.toml"), &manifest)?;
        for file in rust_files(&solution.join("src"))? {
            let name = Path::new("src").join(file.file_name().unwrap_or_default());
            let text = match self.changes.get(&name) {
                Some(text) => text.clone(),
                None => read(&file)?,
            };
            write_if_new(&package.join(name), &text)?;
        }
        Ok(())
    }
}

impl<'a> Variant<'a> {
    /// The solution as it is.
    pub fn new(lab: &'a Lab, name: String) -> Self {
        let changes = HashMap::new();
        Self { lab, name, changes }
    }

    /// Puts back the `todo!` of a function, and returns its text.
    pub fn stub(&mut self, course: &Course, function: &str) -> Result<String, Error> {
        let solution = course.root.join("solutions").join(&self.lab.directory);
        for path in rust_files(&solution.join("src"))? {
            let file = Path::new("src").join(path.file_name().unwrap_or_default());
            let source = match self.changes.get(&file) {
                Some(text) => text.clone(),
                None => read(&path)?,
            };
            let text = strip::stub_only(&source, function).map_err(|error| {
                Error::Failed(format!("{}:{}: {}", path.display(), error.line, error.what))
            })?;
            let Some(text) = text else { continue };
            let (_, todo) = strip::todo_line(&text, function).ok_or_else(|| {
                Error::Failed(format!(
                    "{}: no todo! in {function} after stubbing it",
                    path.display()
                ))
            })?;
            self.changes.insert(file, text);
            return Ok(todo);
        }
        Err(Error::Failed(format!(
            "solutions/{}: no file in src/ has a SOLUTION region in {function}, which lab.toml names",
            self.lab.directory
        )))
    }

    /// As it is for somebody who works in order and has come to this step: what comes later is not written.
    pub fn stub_after(&mut self, course: &Course, step: usize) -> Result<(), Error> {
        let (written, later) = self.lab.steps.split_at(step + 1);
        let mut functions: Vec<&str> = later.iter().map(|step| step.function.as_str()).collect();
        functions.retain(|function| written.iter().all(|step| step.function != *function));
        functions.dedup();
        for function in functions {
            self.stub(course, function)?;
        }
        Ok(())
    }

    /// Makes the mistake.
    pub fn mistake(&mut self, course: &Course, wrong: &Wrong) -> Result<(), Error> {
        let solution = course.root.join("solutions").join(&self.lab.directory);
        let path = solution.join(&wrong.file);
        let source = read(&path)?;
        let n = source.matches(&wrong.find).count();
        if n != 1 {
            return Err(Error::Failed(format!(
                "tests/wrong/{}.toml: {:?}: its `find` stands {n} times in {}, expected once:\n{}",
                self.lab.name,
                wrong.name,
                path.display(),
                wrong.find
            )));
        }
        let text = source.replacen(&wrong.find, &wrong.replace, 1);
        self.changes.insert(wrong.file.clone().into(), text);
        Ok(())
    }
}

/// A workspace with the course's versions, features and profiles, over everything in `directory`.
pub fn workspace(course: &Course, directory: &Path) -> Result<(), Error> {
    let manifest = read(&course.root.join("Cargo.toml"))?;
    let at = manifest.find("[workspace.package]").ok_or_else(|| {
        Error::Failed("Cargo.toml has no [workspace.package] to copy for the variants".to_string())
    })?;
    let (_, shared) = manifest.split_at(at);
    let text = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n\n{shared}"
    );
    write_if_new(&directory.join("Cargo.toml"), &text)?;
    write_if_new(
        &directory.join("Cargo.lock"),
        &read(&course.root.join("Cargo.lock"))?,
    )
}

/// Built beside the course's own target directory, whose dependencies are the same but whose lock is not.
pub fn cargo(directory: &Path, course: &Course) -> Result<Made, Error> {
    let target = course.target.join("variants/target");
    let target = target.to_string_lossy();
    compile::cargo_build(
        directory,
        &[
            "--offline",
            "--workspace",
            "--bins",
            "--target-dir",
            &target,
        ],
    )
}

/// Packages of an earlier run that no longer exist would still be built.
pub fn remove_others(directory: &Path, variants: &[Variant]) -> Result<(), Error> {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !variants.iter().any(|variant| variant.name == name) {
            fs::remove_dir_all(entry.path()).map_err(|error| failed(&entry.path(), &error))?;
        }
    }
    Ok(())
}

fn rust_files(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(directory).map_err(|error| failed(directory, &error))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect();
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| failed(path, &error))
}

/// An unchanged file keeps its time, so cargo builds only what has changed.
pub fn write_if_new(path: &Path, text: &str) -> Result<(), Error> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::Failed(format!("{}: {error}", path.display()))
}
