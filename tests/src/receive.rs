//! Bytes that a test cannot know beforehand, taken from a connection.

use std::time::Duration;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::connection::Connection;
use crate::quiet::STUCK;
use crate::stage::End;
use crate::story::count;
use crate::system;

/// How long to wait where nothing shows whether the program has read.
const UNSEEN: Duration = Duration::from_millis(250);
/// Between two looks at the system's tables.
const LOOK: Duration = Duration::from_millis(5);

impl Connection {
    /// Waits for `n` bytes, whatever they are, and takes them. `what` they are is for the story of a failure.
    pub fn receive(&mut self, n: usize, what: &str) -> Vec<u8> {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let outcome = stage.wait(None, |stage| {
            let come = stage.unread(i).len() >= n;
            (come || stage.links[i].end.is_some()).then_some(())
        });
        let come = stage.unread(i).len();
        if come >= n {
            let bytes = stage.unread(i)[..n].to_vec();
            stage.take(i, n);
            return bytes;
        }
        let name = stage.links[i].name.clone();
        let came = match come {
            0 => "nothing".to_string(),
            come => format!("{} of {n}", count(come, "byte")),
        };
        match outcome {
            Ok(()) => {
                let (id, how) = match stage.links[i].end {
                    Some(End::Reset) => (CauseId::Reset, "a reset (RST)"),
                    _ => (CauseId::ClosedEarly, "the end"),
                };
                stage.story.tell(format!(
                    "{name} side: waited for {what}; {came} came, then {how}"
                ));
                stage.fail(Problem::new(
                    id,
                    what.to_string(),
                    format!("{came}, then {how}"),
                ))
            }
            Err(stopped) => {
                let waited = stopped.waited.as_secs_f64();
                stage.story.tell(format!(
                    "{name} side: waited {waited:.1} s for {what}; {came} came"
                ));
                let got = format!("{came} in {waited:.1} s");
                let problem = blame::stopped(stage, stopped, Some(i), what.to_string(), got);
                stage.fail(problem)
            }
        }
    }

    /// Waits until the program has read everything that was sent to it.
    pub fn expect_read(&mut self) {
        let stage = &mut *self.on_stage();
        let recorded = &stage.wire.connections[stage.links[self.index].recorded];
        let (program, test) = (recorded.program, recorded.test);
        let mut unread = 0;
        let until = stage.began.elapsed() + stage.slowed(STUCK);
        while stage.began.elapsed() < until {
            match system::socket(program, test) {
                Some(socket) if socket.accepted && socket.unread == 0 => return,
                Some(socket) => unread = socket.unread,
                // The connection is gone, or the system does not tell: then time has to do.
                None => return stage.turn_for(UNSEEN),
            }
            stage.turn_for(LOOK);
        }
        let expected = "everything read that was sent".to_string();
        let got = format!("{} unread", count(unread, "byte"));
        stage.fail(Problem::new(CauseId::NotRead, expected, got))
    }

    /// Adds a sentence about this side to the story.
    pub fn note(&self, what: &str) {
        let stage = &mut *self.on_stage();
        let name = &stage.links[self.index].name;
        let text = format!("{name} side: {what}");
        stage.story.tell(text);
    }
}
