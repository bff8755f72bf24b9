//! Every package that the course builds may be used by everyone who takes it.

use std::process::Command;

use serde_json::Value;

use crate::Error;
use crate::course::Course;

const ALLOWED: [&str; 10] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages of the book's program alone: nothing that a lab or the runner is built from. mdBook asks that changes
/// to its own files are published (there are none); the icons, that their maker is named, which mdBook's pages do.
const BOOK_ONLY: [(&str, &str); 2] = [
    ("mdbook-", "MPL-2.0"),
    ("font-awesome-as-a-crate", "CC-BY-4.0 AND MIT"),
];

pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(&course.root)
        .output()
        .map_err(|error| Error::Failed(format!("cannot start cargo: {error}")))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        Error::Failed(format!("cargo metadata: {error}\n{said}"))
    })?;
    let packages = metadata["packages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or(&[]);
    Ok(packages
        .iter()
        .filter(|package| {
            let (name, licence) = (&package["name"], &package["license"]);
            let licence = licence.as_str().unwrap_or("");
            !allowed(licence) && !of_the_book(name.as_str().unwrap_or(""), licence)
        })
        .map(|package| {
            format!(
                "{} has the licence {}, which is not on the list in xtask/src/ci/licences.rs",
                package["name"], package["license"]
            )
        })
        .collect())
}

fn of_the_book(name: &str, licence: &str) -> bool {
    (BOOK_ONLY.iter()).any(|(start, only)| name.starts_with(start) && licence == *only)
}

/// Whether an SPDX expression leaves a choice that is allowed. Parentheses are read as if they were not
/// there, which refuses some odd expressions and never lets one through.
fn allowed(expression: &str) -> bool {
    let flat = expression.replace(['(', ')'], "").replace('/', " OR ");
    flat.split(" AND ")
        .all(|all| all.split(" OR ").any(|one| ALLOWED.contains(&one.trim())))
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn one_allowed_choice_is_enough_and_every_part_counts() {
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert!(allowed(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND OpenSSL",
        ] {
            assert!(!allowed(bad), "{bad}");
        }
    }
}
