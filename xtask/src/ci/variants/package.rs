//! The packages of the variants: each a solution with one change, all in one workspace of their own.

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
    /// The change: a file below the solution's directory, and its new text.
    file: PathBuf,
    text: String,
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
            let text = match name == self.file {
                true => self.text.clone(),
                false => read(&file)?,
            };
            write_if_new(&package.join(name), &text)?;
        }
        Ok(())
    }
}

pub fn stubbed<'a>(
    course: &Course,
    lab: &'a Lab,
    function: &str,
    name: String,
) -> Result<(Variant<'a>, String), Error> {
    let solution = course.root.join("solutions").join(&lab.directory);
    for path in rust_files(&solution.join("src"))? {
        let source = read(&path)?;
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
        let file = Path::new("src").join(path.file_name().unwrap_or_default());
        let variant = Variant {
            lab,
            name,
            file,
            text,
        };
        return Ok((variant, todo));
    }
    Err(Error::Failed(format!(
        "solutions/{}: no file in src/ has a SOLUTION region in {function}, which lab.toml names",
        lab.directory
    )))
}

pub fn changed<'a>(
    course: &Course,
    lab: &'a Lab,
    wrong: &Wrong,
    name: String,
) -> Result<Variant<'a>, Error> {
    let path = course
        .root
        .join("solutions")
        .join(&lab.directory)
        .join(&wrong.file);
    let source = read(&path)?;
    match source.matches(&wrong.find).count() {
        1 => Ok(Variant {
            lab,
            name,
            file: wrong.file.clone().into(),
            text: source.replacen(&wrong.find, &wrong.replace, 1),
        }),
        n => Err(Error::Failed(format!(
            "tests/wrong/{}.toml: {:?}: its `find` stands {n} times in {}, expected once:\n{}",
            lab.name,
            wrong.name,
            path.display(),
            wrong.find
        ))),
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
fn write_if_new(path: &Path, text: &str) -> Result<(), Error> {
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
