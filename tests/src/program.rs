//! The learner's program, as the test sees it: arguments, stdin, stdout, how it ends.

use std::cell::{RefCell, RefMut};
use std::ffi::{OsStr, OsString};
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::Duration;

use keeper::{How, Kept, Limits, Start};

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::connection::{described, first_difference};
use crate::hex;
use crate::stage::{Captured, Running, STUCK, Stage};
use crate::story::{count, grouped};
use crate::{KIB, MIB, system};

/// What a program may print to stdout before it is stopped, unless the test expects more.
const MAX_STDOUT: usize = MIB;
/// The longest line that a test reads from stdout.
const MAX_LINE: usize = 64 * 1024;
/// How long a piece may stay in stdin unread before the next one follows anyway.
const PIECE: Duration = Duration::from_millis(250);
/// Between two looks at stdin. A program that waits for input has read it in less.
const LOOK: Duration = Duration::from_micros(100);
/// The line by which a server says where it listens.
const LISTENING: &str = "listening on ";

pub struct Program {
    stage: Rc<RefCell<Stage>>,
    index: usize,
}

/// A program about to be started.
pub struct Starting {
    pub(crate) stage: Rc<RefCell<Stage>>,
    pub(crate) args: Vec<OsString>,
    pub(crate) limits: Limits,
    pub(crate) input: bool,
    pub(crate) stdout: usize,
    pub(crate) may_panic: Option<&'static str>,
}

impl Starting {
    pub(crate) fn new(stage: &Rc<RefCell<Stage>>, args: &[&str]) -> Self {
        Self {
            stage: Rc::clone(stage),
            args: args.iter().map(OsString::from).collect(),
            limits: Limits::default(),
            input: false,
            stdout: MAX_STDOUT,
            may_panic: None,
        }
    }

    /// Its stdin is a pipe from the test instead of nothing.
    pub fn with_input(mut self) -> Self {
        self.input = true;
        self
    }

    /// It may print this many bytes.
    pub fn printing_up_to(mut self, bytes: usize) -> Self {
        self.stdout = bytes;
        self
    }

    /// It may have this many descriptors open, stdin, stdout and stderr included.
    pub fn with_open_files(mut self, n: u64) -> Self {
        self.limits.open_files = Some(n);
        self
    }

    /// The test will ask for panics; their messages begin with this.
    pub fn that_may_panic(mut self, message: &'static str) -> Self {
        self.may_panic = Some(message);
        self
    }

    /// Its address space is limited, so that memory which is asked for and never touched counts too.
    pub fn with_address_space(mut self, bytes: usize) -> Self {
        self.limits.address_space = Some(bytes as u64);
        self
    }

    pub fn start(self) -> Program {
        let stage = &mut *self.stage.borrow_mut();
        let running = self
            .run(stage)
            .expect("the program can be started under its keeper");
        let args: Vec<_> = self.args.iter().map(|arg| arg.to_string_lossy()).collect();
        let again = match stage.programs.len() {
            0 => String::new(),
            n => format!(" (start {})", n + 1),
        };
        stage
            .story
            .tell(format!("started your program{again}: {}", args.join(" ")));
        stage.programs.push(running);
        Program {
            stage: Rc::clone(&self.stage),
            index: stage.programs.len() - 1,
        }
    }

    fn run(&self, stage: &Stage) -> io::Result<Running> {
        let (stdin, input) = match self.input {
            true => {
                let (read, write) = io::pipe()?;
                (OwnedFd::from(read), Some(nonblocking(write.into())?))
            }
            false => (std::fs::File::open("/dev/null")?.into(), None),
        };
        let (out, stdout) = io::pipe()?;
        let (err, stderr) = io::pipe()?;
        let home = stage.setup.run.join("home");
        std::fs::create_dir_all(&home)?;
        let kept = Kept::start(Start {
            keeper: &stage.setup.keeper,
            program: &stage.setup.program,
            args: &self.args,
            environment: &environment(home.as_os_str()),
            directory: &home,
            limits: self.limits,
            streams: [stdin, stdout.into(), stderr.into()],
        })?;
        Ok(Running {
            kept,
            address: None,
            ended: None,
            stdin: input,
            input: Vec::new(),
            fed: 0,
            input_ends: false,
            stdout: Captured::new(nonblocking(out.into())?, self.stdout),
            stderr: Captured::stderr(nonblocking(err.into())?),
            may_panic: self.may_panic,
        })
    }
}

impl Program {
    /// Waits until the program says where it listens.
    pub fn listens(&self) -> SocketAddr {
        let expected = format!("a line \"{LISTENING}ADDRESS\" on stdout");
        let line = self.line(&expected);
        let stage = &mut *self.on_stage();
        match line.strip_prefix(LISTENING).map(str::parse::<SocketAddr>) {
            Some(Ok(address)) if address.port() == 0 => {
                stage.story.tell(format!("stdout: {line:?}"));
                let expected = format!("{expected}, with the port that it has become");
                let problem = Problem::new(CauseId::OutputDiffers, expected, format!("{line:?}"));
                stage.fail(problem.likely(
                    "Port 0 means \"any free port\". Which one it has become, the socket knows once it is bound.",
                ))
            }
            Some(Ok(address)) => {
                stage.programs[self.index].address = Some(address);
                stage.story.tell(format!("it listens on {address}"));
                address
            }
            _ => stage.fail(Problem::new(
                CauseId::OutputDiffers,
                expected,
                format!("{line:?}"),
            )),
        }
    }

    /// Asks the program to end (SIGTERM).
    pub fn terminate(&self) {
        let stage = &mut *self.on_stage();
        stage.programs[self.index].kept.terminate();
        stage.story.tell("asked your program to end (SIGTERM)");
    }

    /// Gives the program more to read; it is written while the test waits for something.
    pub fn feed(&self, bytes: &[u8]) {
        let stage = &mut *self.on_stage();
        stage.programs[self.index].input.extend_from_slice(bytes);
        stage.story.tell(format!("stdin: {}", described(bytes)));
    }

    /// Feeds each piece only when the program has read the one before, so that no read sees two of them.
    ///
    /// Returns when all is read. Stdin stays open.
    pub fn feed_piece_by_piece(&self, pieces: &[&[u8]]) {
        let stage = &mut *self.on_stage();
        let mut seen = true;
        for piece in pieces {
            stage.programs[self.index].input.extend_from_slice(piece);
            // A program that leaves one piece unread is not waited for again.
            seen = seen && wait_until_read(stage, self.index);
        }
        let weaker = match seen {
            true => "each after the one before was read",
            false => {
                "one after the other (this system or your program did not show whether each was read alone)"
            }
        };
        stage.story.tell(format!(
            "stdin: {} in {}, {weaker}",
            described(&pieces.concat()),
            count(pieces.len(), "piece")
        ));
    }

    /// Ends the program's stdin after what it was fed.
    pub fn end_input(&self) {
        let stage = &mut *self.on_stage();
        stage.programs[self.index].input_ends = true;
        stage.story.tell("stdin: the end");
    }

    /// Waits for a line with a number between two words, and returns the number.
    pub fn says_number(&self, before: &str, after: &str) -> u64 {
        let expected = format!("a line \"{before}N{after}\" on stdout");
        let line = self.line(&expected);
        let number = line
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after)?.parse().ok());
        let stage = &mut *self.on_stage();
        match number {
            Some(number) => {
                stage.story.tell(format!("stdout: {line:?}"));
                number
            }
            None => stage.fail(Problem::new(
                CauseId::OutputDiffers,
                expected,
                format!("{line:?}"),
            )),
        }
    }

    /// Waits for the next line of stdout, and returns it without its end.
    pub fn says_line(&self, expected: &str) -> String {
        let line = self.line(expected);
        let stage = &mut *self.on_stage();
        stage
            .story
            .tell(format!("stdout: {}", described(line.as_bytes())));
        line
    }

    /// Waits until stdout says exactly this next; stdout stays open.
    pub fn expect_printed(&self, wanted: &[u8]) {
        self.expect_stdout(wanted, false);
    }

    /// Waits until stdout says exactly this next, and then ends.
    pub fn expect_output(&self, wanted: &[u8]) {
        self.expect_stdout(wanted, true);
    }

    /// Waits until the program ends with this exit status.
    pub fn expect_exit(&self, wanted: i32) {
        self.expect_exit_where(&format!("exit status {wanted}"), |code| code == wanted);
    }

    /// Waits until the program ends and says by its exit status that the peer or the data was wrong.
    pub fn expect_failure(&self) {
        self.expect_exit_where("exit status 1: something went wrong", |code| code == 1);
    }

    /// Requires that stderr holds this word.
    pub fn expect_on_stderr(&self, word: &str) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(STUCK);
        let said = stage.wait(Some(window), |stage| {
            let stderr = String::from_utf8_lossy(&stage.programs[i].stderr.bytes);
            stderr.contains(word).then_some(())
        });
        if said.is_err() {
            stage
                .story
                .tell(format!("stderr: looked for {word:?}; it is not there"));
            stage.fail(Problem::new(
                CauseId::OutputDiffers,
                format!("{word:?} on stderr"),
                "a message without it".to_string(),
            ))
        }
    }

    /// Waits for a whole line on stderr, whatever it says; a panic is no such line.
    pub fn expect_a_line_on_stderr(&self, about: &str) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(STUCK);
        let came = stage.wait(Some(window), |stage| {
            stage.programs[i]
                .stderr
                .bytes
                .contains(&b'\n')
                .then_some(())
        });
        let stderr = String::from_utf8_lossy(&stage.programs[i].stderr.bytes);
        let panicked = stderr.contains("panicked at ");
        if came.is_err() || panicked {
            stage
                .story
                .tell(format!("stderr: waited for a line {about}"));
            let expected = format!("a line {about} on stderr");
            let got = if panicked { "a panic" } else { "nothing" };
            stage.fail(Problem::new(
                CauseId::OutputDiffers,
                expected,
                got.to_string(),
            ))
        }
    }

    /// What the program has written to stderr so far.
    pub fn stderr(&self) -> String {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        String::from_utf8_lossy(&stage.programs[self.index].stderr.bytes).into_owned()
    }

    /// User and system time so far; `None` where the system does not tell.
    pub fn cpu(&self) -> Option<Duration> {
        system::cpu(self.stage.borrow().programs[self.index].kept.pid())
    }

    /// The most memory that it has had so far, in bytes; `None` where the system does not tell.
    pub fn memory(&self) -> Option<usize> {
        system::memory(self.stage.borrow().programs[self.index].kept.pid())
    }

    /// Requires that the program's memory has not grown with what passed through it since it was `before`.
    ///
    /// `before` is an earlier [`Program::memory`]; a program may well have a buffer or two of its own.
    pub fn expect_steady_memory(&self, before: Option<usize>, passed: usize) {
        let Some(grown) = self
            .memory()
            .zip(before)
            .map(|(now, before)| now.saturating_sub(before))
        else {
            return;
        };
        let stage = &mut *self.on_stage();
        let may = passed / 2;
        stage.story.tell(format!(
            "its memory grew by {} KiB while {} passed through it",
            grouped(grown / KIB),
            count(passed, "byte")
        ));
        if grown > may {
            stage.fail(Problem::new(
                CauseId::Overspent,
                format!(
                    "memory that does not grow with the bytes: at most {} KiB more",
                    grouped(may / KIB)
                ),
                format!("{} KiB more", grouped(grown / KIB)),
            ))
        }
    }

    fn expect_stdout(&self, wanted: &[u8], to_the_end: bool) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let mut same = 0;
        let outcome = stage.wait(None, |stage| {
            let stdout = &stage.programs[i].stdout;
            let come = stdout.untaken();
            let n = come.len().min(wanted.len());
            let differs = come[same..n] != wanted[same..n];
            same = n;
            let extra = to_the_end && come.len() > wanted.len();
            let whole = n == wanted.len() && !to_the_end;
            (differs || extra || whole || stdout.pipe.is_none()).then_some(())
        });
        let come = stage.programs[i].stdout.untaken().to_vec();
        let end = if to_the_end { ", then its end" } else { "" };
        let expected = format!("{} on stdout{end}", described(wanted));
        let got = described(&come);
        if let Some(at) = first_difference(&come, wanted) {
            stage.story.tell(format!(
                "stdout: waited for {}; {got} came",
                described(wanted)
            ));
            let problem = Problem::new(CauseId::OutputDiffers, expected, got);
            stage.fail(problem.bytes(hex::difference(wanted, &come, at)))
        }
        match outcome {
            Ok(()) if come.len() >= wanted.len() && !(to_the_end && come.len() > wanted.len()) => {
                stage
                    .story
                    .tell(format!("stdout: got {}{end}", described(wanted)));
                stage.programs[i].stdout.taken += wanted.len();
            }
            Ok(()) if come.len() > wanted.len() => {
                stage.story.tell(format!(
                    "stdout: waited for {}; {got} came",
                    described(wanted)
                ));
                let problem = Problem::new(CauseId::OutputDiffers, expected, got);
                stage.fail(problem.bytes(hex::difference(wanted, &come, wanted.len())))
            }
            Ok(()) => {
                stage.story.tell(format!(
                    "stdout: waited for {}; {got} came, then the end of stdout",
                    described(wanted)
                ));
                let got = format!("{got}, then the end of stdout");
                // Stdout ends with the program; why that ended is the better answer.
                stage.fail(Problem::new(CauseId::ClosedEarly, expected, got))
            }
            Err(stopped) => {
                stage.story.tell(format!(
                    "stdout: waited {:.1} s for {}; {got} came",
                    stopped.waited.as_secs_f64(),
                    described(wanted)
                ));
                let problem = blame::stopped(stage, stopped, None, expected, got);
                stage.fail(problem)
            }
        }
    }

    /// The stage, with this program as the one to blame.
    pub(crate) fn on_stage(&self) -> RefMut<'_, Stage> {
        let mut stage = self.stage.borrow_mut();
        stage.about = self.index;
        stage
    }

    fn expect_exit_where(&self, wanted: &str, right: impl Fn(i32) -> bool) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let ended = stage.wait(None, |stage| stage.programs[i].ended);
        match ended.map(|ended| ended.how) {
            Ok(How::Exit(code)) if right(code) => {}
            Ok(how) => {
                let got = match how {
                    How::Exit(code) => format!("exit status {code}"),
                    How::Signal(signal) => format!("signal {signal}"),
                    How::KeeperKilled => "no report".to_string(),
                };
                stage.fail(Problem::new(CauseId::ExitStatus, wanted.to_string(), got))
            }
            Err(stopped) => {
                stage.story.tell(format!(
                    "waited {:.1} s for your program to end; it still runs",
                    stopped.waited.as_secs_f64()
                ));
                let mut problem = blame::stopped(
                    stage,
                    stopped,
                    None,
                    wanted.to_string(),
                    "it still runs".to_string(),
                );
                if problem.id == CauseId::NotAnswered {
                    problem = Problem::new(CauseId::NotEnded, problem.expected, problem.got);
                }
                stage.fail(problem)
            }
        }
    }

    /// The next line of stdout, without its end.
    pub(crate) fn line(&self, expected: &str) -> String {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let outcome = stage.wait(None, |stage| {
            let stdout = &mut stage.programs[i].stdout;
            let end = stdout
                .untaken()
                .iter()
                .take(MAX_LINE)
                .position(|b| *b == b'\n');
            match end {
                Some(end) => {
                    let line = String::from_utf8_lossy(&stdout.untaken()[..end]).into_owned();
                    stdout.taken += end + 1;
                    Some(Ok(line))
                }
                None => stdout.pipe.is_none().then(|| Err(stdout.untaken().len())),
            }
        });
        match outcome {
            Ok(Ok(line)) => line,
            Ok(Err(n)) => {
                let got = match n {
                    0 => "the end of stdout".to_string(),
                    n => format!(
                        "{} without the end of a line, then the end of stdout",
                        count(n, "byte")
                    ),
                };
                stage
                    .story
                    .tell(format!("stdout: waited for a line; got {got}"));
                // Stdout is closed by a program that ends; why it did is the better answer.
                stage.fail(Problem::new(
                    CauseId::ClosedEarly,
                    expected.to_string(),
                    got,
                ))
            }
            Err(stopped) => {
                let n = stage.programs[i].stdout.untaken().len();
                stage.story.tell(format!(
                    "stdout: waited {:.1} s for a line; nothing came",
                    stopped.waited.as_secs_f64()
                ));
                let got = match n {
                    0 => "nothing".to_string(),
                    n => format!("{} without the end of a line", count(n, "byte")),
                };
                let problem = blame::stopped(stage, stopped, None, expected.to_string(), got);
                stage.fail(problem)
            }
        }
    }
}

/// Waits until nothing that was fed lies in stdin unread; false if that cannot be seen.
fn wait_until_read(stage: &mut Stage, program: usize) -> bool {
    let until = stage.began.elapsed() + stage.slowed(PIECE);
    loop {
        let fed = stage.programs[program].input.is_empty();
        match stage.programs[program].unread_input() {
            Some(0) if fed => return true,
            // The program has ended, or the system does not tell.
            None => return false,
            Some(_) if stage.began.elapsed() >= until => return false,
            Some(_) => stage.turn(LOOK),
        }
    }
}

/// All that the program's environment holds.
fn environment(home: &OsStr) -> [(&OsStr, &OsStr); 6] {
    [
        ("PATH", "/usr/bin:/bin"),
        ("LANG", "C.UTF-8"),
        // Printing a backtrace takes longer than most steps.
        ("RUST_BACKTRACE", "0"),
        ("TOKIO_WORKER_THREADS", "2"),
        ("MALLOC_ARENA_MAX", "1"),
        ("HOME", ""),
    ]
    .map(|(name, value)| {
        let value = if name == "HOME" {
            home
        } else {
            OsStr::new(value)
        };
        (OsStr::new(name), value)
    })
}

fn nonblocking(pipe: OwnedFd) -> io::Result<OwnedFd> {
    rustix::io::ioctl_fionbio(&pipe, true)?;
    Ok(pipe)
}
