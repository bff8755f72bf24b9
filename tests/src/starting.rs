//! A program about to be started: arguments, limits, streams, environment.

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;

use keeper::{Kept, Limits, Start};

use crate::captured::Captured;
use crate::stage::{Running, Stage};
use crate::{MIB, Program};

/// What a program may print to stdout before it is stopped, unless the test expects more.
const MAX_STDOUT: usize = MIB;

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
            recorded: None,
        })
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
