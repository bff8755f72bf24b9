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
        let expected = format!("after \"{}\": {}", begin(act), listed(wanted));
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
            let got = format!("{}; {}", listed(&came), difference(&wanted, &came));
            let id = CauseId::OutputDiffers;
            self.bench.fail(id, &expected, &got, None);
        }
    }

    /// Requires that one guest, and nobody else, hears why something is not done.
    pub fn refuses(&self, act: &str, guest: u64) {
        self.leads_to(act, &[&format!("{guest} hears: sorry")]);
    }

    pub fn ends(self) {
        self.program.end_input();
        self.program.expect_output(b"");
        self.program.expect_exit(0);
    }
}

pub fn welcome(guest: u64, name: &str) -> String {
    format!("{guest} hears: welcome {name} hall")
}

fn listed(lines: &[impl AsRef<str>]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| begin(line.as_ref())).collect();
    match lines[..] {
        [] => "nobody hears anything".to_string(),
        _ => lines.join(", "),
    }
}

/// What is missing, and what is too much.
fn difference(wanted: &[String], came: &[String]) -> String {
    let without = |all: &[String], others: &[String]| {
        let mut left = all.to_vec();
        for other in others {
            if let Some(at) = left.iter().position(|line| line == other) {
                left.remove(at);
            }
        }
        left
    };
    let (missing, extra) = (without(wanted, came), without(came, wanted));
    let mut told = Vec::new();
    if !missing.is_empty() {
        told.push(format!("missing: {}", listed(&missing)));
    }
    if !extra.is_empty() {
        told.push(format!("too much: {}", listed(&extra)));
    }
    match told[..] {
        [] => "one guest hears this in another order".to_string(),
        _ => told.join("; "),
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

/// Not too much of it, and nothing that cannot be seen.
fn begin(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = text.chars().take(SHOWN).map(visible).collect();
    if text.chars().count() > SHOWN {
        shown.push_str("...");
    }
    shown
}

fn visible(c: char) -> String {
    match c.is_control() {
        true => c.escape_debug().to_string(),
        false => c.to_string(),
    }
}
