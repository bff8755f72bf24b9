//! Runs the runner, with a deadline and an eye on its memory.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

use crate::course::Course;
use crate::processes;

/// The very first run builds the course, which takes a minute on a small machine.
const DEADLINE: Duration = Duration::from_secs(90);
/// Random inputs are the same in each run of a test, so that screens can be compared.
pub const SEED: &str = "7f3a";

/// A run of the runner that is still to be started.
pub struct Xtask(Command);

/// A run that is under way.
pub struct Running {
    child: Child,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

pub struct Ran {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The runner's largest resident size.
    pub peak_kib: u64,
}

impl Course {
    pub fn xtask(&self, args: &[&str]) -> Xtask {
        self.xtask_under(&[], args)
    }

    /// Started by another program, such as `sh -c 'ulimit -n 256; exec "$@"' sh`.
    pub fn xtask_under(&self, starter: &[&str], args: &[&str]) -> Xtask {
        let words: Vec<OsString> = (starter.iter().map(OsString::from))
            .chain([self.xtask.clone().into_os_string()])
            .chain(args.iter().map(OsString::from))
            .collect();
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .current_dir(&self.root)
            .env("CARGO_MANIFEST_DIR", self.root.join("xtask"))
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_NET_OFFLINE", "true")
            .env("COURSE_STATE", self.state.path())
            .env_remove("NO_COLOR")
            .env_remove("CARGO_TERM_COLOR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Xtask(command)
    }

    /// Runs the runner to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.xtask(args).run()
    }

    /// Grades with known random inputs and returns the JSON.
    pub fn graded(&self, args: &[&str]) -> Graded {
        let always = ["grade", "--format", "json", "--seed", SEED];
        self.run(&[&always, args].concat()).graded()
    }
}

impl Xtask {
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub fn env_remove(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    /// In a process group of its own, as a shell starts it; signals to the group reach what it starts.
    pub fn in_own_group(mut self) -> Self {
        use std::os::unix::process::CommandExt;
        self.0.process_group(0);
        self
    }

    /// For a test that talks to a run while it is under way.
    pub fn into_command(self) -> Command {
        self.0
    }

    pub fn start(mut self) -> Running {
        let mut child = self.0.spawn().unwrap();
        Running {
            stdout: gathered(child.stdout.take().unwrap()),
            stderr: gathered(child.stderr.take().unwrap()),
            child,
        }
    }

    pub fn run(self) -> Ran {
        self.start().ended()
    }
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end.
    pub fn ended(mut self) -> Ran {
        let mut peak_kib = 0;
        let mut code = None;
        processes::wait_for("the runner to end", DEADLINE, || {
            peak_kib = peak_kib.max(processes::peak_kib(self.child.id()).unwrap_or(0));
            let status = self.child.try_wait().unwrap();
            code = status.and_then(|status| status.code());
            status.is_some()
        });
        Ran {
            code,
            stdout: self.stdout.join().unwrap(),
            stderr: self.stderr.join().unwrap(),
            peak_kib,
        }
    }
}

impl Ran {
    pub fn graded(self) -> Graded {
        let json = serde_json::from_str(&self.stdout);
        let json = json.unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr));
        Graded { json, ran: self }
    }
}

/// What `--format json` said.
pub struct Graded {
    pub json: Value,
    pub ran: Ran,
}

impl Graded {
    pub fn lab(&self, lab: &str) -> &Value {
        let labs = self.json["labs"].as_array().unwrap();
        let found = labs.iter().find(|it| it["id"] == lab);
        found.unwrap_or_else(|| panic!("no {lab} in {:#}", self.json))
    }

    pub fn earned(&self, lab: &str) -> u64 {
        self.lab(lab)["earned"].as_u64().unwrap()
    }

    pub fn step(&self, word: &str) -> &Value {
        let (lab, step) = word.split_once('/').unwrap();
        let steps = self.lab(lab)["steps"].as_array().unwrap();
        let found = steps.iter().find(|it| it["id"] == step);
        found.unwrap_or_else(|| panic!("no {word} in {:#}", self.json))
    }

    /// The verdicts of a lab's steps, in order.
    pub fn verdicts(&self, lab: &str) -> Vec<&str> {
        let steps = self.lab(lab)["steps"].as_array().unwrap();
        steps
            .iter()
            .map(|step| step["verdict"].as_str().unwrap())
            .collect()
    }
}

/// Reads in a thread of its own: a full pipe would stop the runner.
fn gathered(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
