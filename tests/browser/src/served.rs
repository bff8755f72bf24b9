//! The book as `cargo xtask book` serves it.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use crate::DEADLINE;
use crate::browser::end_group;

/// A server of its own, with a state of its own. It ends when this is dropped.
pub struct Served {
    program: Child,
    address: String,
    state: TempDir,
    /// What it prints.
    lines: mpsc::Receiver<String>,
}

/// This checkout.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("tests/browser lies in the checkout")
}

/// Where cargo has put `xtask` and `book`, built if need be.
pub fn programs() -> &'static Path {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    PLACE.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--message-format=json",
                "-p",
                "xtask",
                "-p",
                "book",
            ])
            .args(["--bin", "xtask", "--bin", "book"])
            .current_dir(checkout())
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo starts");
        assert!(built.status.success(), "xtask and book build");
        let said = String::from_utf8(built.stdout).expect("cargo writes UTF-8");
        let messages = said
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut programs = messages.filter(|it| it["target"]["name"] == "xtask");
        let program = programs.find_map(|it| it["executable"].as_str().map(PathBuf::from));
        program
            .expect("cargo names it")
            .parent()
            .expect("a directory")
            .to_path_buf()
    })
}

impl Served {
    /// `cargo xtask book --port 0` in this checkout.
    pub fn start() -> Self {
        programs();
        let state = state();
        Self::run(
            env!("CARGO"),
            ["xtask", "book", "--port", "0"].map(Into::into).to_vec(),
            state,
        )
    }

    /// The same server for the book of another checkout, as `xtask book` starts it.
    pub fn of(root: &Path) -> Self {
        let (root, state) = (root.as_os_str(), state());
        let out = state.path().join("pages");
        let args = [
            OsStr::new("serve"),
            "--port".as_ref(),
            "0".as_ref(),
            "--root".as_ref(),
            root,
            "--state".as_ref(),
            state.path().as_os_str(),
            "--out".as_ref(),
            out.as_os_str(),
        ];
        Self::run(
            programs().join("book"),
            args.map(Into::into).to_vec(),
            state,
        )
    }

    fn run(program: impl AsRef<OsStr>, args: Vec<std::ffi::OsString>, state: TempDir) -> Self {
        let mut program = Command::new(program)
            .args(args)
            .current_dir(checkout())
            .env("COURSE_STATE", state.path())
            .env_remove("CARGO_MANIFEST_DIR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("the server starts");
        let stdout = BufReader::new(program.stdout.take().unwrap());
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| tell.send(line))
        });
        let mut served = Self {
            program,
            address: String::new(),
            state,
            lines,
        };
        let line = served.line();
        let address = line.split(' ').find(|word| word.starts_with("http://"));
        served.address = address
            .unwrap_or_else(|| panic!("no address in {line:?}"))
            .to_string();
        served
    }

    /// The next line that it prints.
    pub fn line(&self) -> String {
        self.lines
            .recv_timeout(DEADLINE)
            .expect("the server says something")
    }

    pub fn address(&self, page: &str) -> String {
        format!("{}{page}", self.address)
    }

    /// Where `grade` has to keep its results for this server to see them.
    pub fn state(&self) -> &Path {
        self.state.path()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        end_group(&mut self.program);
    }
}

fn state() -> TempDir {
    tempfile::Builder::new()
        .prefix("course-state-")
        .tempdir()
        .unwrap()
}
