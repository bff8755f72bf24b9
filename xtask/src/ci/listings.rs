//! Every listing of the book is a program: Rust compiles, Python and shell parse, JSON is JSON.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::fences::{self, Fence};
use crate::Error;
use crate::course::Course;

/// Blocks that are no listing, or that another check reads.
const OTHER: [&str; 4] = ["text", "console", "sequence", "layout"];

pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let directory = course.target.join("listings");
    let failed = |error: io::Error| Error::Failed(format!("{}: {error}", directory.display()));
    let (mut breaches, mut rust) = (Vec::new(), BTreeMap::new());
    for fence in fences::read(course)? {
        let what = match fence.kind.as_str() {
            "rust" if included(&fence.text) => None,
            "rust" | "rust,compile_fail" => {
                rust.insert(format!("{}-{}", fence.chapter, fence.line), fence);
                continue;
            }
            "python" => parses(&fence, &directory, "py", &["python3", "-m", "py_compile"])
                .map_err(failed)?,
            "sh" => parses(&fence, &directory, "sh", &["sh", "-n"]).map_err(failed)?,
            "json" => serde_json::from_str::<Value>(&fence.text)
                .err()
                .map(|error| error.to_string()),
            "toml" => toml::from_str::<toml::Table>(&fence.text)
                .err()
                .map(|error| error.to_string()),
            kind if OTHER.contains(&kind) => None,
            kind => Some(format!(
                "{kind:?} is no kind of block that anything checks; see xtask/src/ci/listings.rs"
            )),
        };
        breaches.extend(what.map(|what| format!("{}: {what}", fence.place())));
    }
    breaches.extend(compiled(course, &directory.join("rust"), &rust)?);
    Ok(breaches)
}

/// Taken out of code that cargo builds anyway. That the include brings something is the check of the built book.
fn included(text: &str) -> bool {
    let built = ["{{#include ../../solutions/", "{{#include ../../tests/"];
    !text.is_empty()
        && text
            .lines()
            .all(|line| built.iter().any(|it| line.starts_with(it)))
}

/// What a program that reads the listing without running it says against it.
fn parses(
    fence: &Fence,
    directory: &Path,
    end: &str,
    program: &[&str],
) -> io::Result<Option<String>> {
    fs::create_dir_all(directory)?;
    let file = directory.join(format!("{}-{}.{end}", fence.chapter, fence.line));
    fs::write(&file, &fence.text)?;
    let said = Command::new(program[0])
        .args(&program[1..])
        .arg(&file)
        .output()?;
    Ok((!said.status.success()).then(|| String::from_utf8_lossy(&said.stderr).trim().to_string()))
}

/// One package with a program for each listing, and one cargo call.
fn compiled(
    course: &Course,
    package: &Path,
    listings: &BTreeMap<String, Fence>,
) -> Result<Vec<String>, Error> {
    let failed = |error: io::Error| Error::Failed(format!("{}: {error}", package.display()));
    write_package(course, package, listings).map_err(failed)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "check",
            "--quiet",
            "--offline",
            "--keep-going",
            "--bins",
            "--message-format=json",
        ])
        .arg("--target-dir")
        .arg(package.join("target"))
        .current_dir(package)
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .map_err(failed)?;
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if message["message"]["level"] == "error" {
            let name = message["target"]["name"].as_str().unwrap_or_default();
            let words = message["message"]["rendered"].as_str().unwrap_or_default();
            said.entry(name.to_string()).or_default().push_str(words);
        }
    }
    if said.is_empty() && !output.status.success() {
        return Err(Error::Failed(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let breaches = listings.iter().filter_map(|(name, fence)| {
        let what = match (fence.kind.as_str(), said.get(name)) {
            ("rust", Some(words)) => format!("does not compile:\n{words}"),
            ("rust,compile_fail", None) => {
                "compiles, and the chapter says that it does not".to_string()
            }
            _ => return None,
        };
        Some(format!("{}: {what}", fence.place()))
    });
    Ok(breaches.collect())
}

fn write_package(
    course: &Course,
    package: &Path,
    listings: &BTreeMap<String, Fence>,
) -> io::Result<()> {
    let programs: PathBuf = package.join("src/bin");
    match fs::remove_dir_all(&programs) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&programs)?,
    }
    for (name, fence) in listings {
        fs::write(programs.join(format!("{name}.rs")), &fence.text)?;
    }
    let manifest = fs::read_to_string(course.root.join("Cargo.toml"))?;
    // What belongs to all packages: versions, features, profiles.
    let shared = manifest
        .find("[workspace.package]")
        .map_or("", |at| &manifest[at..]);
    fs::write(
        package.join("Cargo.toml"),
        format!(
            "[package]\nname = \"listings\"\nedition.workspace = true\npublish = false\n\n\
             [dependencies]\ntokio.workspace = true\n\n[workspace]\nresolver = \"3\"\n\n{shared}"
        ),
    )?;
    fs::copy(course.root.join("Cargo.lock"), package.join("Cargo.lock")).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::included;

    #[test]
    fn only_code_that_cargo_builds_is_let_through() {
        assert!(included("{{#include ../../tests/labs/hello.rs:one}}\n"));
        assert!(!included("{{#include ../../labs/00-hello/src/lib.rs}}\n"));
        assert!(
            !included("{{#include ../../tests/labs/hello.rs:one}}\nfn main() {}\n")
                && !included("")
        );
    }
}
