//! What a test is pointed at: by the runner through the environment, or, under plain `cargo test`, the
//! solutions, which are built once.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// Everything that a [`Bench`](crate::Bench) needs to know from outside.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The program to be driven.
    pub program: PathBuf,
    pub keeper: PathBuf,
    /// Where the verdict goes; without it, a failure is printed.
    pub report: Option<PathBuf>,
    /// Where the wire record and the program's scratch directory go.
    pub run: PathBuf,
    /// The `todo!`s that mean "this step is not written yet", as `lib.rs:36`; without it, any does.
    pub todos: Option<Vec<String>>,
    /// Random inputs follow from this and the test's name.
    pub seed: u64,
    /// The time for the whole step, `slow` included.
    pub deadline: Duration,
    /// How many times slower than usual this machine is taken to be.
    pub slow: u32,
}

/// The runner says how long a step may take; a plain `cargo test` runs many at a time, and does not know.
pub const DEADLINE: Duration = Duration::from_secs(20);

impl Setup {
    pub fn from_environment(lab: &str) -> Self {
        let path = |name| env::var_os(name).map(PathBuf::from);
        let number = |name: &str| {
            env::var(name)
                .ok()
                .and_then(|text| text.parse::<u64>().ok())
        };
        let slow = number("COURSE_SLOW").map_or(1, |n| n.clamp(1, 1000) as u32);
        let deadline = number("COURSE_DEADLINE_MS").map_or(DEADLINE, Duration::from_millis) * slow;
        let (program, keeper) = match (path("COURSE_PROGRAM"), path("COURSE_KEEPER")) {
            (Some(program), Some(keeper)) => (program, keeper),
            _ => {
                let built = Built::once();
                (
                    built.program(&format!("solution-{lab}")),
                    built.program("keeper"),
                )
            }
        };
        Self {
            program,
            keeper,
            report: path("COURSE_REPORT"),
            todos: env::var("COURSE_TODO")
                .ok()
                .map(|places| places.split_whitespace().map(str::to_string).collect()),
            run: path("COURSE_RUN").unwrap_or_else(own_directory),
            seed: env::var("COURSE_SEED")
                .ok()
                .and_then(|hex| u64::from_str_radix(&hex, 16).ok())
                .unwrap_or_else(|| fastrand::u64(..)),
            deadline,
            slow,
        }
    }
}

/// A directory for one test of a plain `cargo test`.
fn own_directory() -> PathBuf {
    let name = std::thread::current()
        .name()
        .unwrap_or("test")
        .replace("::", "-");
    env::temp_dir().join(format!("letters-on-the-wire-{}-{name}", std::process::id()))
}

/// The programs that `cargo build` says it has made.
pub(crate) struct Built(Vec<PathBuf>);

impl Built {
    /// Cargo does not build the binaries of other packages for a test, so the first test does.
    pub(crate) fn once() -> &'static Self {
        static BUILT: OnceLock<Built> = OnceLock::new();
        BUILT.get_or_init(Self::build)
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.0
            .iter()
            .find(|path| path.file_stem().is_some_and(|stem| stem == name))
            .unwrap_or_else(|| panic!("cargo built no program named {name}"))
            .clone()
    }

    fn build() -> Self {
        let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo test"))
            .parent()
            .expect("tests/ lies in the checkout")
            .to_path_buf();
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .current_dir(&root)
            .args([
                "build",
                "--quiet",
                "--bins",
                "--message-format=json",
                "-p",
                "keeper",
                "-p",
                "hidden-tests",
            ])
            .args(solutions(&root).iter().flat_map(|name| ["-p", name]))
            .stderr(Stdio::inherit());
        let output = cargo.output().expect("cargo can be started");
        assert!(output.status.success(), "the solutions do not build");
        Self(
            String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
                .filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
                .collect(),
        )
    }
}

fn solutions(root: &Path) -> Vec<String> {
    let directories = std::fs::read_dir(root.join("solutions")).expect("solutions/ can be read");
    directories
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(format!("solution-{}", name.split_once('-')?.1)))
        .collect()
}
