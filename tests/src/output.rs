//! What the learner's program says on stdout and stderr.

use std::time::Duration;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::expecting::{described, first_difference};
use crate::hex;
use crate::quiet::STUCK;
use crate::stage::Stage;
use crate::story::count;
use crate::{KIB, Program};

/// The longest line that a test reads from stdout.
const MAX_LINE: usize = 96 * 1024;

impl Program {
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

    /// The next line of stdout if it comes within `window`; no failure if it does not. Not in the story.
    pub fn line_within(&self, window: Duration) -> Option<String> {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let end = |stage: &Stage| {
            let mut come = stage.programs[i].stdout.untaken().iter();
            come.position(|byte| *byte == b'\n')
        };
        stage.turn(Duration::ZERO);
        let end = match end(stage) {
            Some(end) => end,
            None => stage.wait(Some(window), |stage| end(stage)).ok()?,
        };
        let stdout = &mut stage.programs[i].stdout;
        let line = String::from_utf8_lossy(&stdout.untaken()[..end]).into_owned();
        stdout.taken += end + 1;
        Some(line)
    }

    /// Waits until stdout says exactly this next; stdout stays open.
    pub fn expect_printed(&self, wanted: &[u8]) {
        self.expect_stdout(wanted, false);
    }

    /// Waits until stdout says exactly this next, and then ends.
    pub fn expect_output(&self, wanted: &[u8]) {
        self.expect_stdout(wanted, true);
    }

    /// Requires that stdout says nothing for `window`, and does not end.
    pub fn expect_still_silent(&self, window: Duration) {
        self.expect_still_silent_after("", window);
    }

    /// The same after something that was done just now.
    pub fn expect_still_silent_after(&self, what: &str, window: Duration) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let broken = stage.wait(Some(window), |stage| {
            let stdout = &stage.programs[i].stdout;
            let said = !stdout.untaken().is_empty();
            (said || stdout.pipe.is_none()).then(|| described(stdout.untaken()))
        });
        if let Ok(got) = broken {
            stage
                .story
                .tell(format!("stdout: waited for nothing to come; {got} came"));
            let after = if what.is_empty() { "" } else { ", after " };
            let expected = format!(
                "nothing on stdout for {} ms{after}{what}",
                window.as_millis()
            );
            stage.fail(Problem::new(CauseId::BrokeSilence, expected, got))
        }
        let text = format!(
            "stdout: nothing for {} ms, as it should be",
            window.as_millis()
        );
        stage.story.tell(text);
    }

    /// Throws away what stdout has said so far, all but the end of it.
    pub fn skim(&self) {
        const KEPT: usize = 8 * KIB;
        let stage = &mut *self.on_stage();
        let stdout = &mut stage.programs[self.index].stdout;
        let over = stdout.bytes.len().saturating_sub(KEPT);
        stdout.bytes.drain(..over);
        stdout.taken = stdout.taken.saturating_sub(over);
    }

    /// Waits for the end of stdout, and returns the last line.
    pub fn last_line(&self, expected: &str) -> String {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let ended = stage.wait(None, |stage| {
            let stdout = &stage.programs[i].stdout;
            stdout.pipe.is_none().then_some(())
        });
        if let Err(stopped) = ended {
            let got = "stdout is still open".to_string();
            let problem = blame::stopped(stage, stopped, None, expected.to_string(), got);
            stage.fail(problem)
        }
        let stdout = &mut stage.programs[i].stdout;
        let all = String::from_utf8_lossy(stdout.untaken()).into_owned();
        stdout.taken = stdout.bytes.len();
        let last = all.lines().last().unwrap_or_default().to_string();
        let n = count(all.lines().count(), "line");
        let shown = described(last.as_bytes());
        stage.story.tell(format!(
            "stdout: got {n}, the last one {shown}, then its end"
        ));
        last
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
        let expected = match (wanted, to_the_end) {
            (b"", true) => "the end of stdout, and nothing before it".to_string(),
            _ => format!("{} on stdout{end}", described(wanted)),
        };
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
                let open = to_the_end && come.len() == wanted.len();
                let got = match open {
                    true => format!("{got}, and stdout is still open"),
                    false => got,
                };
                stage.story.tell(format!(
                    "stdout: waited {:.1} s for {expected}; got {got}",
                    stopped.waited.as_secs_f64(),
                ));
                let problem = blame::stopped(stage, stopped, None, expected, got);
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
                    .tell(format!("stdout: waited for {expected}; got {got}"));
                // Stdout is closed by a program that ends; why it did is the better answer.
                stage.fail(Problem::new(
                    CauseId::ClosedEarly,
                    expected.to_string(),
                    got,
                ))
            }
            Err(stopped) => {
                let n = stage.programs[i].stdout.untaken().len();
                let got = match n {
                    0 => "nothing".to_string(),
                    n => format!("{} without the end of a line", count(n, "byte")),
                };
                stage.story.tell(format!(
                    "stdout: waited {:.1} s for {expected}; {got} came",
                    stopped.waited.as_secs_f64()
                ));
                let problem = blame::stopped(stage, stopped, None, expected.to_string(), got);
                stage.fail(problem)
            }
        }
    }
}
