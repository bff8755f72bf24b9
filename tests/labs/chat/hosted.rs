//! The host, as the program plays it: acts in, and what each guest takes out of their queue.

use hidden_tests::{Bench, CauseId, MIB, Program};

use super::people::differs;

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

    /// The next line for a guest, once there is one.
    pub fn next(&self, guest: u64) -> String {
        self.acts(&format!("take {guest}"));
        let expected = format!("a line for guest {guest}");
        let line = self.program.says_line(&expected);
        let prefix = format!("{guest} takes: ");
        match line.strip_prefix(&prefix) {
            Some(line) => line.to_string(),
            None => differs(self.bench, &expected, &line),
        }
    }

    pub fn takes(&self, guest: u64, wanted: &str) {
        self.acts(&format!("take {guest}"));
        self.program
            .expect_lines(&format!("{guest} takes: {wanted}"));
    }

    /// These lines, in any order.
    pub fn takes_all(&self, guest: u64, wanted: &[&str]) {
        let mut came: Vec<_> = wanted.iter().map(|_| self.next(guest)).collect();
        let mut wanted = wanted.to_vec();
        came.sort_unstable();
        wanted.sort_unstable();
        if came != wanted {
            let expected = format!("guest {guest} takes {}", wanted.join(", "));
            let id = CauseId::OutputDiffers;
            self.bench.fail(id, &expected, &came.join(", "), None);
        }
    }

    pub fn ends(self) {
        self.program.end_input();
        self.program.expect_last_lines("the host is done");
        self.program.expect_exit(0);
    }
}
