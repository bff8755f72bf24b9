//! Bytes that a test cannot know beforehand, taken from a connection.

use std::time::Duration;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::connection::Connection;
use crate::quiet::STUCK;
use crate::stage::{End, Stage};
use crate::story::count;
use crate::system;

/// How long to wait where nothing shows whether the program has read.
const UNSEEN: Duration = Duration::from_millis(250);
/// Between two looks at the system's tables.
const LOOK: Duration = Duration::from_millis(5);

impl Connection {
    /// Waits for `n` bytes, whatever they are, and takes them. `what` they are is for the story of a failure.
    pub fn receive(&mut self, n: usize, what: &str) -> Vec<u8> {
        self.receive_up_to(|come| (come.len() >= n).then_some(n), what)
    }

    /// Waits for a line, whatever it says, and takes it with its LF, which is left out of what is returned.
    pub fn receive_line(&mut self, what: &str) -> Vec<u8> {
        let mut line = self.receive_up_to(a_line(), what);
        line.pop();
        line
    }

    /// Waits for a line or for the end of the connection, whichever comes; `None` is the end, by FIN or by a reset.
    pub fn receive_line_or_end(&mut self, what: &str) -> Option<Vec<u8>> {
        let ended = |come: &[u8], over: bool| (over && come.is_empty()).then_some(0);
        let mut whole = a_line();
        let mut line = self.receive_when(|come, over| whole(come).or(ended(come, over)), what);
        line.pop().map(|_lf| line)
    }

    /// Takes as many bytes as `whole` finds in what has come, as soon as it finds any.
    fn receive_up_to(
        &mut self,
        mut whole: impl FnMut(&[u8]) -> Option<usize>,
        what: &str,
    ) -> Vec<u8> {
        self.receive_when(|come, _| whole(come), what)
    }

    /// The same, where the end of the connection can be found too.
    fn receive_when(
        &mut self,
        mut whole: impl FnMut(&[u8], bool) -> Option<usize>,
        what: &str,
    ) -> Vec<u8> {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let mut look = |stage: &Stage| whole(stage.unread(i), stage.links[i].end.is_some());
        // What has come already needs no wait, and no look at what the program does: there may be thousands of lines.
        let mut found = look(stage);
        let outcome = match found {
            Some(_) => Ok(()),
            None => stage.wait(None, |stage| {
                found = look(stage);
                (found.is_some() || stage.links[i].end.is_some()).then_some(())
            }),
        };
        if let Some(n) = found {
            let bytes = stage.unread(i)[..n].to_vec();
            stage.take(i, n);
            return bytes;
        }
        let name = stage.links[i].name.clone();
        let came = match stage.unread(i).len() {
            0 => "nothing".to_string(),
            come => format!("{} of it", count(come, "byte")),
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

/// Finds the first line in bytes of which more come each time; what has been looked at once has no LF in it.
fn a_line() -> impl FnMut(&[u8]) -> Option<usize> {
    let mut looked_at = 0;
    move |come| {
        let end = come[looked_at..].iter().position(|byte| *byte == b'\n');
        let line = end.map(|end| looked_at + end + 1);
        looked_at = come.len();
        line
    }
}
