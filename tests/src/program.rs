//! The learner's program, as the test sees it: arguments, stdin, stdout, how it ends.

use std::cell::{RefCell, RefMut};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use keeper::How;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::expecting::described;
use crate::stage::Stage;
use crate::story::{count, grouped};
use crate::{KIB, system};

/// How long a piece may stay in stdin unread before the next one follows anyway.
const PIECE: Duration = Duration::from_millis(250);
/// Between two looks at stdin. A program that waits for input has read it in less.
const LOOK: Duration = Duration::from_micros(100);
/// The line by which a server says where it listens.
const LISTENING: &str = "listening on ";

pub struct Program {
    pub(crate) stage: Rc<RefCell<Stage>>,
    pub(crate) index: usize,
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

    /// Waits until the program ends with this exit status.
    pub fn expect_exit(&self, wanted: i32) {
        self.expect_exit_where(&format!("exit status {wanted}"), |code| code == wanted);
    }

    /// Waits until the program ends and says by its exit status that the peer or the data was wrong.
    pub fn expect_failure(&self) {
        self.expect_exit_where("exit status 1: something went wrong", |code| code == 1);
    }

    /// Whether it has ended by now. Does not wait.
    pub fn has_ended(&self) -> bool {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        stage.programs[self.index].ended.is_some()
    }

    /// User and system time so far; `None` where the system does not tell.
    pub fn cpu(&self) -> Option<Duration> {
        system::cpu(self.stage.borrow().programs[self.index].kept.pid())
    }

    /// The most memory that it has had so far, in bytes; `None` where the system does not tell.
    pub fn memory(&self) -> Option<usize> {
        system::memory(self.stage.borrow().programs[self.index].kept.pid())
    }

    /// Closes the reading end of its stdout: from now on its writes there fail (EPIPE).
    pub fn close_stdout(&self) {
        let stage = &mut *self.on_stage();
        stage.programs[self.index].stdout.pipe = None;
        stage.story.tell("stdout: closed by the test");
    }

    /// Waits until the program has ended or sleeps with all its threads, `within` at most: it has done what it could.
    pub fn settle(&self, within: Duration) {
        const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
        /// A thread may sleep for a moment while another is woken.
        const ENOUGH: u32 = 5;
        let pid = self.stage.borrow().programs[self.index].kept.pid();
        let stage = &mut *self.on_stage();
        let until = stage.began.elapsed() + within;
        let mut looks = 0;
        while looks < ENOUGH && stage.began.elapsed() < until {
            if stage.programs[self.index].ended.is_some() {
                return;
            }
            looks = match system::asleep(pid) {
                Some(true) => looks + 1,
                _ => 0,
            };
            stage.turn_for(BETWEEN_LOOKS);
        }
    }

    /// Requires that the program sleeps for most of `window`; where the system does not tell, nothing.
    ///
    /// By what it is doing, not by the time that it used: on a busy machine one that spins may get little.
    pub fn expect_rest(&self, window: Duration, likely: &str) {
        const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
        let pid = self.stage.borrow().programs[self.index].kept.pid();
        let stage = &mut *self.on_stage();
        let until = stage.began.elapsed() + window;
        let (mut looks, mut awake) = (0, 0);
        while stage.began.elapsed() < until {
            let Some(asleep) = system::asleep(pid) else {
                return;
            };
            looks += 1;
            awake += u32::from(!asleep);
            stage.turn_for(BETWEEN_LOOKS);
        }
        let got = format!("awake at {awake} of {looks} looks");
        stage.story.tell(format!(
            "for {} ms your program was {got}",
            window.as_millis()
        ));
        if 2 * awake > looks {
            let expected = "a program that sleeps while it can do nothing".to_string();
            stage.fail(Problem::new(CauseId::Spinning, expected, got).likely(likely))
        }
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
