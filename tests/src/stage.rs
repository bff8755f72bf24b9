//! Everything that is going on in a test, and the one loop that moves it.
//!
//! Every wait of a test is [`Stage::wait`]: it polls all sockets and pipes at once, so output never blocks a
//! program that nobody happens to read, and the end of a program is seen whatever was waited for.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::panic;
use std::time::{Duration, Instant};

use keeper::{Ended, How, Kept};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::blame::{self, Problem};
use crate::captured::Captured;
use crate::causes::CauseId;
use crate::endpoint::Endpoint;
use crate::network::Road;
use crate::quiet::{LOOK, Quiet, Reason, STUCK, Stopped};
use crate::setup::Setup;
use crate::story::{Story, grouped};
use crate::system;
use crate::wire::{Side, Wire};

/// A connection that has this much unread is not read further, so that the sender feels it.
const MAX_INBOX: usize = 80 * 1024 * 1024;
/// One read of a socket or pipe.
const READ: usize = 256 * 1024;

pub struct Stage {
    pub setup: Setup,
    pub began: Instant,
    pub story: Story,
    pub wire: Wire,
    pub programs: Vec<Running>,
    pub links: Vec<Link>,
    pub endpoints: Vec<Endpoint>,
    pub roads: Vec<Road>,
    pub doors: Vec<TcpListener>,
    /// The door where the test waits. At another one, a program that knocks would wake every wait without end.
    pub waits_at: Option<usize>,
    /// Bound and not listening: their addresses refuse.
    pub held: Vec<TcpListener>,
    pub failure: Option<Problem>,
    /// What asks for that which is expected now, and what it means if nothing comes: for the screen of a failure.
    pub rule: String,
    pub silence: Option<String>,
    /// The program that the test deals with just now: a failure is this one's.
    pub about: usize,
    /// Bytes that have moved, in any direction.
    pub moved: u64,
    buffer: Vec<u8>,
}

/// A program that was started, and what came out of it.
pub struct Running {
    pub kept: Kept,
    /// Where it says that it listens.
    pub address: Option<SocketAddr>,
    pub ended: Option<Ended>,
    pub stdin: Option<OwnedFd>,
    /// What goes to stdin; when all is `fed` and `input_ends`, stdin is closed.
    pub input: Vec<u8>,
    pub fed: usize,
    pub input_ends: bool,
    pub stdout: Captured,
    pub stderr: Captured,
    /// The index of its stdin and stdout in the wire record, once anything has gone through them.
    pub recorded: Option<usize>,
    /// Panics whose messages begin so were asked for by the test, and explain no failure.
    pub may_panic: Option<&'static str>,
}

/// The test's end of a connection.
pub struct Link {
    pub name: String,
    /// `None` once the test has closed it.
    pub stream: Option<TcpStream>,
    /// Its index in the wire record.
    pub recorded: usize,
    /// The program at its other end.
    pub program: usize,
    pub inbox: Vec<u8>,
    pub taken: usize,
    pub reading: bool,
    pub end: Option<End>,
    pub wants_to_write: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Fin,
    Reset,
}

/// The payload of the unwinding after a recorded failure.
pub struct Failed;

impl Stage {
    pub fn new(setup: Setup) -> Self {
        let began = Instant::now();
        Self {
            setup,
            began,
            story: Story::new(began),
            wire: Wire::new(),
            programs: Vec::new(),
            links: Vec::new(),
            endpoints: Vec::new(),
            roads: Vec::new(),
            doors: Vec::new(),
            waits_at: None,
            held: Vec::new(),
            failure: None,
            rule: String::new(),
            silence: None,
            about: 0,
            moved: 0,
            buffer: vec![0; READ],
        }
    }

    /// A duration of the test's own, longer on a machine that is said to be slow.
    pub fn slowed(&self, duration: Duration) -> Duration {
        duration * self.setup.slow
    }

    /// Turns the loop until `ready` returns something.
    pub fn wait<T>(
        &mut self,
        window: Option<Duration>,
        mut ready: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<T, Stopped> {
        let start = Instant::now();
        let deadline = self.began + self.setup.deadline;
        let until = window.map_or(deadline, |window| deadline.min(start + window));
        let cpu_before = self.cpu();
        let moved_before = self.moved;
        let mut quiet = Quiet::since(start, self.moved, cpu_before);
        loop {
            if let Some(value) = ready(self) {
                return Ok(value);
            }
            let now = Instant::now();
            let stuck = quiet.look(now, self) >= self.slowed(STUCK);
            if now >= until || stuck {
                let reason = match window {
                    _ if stuck && now < until => Reason::Stuck,
                    Some(window) if now < deadline && now >= start + window => Reason::Window,
                    _ => Reason::Deadline,
                };
                return Err(Stopped {
                    reason,
                    waited: now - start,
                    cpu: cpu_before.zip(self.cpu()).map(|(a, b)| b.saturating_sub(a)),
                    moved: self.moved - moved_before,
                    awake: quiet.was_awake(),
                });
            }
            self.turn((until - now).min(LOOK));
            self.refuse_floods();
        }
    }

    /// Records the failure and ends the test.
    pub fn fail(&mut self, mut problem: Problem) -> ! {
        if !self.rule.is_empty() {
            problem.expected = format!("{} ({})", problem.expected, self.rule);
        }
        if problem.id == CauseId::NotAnswered && self.silence.is_some() {
            problem.likely.clone_from(&self.silence);
        }
        let problem = blame::settle(self, problem);
        self.failure = Some(problem);
        panic::resume_unwind(Box::new(Failed))
    }

    /// Waits for something to happen, at most `timeout`, and takes everything that has.
    pub fn turn(&mut self, timeout: Duration) {
        for source in self.poll(timeout) {
            match source {
                Source::Link(i) => self.read_link(i),
                Source::Endpoint(i) => {
                    let mut buffer = std::mem::take(&mut self.buffer);
                    self.read_endpoint(i, &mut buffer);
                    self.buffer = buffer;
                }
                Source::Stdin(i) => self.write_stdin(i),
                Source::Stdout(i) => self.read_stdout(i),
                Source::Stderr(i) => {
                    self.moved += self.programs[i].stderr.read(&mut self.buffer);
                }
                Source::News(i) => self.hear(i),
                Source::Door => {}
            }
        }
    }

    /// Lets everything go on for `time`.
    pub fn turn_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            self.turn(left);
        }
    }

    /// The bytes that `link` has not been asked for yet.
    pub fn unread(&self, link: usize) -> &[u8] {
        let link = &self.links[link];
        &link.inbox[link.taken..]
    }

    pub fn take(&mut self, link: usize, n: usize) {
        let link = &mut self.links[link];
        link.taken += n;
        if link.taken == link.inbox.len() {
            link.inbox.clear();
            link.taken = 0;
        }
    }

    /// Writes what the socket takes now; the number of bytes, or `None` if the connection is gone.
    pub fn write_link(&mut self, link: usize, bytes: &[u8]) -> Option<usize> {
        let at = self.began.elapsed();
        let end = &self.links[link];
        let mut stream = end.stream.as_ref()?;
        match stream.write(bytes) {
            Ok(n) => {
                self.wire.bytes(at, end.recorded, Side::Test, &bytes[..n]);
                self.moved += n as u64;
                Some(n)
            }
            Err(error) if would_block(&error) => Some(0),
            Err(_) => None,
        }
    }

    /// CPU time of all programs that run, where the system tells.
    pub fn cpu(&self) -> Option<Duration> {
        let known: Vec<_> = self
            .running()
            .filter_map(|p| system::cpu(p.kept.pid()))
            .collect();
        // One that has just ended is unknown for a moment; where none is known, the system does not tell.
        (!known.is_empty() || self.running().next().is_none()).then(|| known.iter().sum())
    }

    /// The program that listens at `address`, else the one that was started last.
    pub fn program_at(&self, address: SocketAddr) -> usize {
        let listens = self
            .programs
            .iter()
            .rposition(|p| p.address == Some(address));
        listens.unwrap_or(self.programs.len().saturating_sub(1))
    }

    pub fn running(&self) -> impl Iterator<Item = &Running> {
        self.programs.iter().filter(|p| p.ended.is_none())
    }

    fn poll(&self, timeout: Duration) -> Vec<Source> {
        let mut sources = Vec::new();
        let mut polled = Vec::new();
        let mut add = |source, fd, flags| {
            sources.push(source);
            polled.push(PollFd::from_borrowed_fd(fd, flags));
        };
        for (i, link) in self.links.iter().enumerate() {
            let mut flags = PollFlags::empty();
            if link.reading && link.end.is_none() && link.inbox.len() - link.taken < MAX_INBOX {
                flags |= PollFlags::IN;
            }
            if link.wants_to_write {
                flags |= PollFlags::OUT;
            }
            if let Some(stream) = &link.stream
                && !flags.is_empty()
            {
                add(Source::Link(i), stream.as_fd(), flags);
            }
        }
        for (i, endpoint) in self.endpoints.iter().enumerate() {
            add(Source::Endpoint(i), endpoint.socket.as_fd(), PollFlags::IN);
        }
        if let Some(door) = self.waits_at.map(|i| &self.doors[i]) {
            add(Source::Door, door.as_fd(), PollFlags::IN);
        }
        for (i, program) in self.programs.iter().enumerate() {
            if program.ended.is_none() {
                add(Source::News(i), program.kept.news(), PollFlags::IN);
            }
            if let Some(pipe) = &program.stdin
                && (program.fed < program.input.len() || program.input_ends)
            {
                add(Source::Stdin(i), pipe.as_fd(), PollFlags::OUT);
            }
            for (source, captured) in [
                (Source::Stdout(i), &program.stdout),
                (Source::Stderr(i), &program.stderr),
            ] {
                if let Some(pipe) = &captured.pipe {
                    add(source, pipe.as_fd(), PollFlags::IN);
                }
            }
        }
        let timeout = Timespec {
            tv_sec: timeout.as_secs() as i64,
            tv_nsec: timeout.subsec_nanos().into(),
        };
        match poll(&mut polled, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => panic!("poll: {error}"),
        }
        let ready = polled.iter().map(|p| !p.revents().is_empty());
        sources
            .into_iter()
            .zip(ready)
            .filter_map(|(source, ready)| ready.then_some(source))
            .collect()
    }

    fn read_link(&mut self, i: usize) {
        let at = self.began.elapsed();
        let link = &mut self.links[i];
        let Some(stream) = link
            .stream
            .as_mut()
            .filter(|_| link.reading && link.end.is_none())
        else {
            return;
        };
        match stream.read(&mut self.buffer) {
            Ok(0) => {
                link.end = Some(End::Fin);
                self.wire.end(at, link.recorded, Side::Program);
                self.moved += 1;
            }
            Ok(n) => {
                link.inbox.extend_from_slice(&self.buffer[..n]);
                self.wire
                    .bytes(at, link.recorded, Side::Program, &self.buffer[..n]);
                self.moved += n as u64;
            }
            Err(error) if would_block(&error) => {}
            Err(_) => {
                link.end = Some(End::Reset);
                self.wire.reset(at, link.recorded, Side::Program);
                self.moved += 1;
            }
        }
    }

    fn read_stdout(&mut self, i: usize) {
        let n = self.programs[i].stdout.read(&mut self.buffer);
        self.moved += n;
        let at = self.began.elapsed();
        if n > 0 {
            let pipes = self.pipes(i);
            self.wire
                .bytes(at, pipes, Side::Program, &self.buffer[..n as usize]);
        } else if let (None, Some(pipes)) =
            (&self.programs[i].stdout.pipe, self.programs[i].recorded)
        {
            self.wire.end(at, pipes, Side::Program);
        }
    }

    /// The index of a program's stdin and stdout in the wire record.
    fn pipes(&mut self, i: usize) -> usize {
        let name = match i {
            0 => "stdio".to_string(),
            i => format!("stdio{}", i + 1),
        };
        let wire = &mut self.wire;
        *self.programs[i]
            .recorded
            .get_or_insert_with(|| wire.pipes(&name))
    }

    fn write_stdin(&mut self, i: usize) {
        let at = self.began.elapsed();
        let before = self.programs[i].fed;
        self.feed_stdin(i);
        let program = &self.programs[i];
        let written = program
            .input
            .get(before..program.fed)
            .unwrap_or_default()
            .to_vec();
        if !written.is_empty() {
            let pipes = self.pipes(i);
            self.wire.bytes(at, pipes, Side::Test, &written);
        }
        let program = &mut self.programs[i];
        if program.fed == program.input.len() {
            program.input.clear();
            program.fed = 0;
        }
        if program.input.is_empty() && program.input_ends {
            program.stdin = None;
            if let Some(pipes) = program.recorded {
                self.wire.end(at, pipes, Side::Test);
            }
        }
    }

    fn feed_stdin(&mut self, i: usize) {
        let program = &mut self.programs[i];
        let Some(pipe) = &program.stdin else { return };
        if program.fed < program.input.len() {
            match rustix::io::write(pipe, &program.input[program.fed..]) {
                Ok(n) => {
                    program.fed += n;
                    self.moved += n as u64;
                }
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                // Nobody reads any more. Whether that is wrong, the test finds out by what comes back.
                Err(_) => {
                    program.input.truncate(program.fed);
                    program.input_ends = true;
                }
            }
        }
    }

    fn hear(&mut self, i: usize) {
        let program = &mut self.programs[i];
        let Some(ended) = program.kept.ended() else {
            return;
        };
        program.ended = Some(ended);
        program.stdin = None;
        // Everything that held the pipes open is dead, so both come to their end now.
        while program.stdout.pipe.is_some() || program.stderr.pipe.is_some() {
            let n = program.stdout.read(&mut self.buffer) + program.stderr.read(&mut self.buffer);
            if n == 0 && (program.stdout.pipe.is_some() || program.stderr.pipe.is_some()) {
                break;
            }
        }
        self.moved += 1;
        // Which one, only where a test has started several.
        let which = match self.programs.len() {
            1 => String::new(),
            _ => format!(" (start {})", i + 1),
        };
        self.story.tell(match ended.how {
            How::Exit(code) => format!("your program{which} ended with exit status {code}"),
            How::Signal(signal) => format!("your program{which} was ended by signal {signal}"),
            How::KeeperKilled => format!("your program{which}: its keeper is gone"),
        });
    }

    fn refuse_floods(&mut self) {
        let Some(flood) = self.programs.iter().find(|p| p.stdout.dropped > 0) else {
            return;
        };
        let limit = flood.stdout.limit;
        self.fail(Problem::new(
            CauseId::TooMuchOutput,
            format!("at most {} bytes on stdout", grouped(limit)),
            "more".to_string(),
        ));
    }
}

impl Running {
    /// Bytes in the program's stdin that it has not read; `None` if stdin is closed or the system does not tell.
    pub fn unread_input(&self) -> Option<usize> {
        self.stdin.as_ref().and_then(system::unread_in_pipe)
    }
}

#[derive(Clone, Copy)]
enum Source {
    Link(usize),
    Endpoint(usize),
    Door,
    News(usize),
    Stdin(usize),
    Stdout(usize),
    Stderr(usize),
}

fn would_block(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
