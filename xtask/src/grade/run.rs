//! Runs one step: a process for the hidden test, kept, and the report that it leaves.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keeper::report::{Cause, FORMAT, Outcome, Report};
use keeper::{How, Kept, Limits, Start};

use crate::catalog::Step;
use crate::grade::results::{StepResult, Verdict};

/// A test keeps its own deadline, and gives up on a stopped keeper 3 s later. Later still it is stuck.
const STUCK_BENCH: Duration = Duration::from_secs(4);
/// How often to look whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(100);
/// What is shown of a test that left no report.
const MAX_TROUBLE: u64 = 2_000;
/// A report is some kilobytes; a larger one was not written by the test.
const MAX_REPORT: u64 = 1 << 20;
/// SIGKILL
const KILL: i32 = 9;

/// What all steps of a run share.
pub struct Engine {
    pub keeper: PathBuf,
    pub tests: PathBuf,
    pub seed: u64,
    pub slow: u32,
    /// A step leaves its records in a directory below this one.
    pub runs: PathBuf,
    pub interrupted: &'static AtomicBool,
    /// A keeper was lost, so processes that it kept may still be there.
    pub lost: AtomicBool,
}

/// One step of one program.
pub struct Job<'a> {
    pub lab: &'a str,
    pub step: &'a Step,
    pub program: PathBuf,
    /// Where the run leaves its records.
    pub directory: PathBuf,
    /// The `todo!`s that mean "this step is not written yet": `lib.rs:36`, separated by spaces.
    pub todos: String,
}

impl Engine {
    /// `None` if Ctrl-C came in between.
    pub fn run(&self, job: &Job) -> Option<StepResult> {
        let outcome = self.outcome(job);
        let (step, directory) = (job.step, &job.directory);
        if self.interrupted.load(Ordering::Relaxed) {
            return None;
        }
        let mut result = StepResult::new(step, Verdict::CouldNotGrade, self.seed);
        match outcome {
            Ok(report) => {
                result.verdict = match report.outcome {
                    Outcome::Passed => Verdict::Passed,
                    Outcome::Failed => Verdict::Failed,
                    Outcome::TimedOut => Verdict::TimedOut,
                    Outcome::Crashed => Verdict::Crashed,
                };
                result.cause = report.cause;
                result.story = report.story;
                result.cpu_ms = report.cpu_ms;
                if directory.join("wire.txt").is_file() {
                    result.wire = Some(directory.display().to_string());
                }
            }
            Err(trouble) => result.trouble = Some(trouble),
        }
        Some(result)
    }

    fn outcome(&self, job: &Job) -> Result<Report, String> {
        let Job { lab, step, .. } = job;
        let directory = &job.directory;
        fresh(directory).map_err(|error| {
            format!("cannot make the directory {}: {error}", directory.display())
        })?;
        let report = directory.join("report.json");
        let words = directory.join("test.log");
        let log = File::create(&words).map_err(|error| error.to_string())?;
        let again = log.try_clone().map_err(|error| error.to_string())?;
        let nothing = File::open("/dev/null").map_err(|error| error.to_string())?;

        // A module has no hyphen in its name.
        let test = format!("{}::{}", lab.replace('-', "_"), step.id);
        let args = ["--exact", &test, "--nocapture", "--test-threads=1"].map(OsString::from);
        let title = format!("{lab}/{}", step.id);
        let (seed, slow) = (format!("{:x}", self.seed), self.slow.to_string());
        let deadline = step.deadline_ms.to_string();
        let environment: [(&str, &OsStr); 9] = [
            ("COURSE_PROGRAM", job.program.as_os_str()),
            ("COURSE_KEEPER", self.keeper.as_os_str()),
            ("COURSE_REPORT", report.as_os_str()),
            ("COURSE_RUN", directory.as_os_str()),
            ("COURSE_STEP", title.as_ref()),
            ("COURSE_TODO", job.todos.as_ref()),
            ("COURSE_SEED", seed.as_ref()),
            ("COURSE_SLOW", slow.as_ref()),
            ("COURSE_DEADLINE_MS", deadline.as_ref()),
        ];
        let kept = Kept::start(Start {
            keeper: &self.keeper,
            program: &self.tests,
            args: &args,
            environment: &environment.map(|(name, value)| (OsStr::new(name), value)),
            directory,
            limits: Limits::default(),
            streams: [nothing.into(), log.into(), again.into()],
        })
        .map_err(|error| format!("cannot start the hidden test: {error}"))?;

        let limit = Duration::from_millis(step.deadline_ms) * self.slow + STUCK_BENCH;
        let how = self.wait(kept, limit).inspect_err(|_| self.lose())?;
        if how == How::KeeperKilled {
            self.lose();
        }
        // A test never ends itself this way, and nobody else is near enough.
        if matches!(how, How::KeeperKilled | How::Signal(KILL)) {
            return Ok(killed_its_keeper(title));
        }
        match read(&report, &title) {
            Ok(report) if report.outcome != Outcome::Passed || how == How::Exit(0) => Ok(report),
            Ok(_) => Err(format!(
                "the hidden test {test} passed and then ended badly ({how:?})"
            )),
            Err(error) => Err(format!(
                "the hidden test {test} left no report: {error}\n{}",
                tail(&words)
            )),
        }
    }

    fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    fn wait(&self, mut kept: Kept, limit: Duration) -> Result<How, String> {
        let start = Instant::now();
        loop {
            if let Some(ended) = kept.ended() {
                return Ok(ended.how);
            }
            if self.interrupted.load(Ordering::Relaxed) {
                return Err("interrupted".to_string());
            }
            if start.elapsed() > limit {
                return Err(format!(
                    "the hidden test was stuck for {:.0} s",
                    limit.as_secs_f64()
                ));
            }
            keeper::wait_readable(kept.news().as_fd(), LOOK).map_err(|error| error.to_string())?;
        }
    }
}

/// An empty directory: what an earlier run left there is not this run's.
fn fresh(directory: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(directory)
}

fn read(path: &Path, test: &str) -> Result<Report, String> {
    let bytes = plain_file(path).map_err(|error| error.to_string())?;
    let report: Report = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    match report.format == FORMAT && report.test == test {
        true => Ok(report),
        false => Err(format!(
            "it is about {} in format {}",
            report.test, report.format
        )),
    }
}

/// The bytes of a file, if it is one: the program may have put a pipe or a device in its place.
fn plain_file(path: &Path) -> io::Result<Vec<u8>> {
    let seen = fs::symlink_metadata(path)?;
    if !seen.is_file() || seen.len() > MAX_REPORT {
        return Err(io::Error::other("what lies there is no report of a test"));
    }
    fs::read(path)
}

/// What the test would have reported, had the program let it.
fn killed_its_keeper(test: String) -> Report {
    Report {
        format: FORMAT,
        test,
        outcome: Outcome::Failed,
        cause: Some(Cause {
            id: "killed-its-keeper".to_string(),
            expected: "the program's end, told by its keeper".to_string(),
            got: "no word from the keeper".to_string(),
            likely: Some(
                "Your program ended the process that watches over it, or the machine ran out of memory."
                    .to_string(),
            ),
            place: None,
            bytes: Vec::new(),
            stderr: Vec::new(),
        }),
        story: Vec::new(),
        cpu_ms: 0,
    }
}

fn tail(log: &Path) -> String {
    let mut words = Vec::new();
    if let Ok(mut file) = File::open(log) {
        let length = file.metadata().map_or(0, |seen| seen.len());
        let _ = file.seek(SeekFrom::Start(length.saturating_sub(MAX_TROUBLE)));
        let _ = file.take(MAX_TROUBLE).read_to_end(&mut words);
    }
    String::from_utf8_lossy(&words).trim().to_string()
}
