//! What has to come from the program over a connection: these bytes, the end, nothing.

use std::time::Duration;

use crate::Connection;
use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::hex;
use crate::stage::End;
use crate::story::count;
use crate::system;

impl Connection {
    /// Waits for exactly these bytes.
    pub fn expect(&mut self, wanted: &[u8]) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let mut same = 0;
        let outcome = stage.wait(None, |stage| {
            let come = stage.unread(i);
            let n = come.len().min(wanted.len());
            if come[same..n] != wanted[same..n] || n == wanted.len() {
                return Some(());
            }
            same = n;
            stage.links[i].end.map(|_| ())
        });
        let name = stage.links[i].name.clone();
        let come = stage.unread(i);
        let n = come.len().min(wanted.len());
        let differ = first_difference(come, wanted);
        let expected = described(wanted);
        match (outcome, differ) {
            (_, Some(at)) => {
                let come = come.to_vec();
                stage
                    .story
                    .tell(format!("{name} side: got bytes that differ at 0x{at:x}"));
                stage.fail(differing(wanted, &come, at))
            }
            (Ok(()), None) if n == wanted.len() => {
                stage.take(i, n);
                stage.story.tell(format!("{name} side: got {expected}"));
            }
            (Ok(()), None) => {
                let end = stage.links[i].end;
                let (id, how) = match end {
                    Some(End::Reset) => (CauseId::Reset, "a reset (RST)"),
                    _ => (CauseId::ClosedEarly, "the end"),
                };
                let got = format!("{}, then {how}", count(n, "byte"));
                stage.story.tell(format!(
                    "{name} side: waited for {expected}; {} came, then {how}",
                    count(n, "byte")
                ));
                stage.fail(Problem::new(id, expected, got))
            }
            (Err(stopped), None) => {
                stage.story.tell(format!(
                    "{name} side: waited {:.1} s for {expected}; {} came",
                    stopped.waited.as_secs_f64(),
                    count(n, "byte")
                ));
                let got = format!(
                    "{} in {:.1} s",
                    count(n, "byte"),
                    stopped.waited.as_secs_f64()
                );
                let problem = blame::stopped(stage, stopped, Some(i), expected, got);
                stage.fail(problem)
            }
        }
    }

    /// Waits for the end from the program's side, with nothing before it.
    pub fn expect_end(&mut self) {
        self.expect_closed(false, None);
    }

    /// Waits until the connection is over, by an end or by a reset.
    pub fn expect_end_or_reset(&mut self) {
        self.expect_closed(true, None);
    }

    /// The same, of a client that came when all places were taken.
    pub fn expect_turned_away(&mut self) {
        self.expect_closed(
            true,
            Some(
                "All places were taken when this client came, and its connection stays open: it was let in, or it waits \
                 for a place.",
            ),
        );
    }

    /// Requires that the program has not accepted this connection; where the system does not tell, nothing.
    pub fn expect_in_queue(&mut self) {
        let stage = &mut *self.on_stage();
        let recorded = &stage.wire.connections[stage.links[self.index].recorded];
        let accepted = system::socket(recorded.program, recorded.test).map(|it| it.accepted);
        let name = stage.links[self.index].name.clone();
        let told = match accepted {
            None => return,
            Some(false) => "it waits in the listener's queue, as it should",
            Some(true) => "your program has accepted it",
        };
        stage.story.tell(format!("{name} side: {told}"));
        if accepted == Some(true) {
            stage.fail(
                Problem::new(
                    CauseId::BrokeSilence,
                    "a connection that waits in the listener's queue".to_string(),
                    "one that was accepted".to_string(),
                )
                .likely("Your program accepted this client before it had a place for it."),
            )
        }
    }

    /// Requires that nothing comes for `window`: neither a byte nor the end.
    pub fn expect_silence(&mut self, window: Duration) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let broken = stage.wait(Some(window), |stage| {
            let n = stage.unread(i).len();
            (n > 0 || stage.links[i].end.is_some()).then_some(n)
        });
        let name = stage.links[i].name.clone();
        let Ok(n) = broken else {
            stage.story.tell(format!(
                "{name} side: nothing came for {} ms, as it should be",
                window.as_millis()
            ));
            return;
        };
        let got = match (n, stage.links[i].end) {
            (0, Some(End::Reset)) => "a reset (RST)".to_string(),
            (0, _) => "the end".to_string(),
            (n, _) => count(n, "byte"),
        };
        stage.story.tell(format!(
            "{name} side: waited for nothing to come; {got} came"
        ));
        let expected = format!("nothing for {} ms", window.as_millis());
        stage.fail(Problem::new(CauseId::BrokeSilence, expected, got))
    }

    /// Requires that no further byte comes for `window`; the program may close.
    pub fn expect_no_more(&mut self, window: Duration) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let _ = stage.wait(Some(window), |stage| {
            (!stage.unread(i).is_empty() || stage.links[i].end.is_some()).then_some(())
        });
        let extra = stage.unread(i).to_vec();
        if !extra.is_empty() {
            let (name, got) = (stage.links[i].name.clone(), described(&extra));
            stage
                .story
                .tell(format!("{name} side: waited for nothing more; {got} came"));
            stage.fail(
                Problem::new(CauseId::BytesExtra, "nothing more".to_string(), got)
                    .bytes(hex::difference(&[], &extra, 0)),
            )
        }
        // A program that ends takes its connection with it; one that goes on has closed it.
        let end = stage.links[i].end.is_some();
        if end && !blame::is_ending(stage) {
            let name = stage.links[i].name.clone();
            stage.story.tell(format!(
                "{name} side: waited for nothing more; the end came"
            ));
            let expected = "a connection that stays open".to_string();
            stage.fail(
                Problem::new(CauseId::BrokeSilence, expected, "the end".to_string()).likely(
                    "Your program ended its side of this connection, and there was more to say.",
                ),
            )
        }
    }

    fn expect_closed(&mut self, reset_will_do: bool, likely: Option<&str>) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let outcome = stage.wait(None, |stage| {
            (!stage.unread(i).is_empty() || stage.links[i].end.is_some()).then_some(())
        });
        let name = stage.links[i].name.clone();
        let expected = "the end, and nothing before it".to_string();
        if let Err(stopped) = outcome {
            stage.story.tell(format!(
                "{name} side: waited {:.1} s for the end; it did not come",
                stopped.waited.as_secs_f64()
            ));
            let got = format!("nothing in {:.1} s", stopped.waited.as_secs_f64());
            let mut problem = blame::stopped(stage, stopped, Some(i), expected, got);
            // All was read, and the program sleeps: what is missing is the close, not an answer.
            if problem.id == CauseId::NotAnswered {
                problem = Problem::new(CauseId::NotClosed, problem.expected, problem.got);
                problem.likely = likely.map(str::to_string).or(problem.likely);
            }
            stage.fail(problem)
        }
        let extra = stage.unread(i).to_vec();
        if !extra.is_empty() {
            stage.story.tell(format!(
                "{name} side: waited for the end; {} came before it",
                count(extra.len(), "byte")
            ));
            stage.fail(
                Problem::new(
                    CauseId::BytesExtra,
                    expected,
                    format!("{} more", described(&extra)),
                )
                .bytes(hex::difference(&[], &extra, 0)),
            )
        }
        match stage.links[i].end {
            Some(End::Reset) if !reset_will_do => {
                stage.story.tell(format!(
                    "{name} side: waited for the end; a reset (RST) came"
                ));
                stage.fail(Problem::new(
                    CauseId::Reset,
                    expected,
                    "a reset (RST)".to_string(),
                ))
            }
            Some(End::Reset) => stage
                .story
                .tell(format!("{name} side: the connection is over (RST)")),
            _ => stage.story.tell(format!("{name} side: got the end")),
        }
    }
}

/// The cause for bytes that differ at `at`.
pub(crate) fn differing(wanted: &[u8], come: &[u8], at: usize) -> Problem {
    let line_end = wanted[at..].starts_with(b"\r\n") && come[at] == b'\n';
    let id = match line_end {
        true => CauseId::LineEnd,
        false => CauseId::BytesDiffer,
    };
    Problem::new(
        id,
        described(wanted),
        format!(
            "{}, different from byte 0x{at:x} on",
            count(come.len(), "byte")
        ),
    )
    .bytes(hex::difference(wanted, come, at))
}

/// A short text is shown, a few bytes that are no text too; what is longer is counted.
pub(crate) fn described(bytes: &[u8]) -> String {
    const SHOWN: usize = 60;
    const SHOWN_AS_HEX: usize = 16;
    match str::from_utf8(bytes) {
        Err(_) if bytes.len() <= SHOWN_AS_HEX => {
            format!("{} {}", count(bytes.len(), "byte"), hex::hex(bytes))
        }
        Ok(text) if bytes.len() <= SHOWN && !bytes.is_empty() => {
            format!("{} {text:?}", count(bytes.len(), "byte"))
        }
        _ => count(bytes.len(), "byte"),
    }
}

/// Where two byte strings of any length first differ, if they do before one of them ends.
pub(crate) fn first_difference(one: &[u8], other: &[u8]) -> Option<usize> {
    const CHUNK: usize = 4096;
    let chunks = one.chunks(CHUNK).zip(other.chunks(CHUNK));
    for (i, (a, b)) in chunks.enumerate() {
        let n = a.len().min(b.len());
        if a[..n] != b[..n] {
            return a
                .iter()
                .zip(b)
                .position(|(a, b)| a != b)
                .map(|at| i * CHUNK + at);
        }
    }
    None
}
