//! One guest, whose host the program plays.

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB, Program};

use super::people::hears_sorry;
use super::{MAX_LINE, MOMENT, NEVER};

/// More than the system keeps for a connection whose other side takes nothing: here that was 2.7 MiB.
pub const MORE_THAN_FITS: usize = 12 * MIB;

/// A guest that has come, and the program that looks after them.
pub struct Visit<'a> {
    bench: &'a Bench,
    pub program: Program,
    pub guest: Connection,
}

impl<'a> Visit<'a> {
    pub fn new(bench: &'a Bench, name: &str, more: &[&str]) -> Self {
        bench.rule("rule 1: the first act is that somebody has come");
        let args = [&["visit", "--listen", "127.0.0.1:0"], more].concat();
        let program = bench.program(&args).with_input().start();
        let address = program.listens();
        let guest = bench.connect(name, address);
        program.expect_lines("came");
        Self {
            bench,
            program,
            guest,
        }
    }

    /// A guest with a name, as the host has heard it.
    pub fn named(bench: &'a Bench, name: &str, more: &[&str]) -> Self {
        let mut visit = Self::new(bench, name, more);
        bench.rule("rule 2: each line is heard, as soon as it is there");
        visit.guest.send(format!("{name}\n").as_bytes());
        visit.program.expect_lines(&format!("line: {name}"));
        visit
    }

    pub fn is_over(&self, how: &str) {
        self.bench.rule(&format!(
            "rule 6: {how}, so the last act is that they have gone"
        ));
        self.program.expect_last_lines("gone\nthe visit is over");
        self.program.expect_exit(0);
    }
}

pub fn lines_go_both_ways(bench: &Bench) {
    let mut visit = Visit::named(bench, "ada", &["--queue", "64"]);
    bench.rule("rule 2: a line is heard when its end has come, CR LF or LF");
    visit.guest.send_piece_by_piece(&[
        b"a line ",
        b"in pie",
        b"ces, gr\xc3",
        b"\xb6\xc3\x9fer\r",
        b"\n",
    ]);
    visit.program.expect_lines("line: a line in pieces, größer");
    bench.rule("rule 2: each line, in order, as it is but harmless; 1,024 bytes are allowed");
    let longest = "x".repeat(MAX_LINE);
    visit
        .guest
        .send(format!("one\n\n  both ends  \nthree \u{1b}[2J\n{longest}\n").as_bytes());
    visit.program.expect_lines(&format!(
        "line: one\nline: \nline:   both ends  \nline: three ?[2J\nline: {longest}"
    ));
    bench.rule("rule 1: deliver sends what comes out of the queue, at the same time");
    visit.program.feed(b"tell hello\ntell again\n");
    visit.program.expect_lines("told\ntold");
    visit.guest.expect(b"told host hello\ntold host again\n");
    bench.tell("now the guest says \"no more from me\"");
    visit.guest.finish_sending();
    visit.is_over("the guest has said the end");
    bench.rule("rule 7: then the connection is closed");
    visit.guest.expect_end();

    bench.tell("now a name that would clear the screen");
    let mut visit = Visit::new(bench, "eve", &[]);
    bench.rule("rule 2: each line is made harmless, the first one too");
    visit.guest.send(b"a\x1b[2Jb\n");
    visit.program.expect_lines("line: a?[2Jb");
    bench.tell("now a guest who breaks the connection");
    visit.guest.send(b"I am\n");
    visit.program.expect_lines("line: I am");
    let Visit { program, guest, .. } = visit;
    guest.reset();
    bench.rule("rule 6: the connection was reset, so the last act is that they have gone");
    program.expect_last_lines("gone\nthe visit is over");
    program.expect_exit(0);
    is_told_why(bench, &program, "the reset");
}

/// An error is returned, and the program prints it.
pub fn is_told_why(bench: &Bench, program: &Program, what: &str) {
    bench.rule("Errors: why a visit ended is returned, and the program prints it");
    program.expect_a_line_on_stderr(&format!("about {what}"));
}

pub fn a_flood_is_held_back(bench: &Bench) {
    bench.tell("now one who floods, with lines of every kind");
    let mut visit = Visit::new(bench, "dan", &["--burst", "5", "--every-ms", NEVER]);
    let long = "x".repeat(1_000);
    bench.rule("rule 3: five lines are allowed, and the name is one; a long one is one");
    for line in ["dan", &long, "3", "4", "5"] {
        visit.guest.send(format!("{line}\n").as_bytes());
        visit.program.expect_lines(&format!("line: {line}"));
    }
    for (rule, line) in [
        ("five lines have passed, and no further one", "six"),
        ("a long line costs what any line costs", &long),
        ("a blank line costs what any line costs", "   "),
        ("a command costs what any line costs", "/who"),
        ("an empty line costs what any line costs", ""),
    ] {
        bench.rule(&format!("rule 3: {rule}"));
        visit.guest.send(format!("{line}\n").as_bytes());
        visit.program.expect_lines("sorry");
        hears_sorry(bench, &mut visit.guest);
    }
    bench.tell("now a line that is too long, when no further one is allowed");
    visit.guest.send(&too_long());
    breaks_rule_4(bench, visit, "a line of 1,025 bytes");

    bench.tell("now one who waits until a line is allowed again");
    let mut visit = Visit::new(bench, "fay", &["--burst", "1", "--every-ms", "200"]);
    bench.rule("rule 3: one line is allowed at once");
    visit.guest.send(b"fay\n");
    visit.program.expect_lines("line: fay");
    bench.pass(3 * MOMENT);
    bench.rule("rule 3: 300 ms later, with a line every 200 ms, the next one passes");
    visit.guest.send(b"slowly\n");
    visit.program.expect_lines("line: slowly");
    visit.guest.close();
    bench.rule("rule 6: the guest has gone");
    visit.program.expect_last_lines("gone\nthe visit is over");
    visit.program.expect_exit(0);
}

fn breaks_rule_4(bench: &Bench, mut visit: Visit, what: &str) {
    bench.rule(&format!("rule 4: {what} is an Act::Sorry"));
    visit.program.expect_lines("sorry");
    visit.is_over("the guest is let go for rule 4");
    is_told_why(bench, &visit.program, what);
    bench.rule("rules 4 and 7: the guest is told why, and then the connection is closed");
    hears_sorry(bench, &mut visit.guest);
    visit.guest.expect_end_or_reset();
}

/// A line of 1,025 bytes.
fn too_long() -> Vec<u8> {
    [&[b'x'; MAX_LINE + 1][..], b"\n"].concat()
}

pub fn bad_lines_end_it(bench: &Bench) {
    for (what, bytes) in [
        (
            "a line of 1,025 bytes",
            [&too_long()[..], b"heard?\n"].concat(),
        ),
        ("3,000 bytes without the end of a line", vec![b'x'; 3_000]),
        (
            "a line that is not UTF-8",
            b"gr\xf6\xdfer\nheard?\n".to_vec(),
        ),
    ] {
        bench.tell(&format!("now {what}"));
        let mut visit = Visit::named(bench, "ada", &[]);
        visit.guest.send(&bytes);
        breaks_rule_4(bench, visit, what);
    }
    bench.tell("now a first line that is too long");
    let mut visit = Visit::new(bench, "long", &[]);
    visit.guest.send(&too_long());
    breaks_rule_4(bench, visit, "a first line of 1,025 bytes");
}

pub fn the_host_lets_go(bench: &Bench) {
    bench.tell(
        "now the host lets a silent guest go: what is in the queue is sent, and then the end",
    );
    let mut visit = Visit::named(bench, "zoe", &[]);
    bench.rule("rules 1 and 7: what lies in the queue is sent, and then the connection is closed");
    visit.program.feed(b"tell one\ntell two\nlet go\n");
    visit.program.expect_lines("told\ntold");
    visit.guest.expect(b"told host one\ntold host two\n");
    visit.guest.expect_end();
    visit.is_over("the host has let the guest go");
}

/// Counts the places of a queue behind a guest who takes nothing.
pub fn a_queue_has_its_places(bench: &Bench) {
    let text = "x".repeat(MORE_THAN_FITS);
    let places = bench.random().usize(2..=4);
    bench.tell(&format!(
            "now a guest who takes nothing, with {places} in the queue behind the 12 MB that are on their way"
        ));
    let queue = places.to_string();
    let more = ["--queue", &queue, "--patience-ms", NEVER, "--burst", "1000"];
    let mut visit = Visit::named(bench, "zoe", &more);
    visit.guest.stop_reading();
    let rest = "tell more\n".repeat(places + 1);
    visit
        .program
        .feed(format!("tell {text}\n{rest}").as_bytes());
    bench.rule(&format!(
        "rule 1: a queue of {places}, and one line that deliver has taken out of it"
    ));
    visit.program.expect_lines(&"told\n".repeat(places + 1));
    visit.program.settle(10 * MOMENT);
    if let Some(line) = visit.program.line_within(MOMENT / 10) {
        let expected = format!("{} times \"told\", and no more", places + 1);
        let likely =
            "The queue has more places than `house.queue`, or there is another one behind it.";
        bench.fail(
            CauseId::OutputDiffers,
            &expected,
            &format!("{line:?}"),
            Some(likely),
        );
    }
    visit.guest.read_again();
    bench.rule("rule 7: what lies in the queue is sent, in order");
    visit.guest.expect(format!("told host {text}\n").as_bytes());
    visit
        .guest
        .expect("told host more\n".repeat(places + 1).as_bytes());
    visit.program.expect_lines("told");
    visit.guest.finish_sending();
    visit.is_over("the guest has said the end");
    visit.guest.expect_end();
}

/// A guest who is owed 12 MB breaks a rule and goes on sending; then takes what is theirs.
pub fn the_last_lines_come(bench: &Bench) {
    bench.tell("now a guest who takes nothing, breaks a rule, and goes on sending");
    let more = ["--queue", "64", "--patience-ms", NEVER];
    let mut visit = Visit::named(bench, "eve", &more);
    visit.guest.stop_reading();
    let text = "x".repeat(200 * KIB);
    let told = format!("tell {text}\n").repeat(60);
    visit.program.feed(told.as_bytes());
    bench.rule("rule 1: 60 lines fit into the queue");
    visit.program.expect_lines(&"told\n".repeat(60));
    visit.guest.send(&too_long());
    bench.rule("rules 4 and 6: the line is too long, and the host hears nothing more but that they have gone");
    visit.program.expect_lines("sorry\ngone");
    bench.rule("rule 7: until all is delivered, what the guest sends is read");
    for _ in 0..3 {
        visit.guest.send(&[b'y'; 3_000]);
        visit.guest.expect_read();
    }
    visit.guest.read_again();
    bench
        .rule("rule 7: the guest still gets what lies in the queue, and then the end, not a reset");
    visit
        .guest
        .expect(format!("told host {text}\n").repeat(60).as_bytes());
    hears_sorry(bench, &mut visit.guest);
    visit.guest.expect_end();
    bench.rule("rule 6: that they have gone is the last act");
    visit.program.expect_last_lines("the visit is over");
    visit.program.expect_exit(0);
    is_told_why(bench, &visit.program, "the line that was too long");
}
