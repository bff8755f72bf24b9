//! The files of a lab: as its solution gives them, as they lie on disk, and from the one to the other.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;
use crate::catalog::lab_name;
use crate::strip::{Syntax, rename, strip};

/// Path below the lab's directory, and content.
pub type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// The lab that a solution gives. A file of which nothing is left is not part of it.
pub fn of_solution(course_root: &Path, solution_dir: &Path) -> Result<Tree, Error> {
    let directory = solution_dir.file_name().and_then(OsStr::to_str);
    let Some(name) = directory.map(lab_name).filter(|_| solution_dir.is_dir()) else {
        let what = format!("{} is no directory of a solution", solution_dir.display());
        return Err(Error::Failed(what));
    };
    let mut lab = Tree::new();
    for (file, bytes) in on_disk(solution_dir)? {
        let path = solution_dir.join(&file);
        let shown = path.strip_prefix(course_root).unwrap_or(&path);
        if let Some(bytes) = stripped(bytes, shown, course_root, name)? {
            lab.insert(file, bytes);
        }
    }
    Ok(lab)
}

/// What lies in `directory`; nothing if it does not exist. Hidden files and `target` belong to other tools.
pub fn on_disk(directory: &Path) -> Result<Tree, Error> {
    let mut tree = Tree::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = directory.join(&folder);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("list", &path, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| failed("list", &path, &error))?;
            let name = entry.file_name();
            if name == "target" || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let (path, file) = (entry.path(), folder.join(name));
            if path.is_dir() {
                folders.push(file);
            } else {
                let bytes = fs::read(&path).map_err(|error| failed("read", &path, &error))?;
                tree.insert(file, bytes);
            }
        }
    }
    Ok(tree)
}

/// A line for each file that is not as it should be: `src/lib.rs:24: differs ...`.
pub fn differences(wanted: &Tree, present: &Tree) -> Vec<String> {
    let mut files: Vec<&PathBuf> = wanted.keys().chain(present.keys()).collect();
    files.sort();
    files.dedup();
    files
        .into_iter()
        .filter_map(|file| {
            let shown = file.display();
            match (wanted.get(file), present.get(file)) {
                (Some(wanted), Some(present)) if wanted == present => None,
                (Some(wanted), Some(present)) => {
                    Some(format!("{shown}:{}", first_difference(wanted, present)))
                }
                (Some(_), None) => Some(format!("{shown}: missing")),
                _ => Some(format!("{shown}: not in the solution")),
            }
        })
        .collect()
}

/// Makes `into` hold these files. What is right already is not touched, so that cargo need not build it anew.
///
/// A directory appears whole or not at all: one without its `Cargo.toml` would lock cargo out of the workspace.
pub fn write(tree: &Tree, into: &Path) -> Result<(), Error> {
    if into.exists() {
        return update(tree, into);
    }
    // Hidden, so that the workspace's `labs/[0-9]*` does not see it.
    let new = beside(into);
    if new.exists() {
        fs::remove_dir_all(&new).map_err(|error| failed("remove", &new, &error))?;
    }
    update(tree, &new)?;
    fs::rename(&new, into).map_err(|error| failed("write", into, &error))
}

fn update(tree: &Tree, directory: &Path) -> Result<(), Error> {
    let present = on_disk(directory)?;
    for (file, bytes) in tree {
        if present.get(file) == Some(bytes) {
            continue;
        }
        let path = directory.join(file);
        let new = beside(&path);
        fs::create_dir_all(path.parent().unwrap_or(directory))
            .and_then(|()| fs::write(&new, bytes))
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|error| failed("write", &path, &error))?;
    }
    for file in present.keys().filter(|file| !tree.contains_key(*file)) {
        let path = directory.join(file);
        fs::remove_file(&path).map_err(|error| failed("remove", &path, &error))?;
        // Folders go with their last file; the first that still holds something ends this.
        let folders = path.ancestors().skip(1).take_while(|it| *it != directory);
        for folder in folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
    Ok(())
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new"))
}

fn stripped(bytes: Vec<u8>, path: &Path, root: &Path, lab: &str) -> Result<Option<Vec<u8>>, Error> {
    let syntax = match path.extension().and_then(OsStr::to_str) {
        Some("rs") => Some(Syntax::Rust),
        _ if path.ends_with("Cargo.toml") => Some(Syntax::Toml),
        _ => None,
    };
    let text = match (String::from_utf8(bytes), syntax) {
        (Ok(text), _) => text,
        (Err(not_text), None) => return Ok(Some(not_text.into_bytes())),
        (Err(_), Some(_)) => {
            let what = format!("{} is not UTF-8; save it as that", path.display());
            return Err(Error::Failed(what));
        }
    };
    let Some(syntax) = syntax else {
        return Ok(Some(rename(&text, lab).into_bytes()));
    };
    let left = strip(&text, syntax).map_err(|error| {
        Error::Failed(format!("{}:{}: {}", path.display(), error.line, error.what))
    })?;
    if left.trim().is_empty() && !text.trim().is_empty() {
        return Ok(None);
    }
    let left = rename(&left, lab);
    match syntax {
        Syntax::Rust => format(&left, path, root).map(Some),
        Syntax::Toml => Ok(Some(left.into_bytes())),
    }
}

/// rustfmt over one file's text. It reads stdin, so that it does not follow `mod` to other files.
fn format(source: &str, path: &Path, root: &Path) -> Result<Vec<u8>, Error> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            Error::Failed(format!(
                "cannot run rustfmt: {error}; install it with: rustup component add rustfmt"
            ))
        })?;
    // rustfmt reads everything before it writes, so neither side waits for the other. When it ends
    // early, its own words say more than the failed write.
    if let Some(mut stdin) = rustfmt.stdin.take() {
        let _ = stdin.write_all(source.as_bytes());
    }
    let done = rustfmt
        .wait_with_output()
        .map_err(|error| Error::Failed(format!("cannot read from rustfmt: {error}")))?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    Err(Error::Failed(format!(
        "{}: rustfmt refuses what is left of it without the solution:\n{}",
        path.display(),
        String::from_utf8_lossy(&done.stderr).trim_end()
    )))
}

fn first_difference(wanted: &[u8], present: &[u8]) -> String {
    let (wanted, present) = (
        String::from_utf8_lossy(wanted),
        String::from_utf8_lossy(present),
    );
    // `split` and not `lines`: a missing line end at the end of the file is a difference too.
    let (mut wanted, mut present) = (wanted.split('\n'), present.split('\n'));
    let mut line = 1;
    loop {
        let (should, is) = (wanted.next(), present.next());
        if should != is || should.is_none() {
            return format!(
                "{line}: differs from the solution\n  is:        {}\n  should be: {}",
                is.unwrap_or("(end of file)"),
                should.unwrap_or("(end of file)")
            );
        }
        line += 1;
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::Failed(format!("cannot {what} {}: {error}", path.display()))
}
