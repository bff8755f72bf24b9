//! The host, as the program plays it: acts in, and what each guest takes out of their queue.

use std::time::Duration;

use hidden_tests::{Bench, CauseId, MIB, Program};

use super::people::differs;

/// How long a host may take for one act when the test looks for what went wrong.
const LOOK: Duration = Duration::from_secs(2);

/// The host, with a queue for each guest that this test empties, or does not.
pub struct Hosted<'a> {
    bench: &'a Bench,
    pub program: Program,
}

impl<'a> Hosted<'a> {
    pub fn start(bench: &'a Bench, places: usize) -> Self {
        let program = bench
            .program(&["host", "--queue", &places.to_string()])
            .with_input()
            .printing_up_to(32 * MIB)
            .start();
        Self { bench, program }
    }

    pub fn acts(&self, act: &str) {
        self.program.feed(format!("{act}\n").as_bytes());
    }

    /// These come in, in this order, and each takes all that they hear of it.
    pub fn come(&self, guests: &[(u64, &str)]) {
        for (n, (guest, name)) in guests.iter().enumerate() {
            self.acts(&format!("come {guest}"));
            self.acts(&format!("line {guest} {name}"));
            self.takes(*guest, &format!("welcome {name} hall"));
            for (other, _) in &guests[..n] {
                self.takes(*other, &format!("joined {name}"));
            }
        }
    }

    /// The next line for a guest, once there is one.
    pub fn next(&self, guest: u64, expected: &str) -> String {
        self.acts(&format!("take {guest}"));
        let line = self.program.says_line(expected);
        let prefix = format!("{guest} takes: ");
        match line.strip_prefix(&prefix) {
            Some(line) => line.to_string(),
            None => differs(self.bench, expected, &line),
        }
    }

    /// The same; `None` if there is none for a while. Then nothing can be asked of this host any more but that one line.
    pub fn next_if_any(&self, guest: u64) -> Option<String> {
        self.acts(&format!("take {guest}"));
        let line = self.program.line_within(LOOK)?;
        let prefix = format!("{guest} takes: ");
        line.strip_prefix(&prefix).map(str::to_string)
    }

    pub fn takes(&self, guest: u64, wanted: &str) {
        self.acts(&format!("take {guest}"));
        self.program
            .expect_lines(&format!("{guest} takes: {wanted}"));
    }

    /// These lines, in any order.
    pub fn takes_all(&self, guest: u64, wanted: &[&str]) {
        let expected = format!("guest {guest} takes {}", wanted.join(", "));
        let mut came: Vec<_> = wanted.iter().map(|_| self.next(guest, &expected)).collect();
        let mut wanted = wanted.to_vec();
        came.sort_unstable();
        wanted.sort_unstable();
        if came != wanted {
            let id = CauseId::OutputDiffers;
            self.bench.fail(id, &expected, &came.join(", "), None);
        }
    }

    pub fn ends(self) {
        self.bench
            .rule("rule 6: the host is done when nobody is left who could send an act");
        self.program.end_input();
        self.program.expect_last_lines("the host is done");
        self.program.expect_exit(0);
    }
}
