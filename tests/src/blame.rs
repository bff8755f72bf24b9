//! From what a test saw to a cause: the program's own last words first, then what the system knows.

use std::net::SocketAddr;
use std::time::Duration;

use keeper::How;
use keeper::report::Cause;

use crate::causes::CauseId;
use crate::expecting::described;
use crate::quiet::{Reason, Stopped};
use crate::stage::{Link, Running, Stage};
use crate::story::count;
use crate::system::{self, Datagrams};

/// How long a program that has closed its sockets may take to end. Only failures wait for it.
const GRACE: Duration = Duration::from_millis(150);
/// Lines of stderr that a report shows.
const STDERR_LINES: usize = 8;
/// A program that used more than this part of a wait was busy with something. It may have to share the processors:
/// one that spins got 0.37 of one on a machine with other work.
const BUSY: f64 = 0.2;
/// One that seemed awake and used less than this was seen just when a timer woke it.
const SOME: f64 = 0.05;

/// A failure as the test saw it.
#[derive(Debug)]
pub struct Problem {
    pub id: CauseId,
    pub expected: String,
    pub got: String,
    pub likely: Option<String>,
    pub place: Option<String>,
    pub bytes: Vec<String>,
    pub stderr: Vec<String>,
}

impl Problem {
    pub fn new(id: CauseId, expected: String, got: String) -> Self {
        Self {
            id,
            expected,
            got,
            likely: id.likely().map(str::to_string),
            place: None,
            bytes: Vec::new(),
            stderr: Vec::new(),
        }
    }

    pub fn likely(mut self, likely: impl Into<String>) -> Self {
        self.likely = Some(likely.into());
        self
    }

    pub fn bytes(mut self, rows: Vec<String>) -> Self {
        self.bytes = rows;
        self
    }

    pub fn to_cause(&self) -> Cause {
        Cause {
            id: self.id.name().to_string(),
            expected: self.expected.clone(),
            got: self.got.clone(),
            likely: self.likely.clone(),
            place: self.place.clone(),
            bytes: self.bytes.clone(),
            stderr: self.stderr.clone(),
        }
    }

    fn become_(&mut self, id: CauseId, likely: Option<String>) {
        self.id = id;
        self.likely = likely.or_else(|| id.likely().map(str::to_string));
    }
}

/// What a wait that led to nothing shows, in the words of `expected`.
pub fn stopped(
    stage: &Stage,
    stopped: Stopped,
    link: Option<usize>,
    expected: String,
    got: String,
) -> Problem {
    told(hang(stage, stopped, link), expected, got)
}

/// The same for a wait for a datagram; `program` is where the program is known to send from.
pub fn stopped_over_datagrams(
    stopped: Stopped,
    program: Option<SocketAddr>,
    expected: String,
    got: String,
) -> Problem {
    let hang = busy(stopped).unwrap_or_else(|| match program {
        Some(program) => over_datagrams(program, sleeps(stopped)),
        None => (
            CauseId::NotAnswered,
            Some(format!(
                "Your program has sent no datagram so far.{}",
                sleeps(stopped)
            )),
        ),
    });
    told(hang, expected, got)
}

fn told((id, likely): (CauseId, Option<String>), expected: String, got: String) -> Problem {
    let mut problem = Problem::new(id, expected, got);
    if likely.is_some() {
        problem.likely = likely;
    }
    problem
}

/// The program's own last words outweigh what was seen from outside.
pub fn settle(stage: &mut Stage, mut problem: Problem) -> Problem {
    if !is_hang(problem.id) {
        // A closed socket is often the first sign of a program that is about to end.
        is_ending(stage);
    }
    // Whatever it wrote before that is in the pipe by now.
    stage.turn(Duration::ZERO);

    let Some(program) = stage.programs.get(stage.about) else {
        return problem;
    };
    let stderr = String::from_utf8_lossy(&program.stderr.bytes);
    problem.stderr = last_lines(&stderr);
    let said = program.stdout.untaken();
    if !said.is_empty() && (speaks_of_the_peer(problem.id) || problem.id == CauseId::ExitStatus) {
        problem
            .got
            .push_str(&format!("; on stdout: {}", described(said)));
    }
    let mut panics = Panic::all(&stderr);
    panics.retain(|panic| {
        let asked = program.may_panic;
        !asked.is_some_and(|asked| panic.message.starts_with(asked))
    });
    let own = |panic: &&Panic| panic.is_todo() && panic.is_at(stage.setup.todos.as_deref());
    if let Some(panic) = panics.iter().find(own) {
        problem.place = Some(panic.place.clone());
        problem.become_(CauseId::NotWrittenYet, None);
    } else if let Some(panic) = panics.iter().find(|panic| !panic.is_todo()) {
        problem.place = Some(panic.place.clone());
        let likely = format!(
            "Your program panicked at {}: {}",
            panic.place, panic.message
        );
        problem.become_(CauseId::Panicked, Some(likely));
    } else if let Some(panic) = panics.first() {
        // What the test saw came before that, and is about this step.
        if let Some(likely) = went_on(problem.id, &panic.place) {
            problem.likely = Some(likely);
        }
        // It would look like the reason, and is not.
        problem.stderr.clear();
    } else if let Some((id, likely)) = died(program, &stderr, problem.id) {
        problem.become_(id, likely);
    }
    problem
}

/// What it means that the program went on to a later step, whose `todo!` stands at `place`, and ended there.
///
/// `None`: what came is wrong in itself.
fn went_on(seen: CauseId, place: &str) -> Option<String> {
    let why = match seen {
        CauseId::ExitStatus => "Your program took this for a success:",
        CauseId::Reset => "Your program took less than what belongs to this step:",
        _ if speaks_of_the_peer(seen) => "What is missing here was not sent.",
        _ => return None,
    };
    Some(match seen {
        CauseId::ExitStatus | CauseId::Reset => {
            format!("{why} it went on to {place}, which is not written yet, and ended there.")
        }
        _ => format!(
            "{why} Your program went on to {place}, which is not written yet, and ended there."
        ),
    })
}

/// Whether the program that the test deals with has ended, or does so now.
pub fn is_ending(stage: &mut Stage) -> bool {
    let grace = stage.began.elapsed() + stage.slowed(GRACE);
    loop {
        let runs = |program: &Running| program.ended.is_none();
        if !stage.programs.get(stage.about).is_some_and(runs) {
            return true;
        }
        let now = stage.began.elapsed();
        if now >= grace {
            return false;
        }
        stage.turn(grace - now);
    }
}

/// What the way a program ended says, unless the test asked about just that.
fn died(program: &Running, stderr: &str, seen: CauseId) -> Option<(CauseId, Option<String>)> {
    match program.ended?.how {
        How::KeeperKilled => Some((CauseId::KilledItsKeeper, None)),
        How::Signal(_) if stderr.contains("memory allocation of") => {
            Some((CauseId::OutOfMemory, None))
        }
        How::Signal(signal) => {
            let likely = match stderr.contains("has overflowed its stack") {
                true => "Your program's stack overflowed: a function calls itself without end."
                    .to_string(),
                false => format!("Your program was ended by signal {signal}."),
            };
            Some((CauseId::KilledBySignal, Some(likely)))
        }
        How::Exit(code) if speaks_of_the_peer(seen) => Some((
            CauseId::EndedEarly,
            Some(match last_lines(stderr).last() {
                Some(line) => format!(
                    "Your program ended with exit status {code} in the middle of the conversation. Its last words: {line}"
                ),
                None => format!(
                    "Your program ended with exit status {code} in the middle of the conversation, without a word on stderr."
                ),
            }),
        )),
        How::Exit(_) => None,
    }
}

/// Causes that an ended program explains; differing bytes or a wrong exit status speak for themselves.
fn speaks_of_the_peer(seen: CauseId) -> bool {
    matches!(
        seen,
        CauseId::ClosedEarly | CauseId::Reset | CauseId::ConnectionRefused | CauseId::NotConnected
    ) || is_hang(seen)
}

fn is_hang(id: CauseId) -> bool {
    matches!(
        id,
        CauseId::NotAccepted
            | CauseId::NotRead
            | CauseId::NotAnswered
            | CauseId::Spinning
            | CauseId::Silent
            | CauseId::NotClosed
            | CauseId::NotEnded
    )
}

/// Tells the kinds of waiting apart by asking the system.
fn hang(stage: &Stage, stopped: Stopped, link: Option<usize>) -> (CauseId, Option<String>) {
    if let Some(busy) = busy(stopped) {
        return busy;
    }
    let sleeps = sleeps(stopped);
    // A program that says nothing on stdout may be waiting for something on its connection.
    let open =
        |link: &Link| link.program == stage.about && link.end.is_none() && link.stream.is_some();
    let Some(link) = link.or_else(|| stage.links.iter().rposition(open)) else {
        return match stage.datagrams_with(stage.about) {
            Some(program) => over_datagrams(program, sleeps),
            None => waits_for_input(stage, sleeps),
        };
    };
    let recorded = &stage.wire.connections[stage.links[link].recorded];
    let elsewhere = unread_elsewhere(stage, link);
    match system::socket(recorded.program, recorded.test) {
        Some(socket) if !socket.accepted => (
            CauseId::NotAccepted,
            Some(
                "Your program has not accepted this connection: it waits in the listener's queue."
                    .to_string(),
            ),
        ),
        Some(socket) if socket.unread > 0 => (
            CauseId::NotRead,
            Some(format!(
                "Your program has not read {}: they wait in its receive queue.{sleeps}",
                count(socket.unread, "byte")
            )),
        ),
        Some(_) if elsewhere.is_some() => (CauseId::NotRead, elsewhere),
        Some(_) => (
            CauseId::NotAnswered,
            Some(
                "Your program has read everything that was sent, and it sleeps. Perhaps it waits for more: nothing \
                 more will come before it acts. Perhaps what it wrote is still in a buffer of its own: flush."
                    .to_string(),
            ),
        ),
        None => (CauseId::Silent, None),
    }
}

/// What a busy program, or a system that does not tell, has to say; `None` for a program that sleeps.
fn busy(stopped: Stopped) -> Option<(CauseId, Option<String>)> {
    let Some(cpu) = stopped.cpu else {
        return Some((CauseId::Silent, None));
    };
    let used = cpu.as_secs_f64() / stopped.waited.as_secs_f64();
    let busy = used > BUSY || (stopped.awake && used > SOME);
    if !busy {
        return None;
    }
    if stopped.moved > 0 {
        let likely = format!(
            "Your program is busy and slow: {} moved in {:.1} s. One byte at a time looks like this.",
            count(stopped.moved as usize, "byte"),
            stopped.waited.as_secs_f64()
        );
        return Some((CauseId::TooSlow, Some(likely)));
    }
    let likely = format!(
        "Your program used {:.1} s of CPU in those {:.1} s: it spins. A read that returns 0 again and again \
         looks like this.",
        cpu.as_secs_f64(),
        stopped.waited.as_secs_f64()
    );
    Some((CauseId::Spinning, Some(likely)))
}

fn sleeps(stopped: Stopped) -> &'static str {
    match stopped.reason {
        Reason::Stuck => " It sleeps: it is waiting for something else.",
        _ => "",
    }
}

/// What became of the datagrams that were sent to the program at this address.
fn over_datagrams(program: SocketAddr, sleeps: &str) -> (CauseId, Option<String>) {
    match system::datagrams(program) {
        None => (CauseId::Silent, None),
        Some(Datagrams::Nobody) => (
            CauseId::ConnectionRefused,
            Some(format!(
                "Nobody has the port of {program} any more: your program closed its socket, or ended."
            )),
        ),
        Some(Datagrams::Unread) => (
            CauseId::NotRead,
            Some(format!(
                "Your program has not read every datagram that was sent to {program}: some wait in its receive \
                 queue.{sleeps}"
            )),
        ),
        Some(Datagrams::Read) => (
            CauseId::NotAnswered,
            Some(format!(
                "Your program has read every datagram that was sent to it. Each is whole: nothing more belongs to \
                 it, and none marks an end.{sleeps}"
            )),
        ),
    }
}

/// Bytes that wait on another connection of the same program, in words.
fn unread_elsewhere(stage: &Stage, link: usize) -> Option<String> {
    let program = stage.links[link].program;
    // Whoever is not listened to is right to wait: what it should write first has no room.
    let others = stage.links.iter().enumerate().filter(|(i, other)| {
        let open = other.stream.is_some() && other.end.is_none();
        *i != link && other.program == program && open && other.reading
    });
    let sockets = system::Sockets::now();
    others.into_iter().find_map(|(_, other)| {
        let recorded = &stage.wire.connections[other.recorded];
        let socket = sockets.find(recorded.program, recorded.test)?;
        (socket.accepted && socket.unread > 0).then(|| {
            format!(
                "Your program has not read {} that came on the {} side: they wait in its receive queue, and it sleeps.",
                count(socket.unread, "byte"),
                other.name
            )
        })
    })
}

/// A program without a connection can wait for its stdin only, or for nothing that is known.
fn waits_for_input(stage: &Stage, sleeps: &str) -> (CauseId, Option<String>) {
    let program = stage.programs.get(stage.about);
    match program.and_then(Running::unread_input) {
        Some(0) => (
            CauseId::NotAnswered,
            Some(
                "Your program has read all of its stdin so far, and stdin stays open. Perhaps it waits for more, or \
                 for the end: neither will come before it acts."
                    .to_string(),
            ),
        ),
        Some(unread) => (
            CauseId::NotRead,
            Some(format!(
                "Your program has not read {}: they wait in its stdin.{sleeps}",
                count(unread, "byte")
            )),
        ),
        None => (
            CauseId::NotAnswered,
            Some(format!("Your program did nothing more.{sleeps}")),
        ),
    }
}

/// A panic as the standard library prints it.
struct Panic {
    /// `labs/00-hello/src/lib.rs:24`
    place: String,
    message: String,
}

impl Panic {
    fn all(stderr: &str) -> Vec<Self> {
        let mut panics = Vec::new();
        let mut lines = stderr.lines();
        while let Some(header) =
            lines.find(|line| line.starts_with("thread '") && line.contains(" panicked at "))
        {
            let place = header
                .split_once(" panicked at ")
                .map_or("", |(_, place)| place);
            let place = place.trim_end_matches(':');
            // FILE:LINE:COLUMN
            let place = place
                .rsplit_once(':')
                .map_or(place, |(place, _column)| place);
            panics.push(Self {
                place: place.to_string(),
                message: lines.next().unwrap_or("").to_string(),
            });
        }
        panics
    }

    fn is_todo(&self) -> bool {
        self.message.starts_with("not yet implemented")
    }

    /// Whether it is one of these places, such as `lib.rs:36`.
    fn is_at(&self, places: Option<&[String]>) -> bool {
        let ends = |place: &String| self.place.ends_with(&format!("/{place}"));
        places.is_none_or(|places| places.iter().any(ends))
    }
}

fn last_lines(stderr: &str) -> Vec<String> {
    let lines: Vec<_> = stderr
        .lines()
        .filter(|line| {
            !line.trim().is_empty() && !line.starts_with("note: run with `RUST_BACKTRACE")
        })
        .collect();
    lines[lines.len().saturating_sub(STDERR_LINES)..]
        .iter()
        .map(|line| line.chars().take(200).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_read_from_stderr() {
        let stderr = "warming up\n\nthread 'main' (712) panicked at labs/00-hello/src/lib.rs:24:5:\n\
                      not yet implemented: connect\nnote: run with `RUST_BACKTRACE=1` environment\n";
        let panic = &Panic::all(stderr)[0];
        assert_eq!(panic.place, "labs/00-hello/src/lib.rs:24");
        assert_eq!(panic.message, "not yet implemented: connect");
        assert_eq!(last_lines(stderr).len(), 3);
    }

    #[test]
    fn no_panic_is_no_panic() {
        assert!(Panic::all("the server panicked at the sight of it\n").is_empty());
    }
}
