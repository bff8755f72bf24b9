//! The course that these tests grade: this checkout, with `hello` and a copy of it called `twin` as its only labs,
//! so that the screens do not change with each lab that is added to the real one.
//!
//! It lies at one place, is changed in place, and has its own target directory, so little is built anew.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Proves that spaces and letters beyond ASCII in the path do no harm.
const PLACE: &str = "the course of Zoë";
const HELLO: &str = "00-hello";
const TWIN: &str = "01-twin";

/// The files that a course is to have, by path.
pub struct Plan(BTreeMap<PathBuf, Vec<u8>>);

/// The course on disk; nobody else changes it while this lives.
pub struct Course {
    pub root: PathBuf,
    pub target: PathBuf,
    /// The runner, at the place where cargo would have put it.
    pub xtask: PathBuf,
    /// Where the runner is told to keep its state.
    pub state: TempDir,
    _lock: File,
}

impl Plan {
    /// A fresh checkout: all steps are open.
    pub fn fresh() -> Self {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = BTreeMap::new();
        for name in [
            ".cargo",
            ".gitignore",
            "Cargo.toml",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
            "book",
            "labs",
            "solutions",
        ] {
            gather(checkout, Path::new(name), &mut files);
        }
        for name in ["tests", "xtask"] {
            gather(checkout, Path::new(name), &mut files);
        }
        files.retain(|path, _| is_part(path));
        let mut plan = Self(files);
        for parent in ["labs", "solutions"] {
            plan.copy_hello(parent);
        }
        let suite = plan.text("tests/labs/hello.rs");
        plan.file(
            "tests/labs/twin.rs",
            suite.replace("new(\"hello\")", "new(\"twin\")"),
        )
        .file("tests/labs/main.rs", "mod exam;\nmod hello;\nmod twin;\n")
        // The screens name it, whether or not it is written by now.
        .file(
            "book/chapters/1b-fundamentals.md",
            "# I.B Fundamentals\n\n## What a read says\n\n<!-- quiz: post -->\n",
        )
        .file(
            "book/chapters/SUMMARY.md",
            "- [I.B Fundamentals](./1b-fundamentals.md)\n",
        )
        .file("book/quizzes/post.toml", include_str!("quiz/post.toml"))
        .file(
            "book/quizzes/proofs/bytes.py",
            "print(b'Zoe\\r\\n'.hex(' '))\n",
        )
    }

    /// Puts a file, or other text into a file.
    pub fn file(mut self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.into(), text.into());
        self
    }

    /// Replaces what stands in a file, which has to hold it.
    pub fn edit(self, path: &str, find: &str, replace: &str) -> Self {
        let text = self.text(path);
        assert!(text.contains(find), "{path} holds no {find:?}");
        self.file(path, text.replacen(find, replace, 1))
    }

    /// A learner has solved this lab.
    pub fn solved(self, directory: &str) -> Self {
        let name = &directory[3..];
        let path = |parent: &str| format!("{parent}/{directory}/src/lib.rs");
        let solution = self.text(&path("solutions"));
        self.file(
            &path("labs"),
            solution.replace(&format!("solution_{name}"), &format!("lab_{name}")),
        )
    }

    /// `hello` is the program of `rogue/program.rs` in this mode, and `twin` is solved.
    pub fn rogue(self, mode: &str) -> Self {
        self.solved(TWIN)
            .file(
                "labs/00-hello/src/main.rs",
                include_str!("rogue/program.rs"),
            )
            .file("labs/00-hello/src/mode.txt", mode)
    }

    /// Gives the first step of `hello` less time, for programs that use all of it.
    pub fn deadline_ms(self, ms: u32) -> Self {
        self.edit(
            "solutions/00-hello/lab.toml",
            "minutes = 5\n",
            &format!("minutes = 5\ndeadline_ms = {ms}\n"),
        )
    }

    pub fn text(&self, path: &str) -> String {
        let bytes = self.0.get(Path::new(path));
        let bytes = bytes.unwrap_or_else(|| panic!("{path} is not in the course"));
        String::from_utf8(bytes.clone()).unwrap()
    }

    /// Waits until no other test uses the course, and brings it to this state.
    pub fn open(self) -> Course {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(tmp).unwrap();
        let lock = File::create(tmp.join("course.lock")).unwrap();
        lock.lock().unwrap();
        let root = tmp.join(PLACE);
        write_lock_file(&root, tmp);
        self.write(&root);

        let target = tmp.join("target");
        let xtask = target.join("debug").join("xtask");
        fs::create_dir_all(target.join("debug")).unwrap();
        match fs::remove_file(&xtask) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
            _ => {}
        }
        fs::hard_link(env!("CARGO_BIN_EXE_xtask"), &xtask).unwrap();
        Course {
            root,
            target,
            xtask,
            state: tempfile::Builder::new()
                .prefix("state of ")
                .tempdir_in(tmp)
                .unwrap(),
            _lock: lock,
        }
    }

    /// What is the same already keeps its time, so that cargo has nothing to do.
    fn write(&self, root: &Path) {
        for (path, bytes) in &self.0 {
            let path = root.join(path);
            if fs::read(&path).is_ok_and(|old| old == *bytes) {
                continue;
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        for path in files_below(root) {
            if !self.0.contains_key(&path) && path != Path::new("Cargo.lock") {
                fs::remove_file(root.join(path)).unwrap();
            }
        }
        remove_empty(root);
    }

    fn copy_hello(&mut self, parent: &str) {
        let hello = Path::new(parent).join(HELLO);
        let copies: Vec<_> = self
            .0
            .iter()
            .filter_map(|(path, bytes)| {
                let rest = path.strip_prefix(&hello).ok()?;
                let text = String::from_utf8(bytes.clone()).unwrap();
                let text = ["lab-", "lab_", "solution-", "solution_"]
                    .iter()
                    .fold(text, |text, prefix| {
                        text.replace(&format!("{prefix}hello"), &format!("{prefix}twin"))
                    })
                    .replace("title = \"Hello\"", "title = \"Twin\"");
                Some((Path::new(parent).join(TWIN).join(rest), text.into_bytes()))
            })
            .collect();
        self.0.extend(copies);
    }
}

impl Course {
    /// Every file of the checkout, to be compared with a later look.
    pub fn files(&self) -> Vec<PathBuf> {
        files_below(&self.root)
    }
}

/// Of the real labs only `hello` is taken, and of the suites too.
fn is_part(path: &Path) -> bool {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    match parts.iter().map(AsRef::as_ref).collect::<Vec<_>>()[..] {
        ["labs" | "solutions", lab, ..] => {
            lab == HELLO || !lab.starts_with(|c: char| c.is_ascii_digit())
        }
        // The exam is the same whatever labs there are.
        ["tests", "labs", suite] => ["hello.rs", "exam.rs"].contains(&suite),
        ["tests", "wrong" | "peers", ..] => false,
        ["tests", "cli", file, ..] => file == "main.rs",
        ["tests", "bench", file, ..] => ["main.rs", "puppet.rs"].contains(&file),
        ["book", "chapters" | "quizzes", ..] => false,
        _ => true,
    }
}

fn gather(root: &Path, path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let full = root.join(path);
    if full.is_file() {
        // Somebody may be renaming a file over it just now.
        if let Ok(bytes) = fs::read(&full) {
            files.insert(path.into(), bytes);
        }
        return;
    }
    for entry in fs::read_dir(full).into_iter().flatten().flatten() {
        if entry.file_name() != "target" {
            gather(root, &path.join(entry.file_name()), files);
        }
    }
}

/// The lock file names the labs, so cargo changes it; it is written anew only when the real one has changed.
fn write_lock_file(root: &Path, tmp: &Path) {
    let real = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    let known = tmp.join("Cargo.lock.real");
    if !root.join("Cargo.lock").is_file() || !fs::read(&known).is_ok_and(|old| old == real) {
        fs::create_dir_all(root).unwrap();
        fs::write(root.join("Cargo.lock"), &real).unwrap();
        fs::write(known, real).unwrap();
    }
}

fn files_below(root: &Path) -> Vec<PathBuf> {
    fn walk(root: &Path, below: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(root.join(below)).into_iter().flatten() {
            let entry = entry.unwrap();
            let path = below.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => walk(root, &path, found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    walk(root, Path::new(""), &mut found);
    found.sort();
    found
}

fn remove_empty(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            remove_empty(&path);
            // Refused if something is in it.
            let _ = fs::remove_dir(path);
        }
    }
}
