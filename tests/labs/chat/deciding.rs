//! What the hall decides, as the program prints it: who hears what, and a dot.

use hidden_tests::{Bench, CauseId, Program};

pub struct Deciding<'a> {
    bench: &'a Bench,
    program: Program,
}

impl<'a> Deciding<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let program = bench.program(&["hall"]).with_input().start();
        Self { bench, program }
    }

    /// Requires that a line of input leads to these deliveries. Among different guests their order does not matter, among
    /// those to one guest it does. A reason is not compared, nor is the order of a list of names.
    pub fn leads_to(&self, act: &str, wanted: &[&str]) {
        self.program.feed(format!("{act}\n").as_bytes());
        let expected = match wanted {
            [] => "nobody hears anything".to_string(),
            lines => lines.join(", "),
        };
        let expected = format!("after {act:?}: {expected}");
        let mut came = Vec::new();
        loop {
            match self.program.says_line(&expected) {
                line if line == "." => break,
                line => came.push(plain(&line)),
            }
        }
        let mut wanted: Vec<_> = wanted.iter().map(|line| plain(line)).collect();
        // Stable: what one guest hears stays in its order.
        came.sort_by_key(|line| guest(line));
        wanted.sort_by_key(|line| guest(line));
        if came != wanted {
            let got = match &came[..] {
                [] => "nobody hears anything".to_string(),
                lines => lines.join(", "),
            };
            let id = CauseId::OutputDiffers;
            self.bench.fail(id, &expected, &got, None);
        }
    }

    pub fn ends(self) {
        self.program.end_input();
        self.program.expect_output(b"");
        self.program.expect_exit(0);
    }
}

/// The guest's number in `12 hears: ...`.
fn guest(line: &str) -> u64 {
    let number = line.split(' ').next().and_then(|word| word.parse().ok());
    number.unwrap_or(u64::MAX)
}

/// Without the reason of a refusal, and with the names of a list in their order.
fn plain(line: &str) -> String {
    if let Some((guest, _)) = line.split_once(" hears: sorry ") {
        return format!("{guest} hears: sorry");
    }
    match line.split_once(" hears: here ") {
        Some((guest, names)) => {
            let mut names: Vec<_> = names.split(' ').collect();
            names.sort_unstable();
            format!("{guest} hears: here {}", names.join(" "))
        }
        None => line.to_string(),
    }
}
