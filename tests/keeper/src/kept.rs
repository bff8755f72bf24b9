//! The starter's side: a program that runs under a keeper.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::protocol;

/// A keeper that says nothing for this long is broken. Starting takes about a millisecond.
const START_DEADLINE: Duration = Duration::from_secs(10);

/// Killing and burying a family of processes takes milliseconds. A keeper that takes longer has been stopped.
const END_DEADLINE: Duration = Duration::from_secs(3);
const GONE: Ended = Ended {
    how: How::KeeperKilled,
    cpu_ms: 0,
    left_over: 0,
};

/// What to start, and in which surroundings.
pub struct Start<'a> {
    pub keeper: &'a Path,
    pub program: &'a Path,
    pub args: &'a [OsString],
    /// The whole environment: nothing is inherited.
    pub environment: &'a [(&'a OsStr, &'a OsStr)],
    pub directory: &'a Path,
    pub limits: Limits,
    /// The program's stdin, stdout and stderr.
    pub streams: [OwnedFd; 3],
}

/// Limits that the program and all it starts must keep; `None` leaves what the system has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Bytes of address space (RLIMIT_AS).
    pub address_space: Option<u64>,
    /// Open descriptors (RLIMIT_NOFILE).
    pub open_files: Option<u64>,
}

/// A running program with its keeper. Dropping it ends the program and everything it started.
pub struct Kept {
    control: UnixStream,
    keeper: Child,
    pid: u32,
    line: Vec<u8>,
    ended: Option<Ended>,
}

/// How a program ended, and what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub how: How,
    /// User and system time of the program and of those children it waited for, in milliseconds.
    pub cpu_ms: u64,
    /// Processes that still ran when it ended; they have been killed.
    pub left_over: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Exit(i32),
    Signal(i32),
    /// The keeper went away without a report: only the program can have done that.
    KeeperKilled,
}

impl Kept {
    /// Starts the program; returns when it runs.
    pub fn start(start: Start) -> io::Result<Self> {
        let (control, theirs) = UnixStream::pair()?;
        let mut command = Command::new(start.keeper);
        for (option, limit) in [
            ("--address-space", start.limits.address_space),
            ("--open-files", start.limits.open_files),
        ] {
            if let Some(limit) = limit {
                command.arg(option).arg(limit.to_string());
            }
        }
        command
            .arg("--")
            .arg(start.program)
            .args(start.args)
            .env_clear()
            .envs(start.environment.iter().copied())
            .current_dir(start.directory)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A Ctrl-C at the terminal is for the runner, which then ends what it started.
            .process_group(0);
        let keeper = command.spawn().map_err(|error| {
            io::Error::other(format!("cannot start {}: {error}", start.keeper.display()))
        })?;
        let mut kept = Self {
            control,
            keeper,
            pid: 0,
            line: Vec::new(),
            ended: None,
        };
        // It holds the keeper's end of the connection; with that open, the keeper's death would not be seen.
        drop(command);
        protocol::send_streams(&kept.control, &start.streams)?;
        drop(start.streams);
        kept.pid = kept.wait_until_started(start.program)?;
        kept.control.set_nonblocking(true)?;
        Ok(kept)
    }

    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Becomes readable when [`Kept::ended`] has news.
    pub fn news(&self) -> BorrowedFd<'_> {
        self.control.as_fd()
    }

    /// How the program ended, or `None` while it runs. Never blocks.
    pub fn ended(&mut self) -> Option<Ended> {
        let mut buffer = [0; 256];
        while self.ended.is_none() {
            match self.control.read(&mut buffer) {
                Ok(0) => self.set_ended(),
                Ok(n) => self.line.extend_from_slice(&buffer[..n]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The keeper died with unread bytes of ours.
                Err(_) => self.set_ended(),
            }
        }
        self.ended
    }

    /// Asks the program to end (SIGTERM).
    pub fn terminate(&mut self) {
        // A keeper that is gone cannot be asked, and `ended` will say so.
        let _ = self.control.write(&[protocol::TERMINATE]);
    }

    /// Ends the program now (SIGKILL), and waits for the report.
    pub fn end(&mut self) -> Ended {
        let _ = self.control.write(&[protocol::KILL]);
        // The keeper answers within milliseconds; one that does not is as good as gone.
        let _ = self.control.set_nonblocking(false);
        let _ = self.control.set_read_timeout(Some(END_DEADLINE));
        let ended = self.ended().unwrap_or_else(|| {
            let _ = self.keeper.kill();
            GONE
        });
        self.ended = Some(ended);
        ended
    }

    fn set_ended(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        self.ended = Some(protocol::read_ended(&line).unwrap_or(GONE));
    }

    fn wait_until_started(&mut self, program: &Path) -> io::Result<u32> {
        self.control.set_read_timeout(Some(START_DEADLINE))?;
        let mut lines = BufReader::new(&self.control);
        let mut line = String::new();
        lines.read_line(&mut line)?;
        // The program may have ended already: what followed the first line is kept.
        self.line = lines.buffer().to_vec();
        if line.is_empty() && self.keeper.wait()?.signal().is_some() {
            // The program was quicker than its keeper, which it has killed.
            self.ended = Some(GONE);
            return Ok(0);
        }
        line.strip_prefix("started ")
            .and_then(|pid| pid.trim_end().parse().ok())
            .ok_or_else(|| io::Error::other(format!("{}: {}", program.display(), line.trim_end())))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // The keeper takes this for the end, and closes its own side when nothing lives below it any more.
        let _ = self.control.shutdown(std::net::Shutdown::Write);
        let _ = self.control.set_nonblocking(false);
        let _ = self.control.set_read_timeout(Some(END_DEADLINE));
        loop {
            match self.control.read(&mut [0; 256]) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    // Stopped by what it should watch; this it cannot stop.
                    let _ = self.keeper.kill();
                    break;
                }
            }
        }
        let _ = self.keeper.wait();
    }
}

/// Waits until `news` is readable, at most `timeout`.
pub fn wait_readable(news: BorrowedFd, timeout: Duration) -> io::Result<()> {
    let timeout = Timespec {
        tv_sec: timeout.as_secs() as i64,
        tv_nsec: timeout.subsec_nanos().into(),
    };
    match poll(
        &mut [PollFd::from_borrowed_fd(news, PollFlags::IN)],
        Some(&timeout),
    ) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
