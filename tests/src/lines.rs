//! Programs that print a line for each thing they find.

use crate::blame::Problem;
use crate::causes::CauseId;
use crate::expecting::first_difference;
use crate::hex;
use crate::program::Program;
use crate::story::{count, grouped};

/// A longer line is shown without its end.
const SHOWN: usize = 120;

impl Program {
    /// Gives the program one line more to read.
    pub fn feed_line(&self, line: &str) {
        let stage = &mut *self.on_stage();
        let input = &mut stage.programs[self.index].input;
        input.extend_from_slice(line.as_bytes());
        input.push(b'\n');
        stage.story.tell(format!("stdin: {}", shown(line)));
    }

    /// Waits for the next line, whatever it says; it stands in the story as it is.
    pub fn next_line(&self, expected: &str) -> String {
        let line = self.line(expected);
        let stage = &mut *self.on_stage();
        stage.story.tell(format!("stdout: {}", shown(&line)));
        line
    }

    /// Waits for so many lines, whatever they say; the story has their number. `expected` is what each of them answers.
    pub fn next_lines(&self, n: usize, expected: &str) -> Vec<String> {
        let lines: Vec<String> = (0..n).map(|_| self.line(expected)).collect();
        let stage = &mut *self.on_stage();
        stage
            .story
            .tell(format!("stdout: got {}", count(lines.len(), "line")));
        lines
    }

    /// Waits for each of these lines in turn; each ends with LF. Stdout stays open.
    pub fn expect_lines(&self, wanted: &str) {
        let lines: Vec<&str> = wanted.lines().collect();
        for (n, line) in lines.iter().enumerate() {
            let expected = match lines.len() {
                1 => format!("the line {}", shown(line)),
                all => {
                    let (n, all) = (grouped(n + 1), grouped(all));
                    format!("line {n} of {all}: {}", shown(line))
                }
            };
            let come = self.line(&expected);
            if come != *line {
                self.fail_line(expected, line, &come);
            }
        }
        let stage = &mut *self.on_stage();
        stage.story.tell(match lines[..] {
            [line] => format!("stdout: got {}", shown(line)),
            _ => format!("stdout: got {}", count(lines.len(), "line")),
        });
    }

    /// Waits for these lines, and then for the end of stdout.
    pub fn expect_last_lines(&self, wanted: &str) {
        self.expect_lines(wanted);
        self.expect_output(b"");
    }

    fn fail_line(&self, expected: String, wanted: &str, come: &str) -> ! {
        let (wanted, bytes) = (wanted.as_bytes(), come.as_bytes());
        let at = first_difference(wanted, bytes).unwrap_or(wanted.len().min(bytes.len()));
        let stage = &mut *self.on_stage();
        let got = shown(come);
        stage
            .story
            .tell(format!("stdout: waited for {expected}; {got} came"));
        let problem = Problem::new(CauseId::OutputDiffers, expected, got);
        stage.fail(problem.bytes(hex::difference(wanted, bytes, at)))
    }
}

/// As it is, but what cannot be seen is escaped.
fn shown(line: &str) -> String {
    let mut text = String::new();
    for character in line.chars() {
        if text.len() >= SHOWN {
            return text + "...";
        }
        match character {
            ' '..='~' => text.push(character),
            other => text.extend(other.escape_debug()),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_shown_as_it_is_if_it_can_be() {
        assert_eq!(
            shown(r#"{"at": 0, "a": "\\x"}"#),
            r#"{"at": 0, "a": "\\x"}"#
        );
        assert_eq!(shown("Zoë\u{feff}\r"), "Zoë\\u{feff}\\r");
        assert_eq!(shown(&"x".repeat(500)).len(), SHOWN + 3);
    }
}
