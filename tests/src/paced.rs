//! Ends of a connection that are slow, stubborn or deaf on purpose.

use std::io::Read;
use std::time::Duration;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::connection::Connection;
use crate::quiet::STUCK;
use crate::stage::End;
use crate::story::count;
use crate::system;
use crate::wire::Side;

impl Connection {
    /// Sends as much of `bytes` as the system takes without waiting; returns how much.
    pub fn send_what_fits(&mut self, bytes: &[u8]) -> usize {
        let stage = &mut *self.on_stage();
        let mut sent = 0;
        while sent < bytes.len() {
            match stage.write_link(self.index, &bytes[sent..]) {
                Some(n) if n > 0 => sent += n,
                _ => break,
            }
        }
        sent
    }

    /// While reading is stopped: takes at most `n` bytes now, and throws them away; returns how many came.
    pub fn take_at_most(&mut self, n: usize) -> usize {
        let stage = &mut *self.on_stage();
        let at = stage.began.elapsed();
        let link = &mut stage.links[self.index];
        let mut buffer = vec![0; n];
        let mut taken = 0;
        while taken < n {
            let Some(stream) = &mut link.stream else {
                break;
            };
            match stream.read(&mut buffer[taken..]) {
                Ok(0) => {
                    link.end = Some(End::Fin);
                    break;
                }
                Ok(more) => taken += more,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(_) => {
                    link.end = Some(End::Reset);
                    break;
                }
            }
        }
        let recorded = link.recorded;
        if taken > 0 {
            stage
                .wire
                .bytes(at, recorded, Side::Program, &buffer[..taken]);
        }
        match stage.links[self.index].end {
            Some(End::Fin) => stage.wire.end(at, recorded, Side::Program),
            Some(End::Reset) => stage.wire.reset(at, recorded, Side::Program),
            None => {}
        }
        taken
    }

    /// Goes on sending and never reads, until the program lets go of the connection.
    pub fn push_until_let_go(&mut self, bytes: &[u8]) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let outcome = stage.wait(None, |stage| {
            stage.links[i].wants_to_write = true;
            loop {
                match stage.write_link(i, bytes) {
                    Some(0) => return None,
                    Some(_) => {}
                    None => return Some(()),
                }
            }
        });
        stage.links[i].wants_to_write = false;
        let name = stage.links[i].name.clone();
        match outcome {
            Ok(()) => stage
                .story
                .tell(format!("{name} side: your program let go of it")),
            Err(stopped) => {
                stage.story.tell(format!(
                    "{name} side: waited {:.1} s to be let go of; the connection is still open",
                    stopped.waited.as_secs_f64()
                ));
                let expected =
                    "to be let go of: nothing was taken from this connection".to_string();
                let problem = blame::stopped(
                    stage,
                    stopped,
                    Some(i),
                    expected,
                    "an open connection".to_string(),
                );
                let problem = match problem.id {
                    CauseId::Spinning => problem,
                    _ => Problem::new(CauseId::NotClosed, problem.expected, problem.got).likely(
                        "Your program waits without end until this client takes what it was sent.",
                    ),
                };
                stage.fail(problem)
            }
        }
    }

    /// Sends back `total` bytes as they come, and takes nothing while the program does not take its answer.
    pub fn echo_back(&mut self, total: usize) {
        /// A server's own buffer.
        const HELD: usize = 64 * 1024;
        let stage = &mut *self.on_stage();
        let i = self.index;
        let mut echoed = 0;
        let outcome = stage.wait(None, |stage| {
            while echoed < total {
                let held = stage.unread(i)[..stage.unread(i).len().min(HELD)].to_vec();
                // A turn of the loop reads more than that, but not without end.
                stage.links[i].reading = held.len() < HELD;
                stage.links[i].wants_to_write = !held.is_empty();
                if held.is_empty() {
                    return stage.links[i].end.map(|_| ());
                }
                match stage.write_link(i, &held) {
                    Some(0) => return None,
                    Some(n) => {
                        stage.take(i, n);
                        echoed += n;
                    }
                    None => return Some(()),
                }
            }
            Some(())
        });
        stage.links[i].reading = true;
        stage.links[i].wants_to_write = false;
        let name = stage.links[i].name.clone();
        let expected = format!("{} through this server and back", count(total, "byte"));
        let got = count(echoed, "byte");
        match outcome {
            Ok(()) if echoed == total => {
                stage
                    .story
                    .tell(format!("{name} side: sent back {}", count(total, "byte")));
            }
            Ok(()) => {
                stage.story.tell(format!(
                    "{name} side: sent back {got}; then the connection was over"
                ));
                let problem = Problem::new(CauseId::ClosedEarly, expected, got);
                stage.fail(problem)
            }
            Err(stopped) => {
                stage.story.tell(format!(
                    "{name} side: sent back {got}; then nobody took any more for {:.1} s",
                    stopped.waited.as_secs_f64()
                ));
                let problem = blame::stopped(stage, stopped, Some(i), expected, got);
                stage.fail(problem)
            }
        }
    }

    /// Waits for `wanted` or for the end of the connection, whichever comes; true if the bytes came.
    pub fn comes_or_ends(&mut self, wanted: &[u8]) -> bool {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(STUCK);
        let _ = stage.wait(Some(window), |stage| {
            (stage.unread(i).len() >= wanted.len() || stage.links[i].end.is_some()).then_some(())
        });
        let came = stage.unread(i) == wanted;
        if came {
            stage.take(i, wanted.len());
        }
        came
    }

    /// Waits until the program holds no socket of this connection any more, whatever this side still says.
    pub fn expect_released(&mut self) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let recorded = &stage.wire.connections[stage.links[i].recorded];
        let (program, test) = (recorded.program, recorded.test);
        // A socket that its program has closed may linger, and belongs to nobody then.
        let held = || system::socket(program, test).is_some_and(|socket| socket.accepted);
        let window = stage.slowed(STUCK);
        let released = stage.wait(Some(window), |_| (!held()).then_some(()));
        let name = stage.links[i].name.clone();
        if released.is_ok() {
            stage
                .story
                .tell(format!("{name} side: your program has closed its socket"));
            return;
        }
        stage.story.tell(format!(
            "{name} side: waited {} ms for your program to close its socket; it still holds it",
            window.as_millis()
        ));
        let expected = "a closed socket: nobody uses this connection any more".to_string();
        stage.fail(
            Problem::new(CauseId::NotClosed, expected, "an open one".to_string()).likely(
                "One direction of this connection still waits in your program: ending the other one does not wake it.",
            ),
        )
    }

    /// Requires that the program has not let go of the connection.
    pub fn expect_still_open(&mut self, why: &str) {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        let end = match stage.links[self.index].end {
            None => return,
            Some(End::Fin) => "the end",
            Some(End::Reset) => "a reset (RST)",
        };
        let name = stage.links[self.index].name.clone();
        stage
            .story
            .tell(format!("{name} side: {end} came too early"));
        stage.fail(Problem::new(
            CauseId::ClosedEarly,
            format!("an open connection: {why}"),
            end.to_string(),
        ))
    }
}
