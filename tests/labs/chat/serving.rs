//! The door: guests of every kind come, and go in every way.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Connection, Program};

use super::people::{guest, hears, hears_leave, hears_sorry, is_with};
use super::{MAX_LINE, MOMENT, NEVER, PLENTY, SHORT, house};

fn serve(bench: &Bench, more: &[&str]) -> Program {
    let times = ["--name-ms", NEVER, "--patience-ms", NEVER];
    bench
        .program(&[&["serve", "--listen", "127.0.0.1:0"], &times[..], more].concat())
        .start()
}

/// More guests who say nothing than there are places, numbers or moments: somebody else comes in at once.
pub fn the_silent_hold_nobody_up(bench: &Bench) {
    const SILENT: usize = 300;
    /// Less than five milliseconds for each.
    const TIME: Duration = Duration::from_millis(1_400);
    const TRIES: usize = 3;
    let program = serve(bench, &[]);
    let address = program.listens();
    bench.rule("rule 1: a guest is let in, and looked after in a task of their own");
    let mut ada = guest(bench, address, "ada");
    let mut bob = bench.connect("bob", address);
    bob.send(b"bob\n");
    if !bob.comes_or_ends(b"welcome bob hall\n") {
        if bob.is_over() || ada.is_over() {
            two_are_one(bench, "the second guest");
        }
        hears(bench, &mut bob, "welcome bob hall");
    }
    two_are_two(bench, &mut ada, "joined bob");
    for n in 1..=TRIES {
        bench.tell(&format!(
            "now {SILENT} who say nothing, and one more who says a name"
        ));
        bench.rule(&format!(
            "rule 1: guests who say nothing hold nobody up, not even {SILENT} of them"
        ));
        let began = Instant::now();
        let silent: Vec<_> = (0..SILENT)
            .map(|i| bench.connect(&format!("s{n}-{i}"), address))
            .collect();
        let name = format!("late{n}");
        let mut late = bench.connect(&name, address);
        late.send(format!("{name}\n").as_bytes());
        let welcome = format!("welcome {name} hall\n");
        let came = late.comes_or_ends(welcome.as_bytes());
        let took = began.elapsed();
        let real = bench.slowed(TIME);
        if !came || (took > real && n == TRIES) {
            let expected = format!("{welcome:?} within {} ms", real.as_millis());
            let got = match came {
                true => format!("the welcome, after {} ms", took.as_millis()),
                false => format!("none in {:.1} s", took.as_secs_f64()),
            };
            let likely = "The loop that accepts waits, for each guest or for some that are in, before it accepts the next one.";
            bench.fail(CauseId::TooSlow, &expected, &got, Some(likely));
        }
        late.note("heard the welcome");
        two_are_two(bench, &mut ada, &format!("joined {name}"));
        for silent in silent {
            silent.close();
        }
        if took <= real {
            break;
        }
        bench.tell("that took too long; once more, in case this machine was busy");
    }
    bench.rule("everybody in the room hears it");
    bob.send(b"so many\n");
    hears(bench, &mut ada, "said bob so many");
}

/// Ada hears who has come; if she is thrown out instead, she was taken for another.
fn two_are_two(bench: &Bench, ada: &mut Connection, news: &str) {
    if !ada.comes_or_ends(format!("{news}\n").as_bytes()) {
        if ada.is_over() {
            two_are_one(bench, "somebody else");
        }
        hears(bench, ada, news);
    }
}

fn two_are_one(bench: &Bench, who: &str) -> ! {
    bench.rule("rule 1: each guest has a number of their own");
    let expected = "two guests, each with a connection";
    let got = format!("the end of a connection, when {who} came");
    let likely = "The host knows a guest by the number. Two with one number are one guest, and the second one's outbox takes \
                  the place of the first one's.";
    bench.fail(CauseId::OutputDiffers, expected, &got, Some(likely))
}

pub fn many_talk(bench: &Bench) {
    bench.rule("rule 1: each guest is let in");
    let program = serve(bench, &["--queue", "512", "--burst", PLENTY]);
    let address = program.listens();
    bench.tell("180 guests, and 20 who do not say who they are");
    let mut nameless = Vec::new();
    let mut guests = Vec::new();
    for n in 0..180 {
        if n % 9 == 0 {
            nameless.push(bench.connect(&format!("s{n}"), address));
        }
        guests.push(guest(bench, address, &format!("g{n}")));
    }
    for (n, silent) in nameless.iter_mut().enumerate() {
        silent.send_what_fits(&b"half"[..n % 5]);
    }
    house::all_hear_each_other(bench, &mut guests);

    bench.tell("now 20 break their connections, and 20 say goodbye");
    bench.rule("however somebody leaves, those in the room hear it, once");
    let gone: Vec<_> = (140..180).map(|n| format!("g{n}")).collect();
    for (n, guest) in guests.drain(140..).enumerate() {
        match n % 2 {
            0 => guest.reset(),
            _ => guest.close(),
        }
    }
    for witness in [0, 1, 64, 77, 127] {
        hears_leave(bench, &mut guests[witness], &gone);
    }
    let names: Vec<_> = (0..140).map(|n| format!("g{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    is_with(bench, &mut guests[77], &names);

    house::slow_ones_are_let_go(bench, &program, guests);
    for silent in nameless {
        silent.close();
    }
}

pub fn each_has_a_limit(bench: &Bench) {
    bench.tell("now a limit for each: who floods is told, and nobody else is");
    let program = serve(bench, &["--burst", "3", "--every-ms", NEVER]);
    let address = program.listens();
    bench.rule("each guest has an allowance of their own");
    let mut bob = guest(bench, address, "bob");
    let mut ada = guest(bench, address, "ada");
    hears(bench, &mut bob, "joined ada");
    ada.send(b"1\n2\n3\n4\n");
    hears(bench, &mut bob, "said ada 1");
    hears(bench, &mut bob, "said ada 2");
    hears_sorry(bench, &mut ada);
    hears_sorry(bench, &mut ada);
    bob.send(b"slowly\n");
    hears(bench, &mut ada, "said bob slowly");
    is_with(bench, &mut bob, &["ada", "bob"]);
}

/// Whoever runs the server is told of each visit that ended with an error, in one line.
pub fn errors_are_told(bench: &Bench) {
    bench.tell("now guests whose visits end with an error, and whoever runs the server is told");
    let program = serve(bench, &[]);
    let address = program.listens();
    bench.rule("rule 1: a guest is let in");
    let mut witness = guest(bench, address, "witness");
    let before = lines_on_stderr(&program);
    guest(bench, address, "good").close();
    hears(bench, &mut witness, "joined good");
    hears_leave(bench, &mut witness, &["good".to_string()]);
    let normal = lines_on_stderr(&program) - before;

    let before = lines_on_stderr(&program);
    let mut eve = guest(bench, address, "eve");
    eve.send(&[&[b'x'; MAX_LINE + 1][..], b"\n"].concat());
    is_one_line(bench, &program, before, normal, "a guest breaks a rule");
    bench.rule("rule 4 of visit: the guest is told why, and then the connection is closed");
    hears_sorry(bench, &mut eve);
    eve.expect_end_or_reset();
    eve.expect_released();
    let before = lines_on_stderr(&program);
    guest(bench, address, "dan").reset();
    is_one_line(
        bench,
        &program,
        before,
        normal,
        "a guest breaks the connection",
    );

    let name_time = ["--name-ms", "300", "--patience-ms", NEVER];
    let program = bench.start(&[&["serve", "--listen", "127.0.0.1:0"], &name_time[..]].concat());
    let mut late = bench.connect("late", program.listens());
    is_one_line(bench, &program, 0, normal, "no name comes in time");
    while late.receive_line_or_end("the end").is_some() {}
}

/// Those with something in them, when the program has done what it could.
fn lines_on_stderr(program: &Program) -> usize {
    program.settle(10 * MOMENT);
    some_lines(&program.stderr())
}

fn some_lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

/// One line more than there are for a guest whose visit ends well; what else a program tells there is its own.
fn is_one_line(bench: &Bench, program: &Program, before: usize, normal: usize, who: &str) {
    bench.rule(
        "rule 2: a visit that ends with an error is one line on stderr, with the error in it",
    );
    let until = Instant::now() + bench.slowed(2 * SHORT);
    while some_lines(&program.stderr()) == before && Instant::now() < until {
        bench.pass(MOMENT / 20);
    }
    let lines = lines_on_stderr(program) - before;
    bench.tell(&format!("stderr: {lines} lines when {who}"));
    if (1..=normal + 1).contains(&lines) {
        return;
    }
    let expected = match normal {
        0 => format!("one line on stderr when {who}"),
        n => format!(
            "{n} or {} lines on stderr when {who}: after a guest without an error there were {n}",
            n + 1
        ),
    };
    let got = match lines {
        0 => format!("none when {who}, but for empty ones"),
        n => format!("{n} lines when {who}"),
    };
    bench.fail(CauseId::OutputDiffers, &expected, &got, None)
}

/// So many lines of a kilobyte are owed: more than fits between a server and a guest who takes nothing.
const OWED: usize = 6_000;

/// Ada tells this guest, who takes nothing, more than fits between them.
pub fn is_told_a_lot(ada: &mut Connection, deaf: &mut Connection, name: &str) {
    deaf.stop_reading();
    let line = format!("/tell {name} {}\n", "x".repeat(MAX_LINE - 24));
    ada.send(line.repeat(OWED).as_bytes());
}

/// Takes all that Ada has told.
pub fn takes_what_is_owed(deaf: &mut Connection) {
    deaf.read_again();
    let line = format!("told ada {}\n", "x".repeat(MAX_LINE - 24));
    deaf.expect(line.repeat(OWED).as_bytes());
}

/// Somebody without a name whom the host knows: the host has refused one.
pub fn is_met(bench: &Bench, address: SocketAddr, name: &str) -> Connection {
    let mut guest = bench.connect(name, address);
    guest.send(b"not a name\n");
    hears_sorry(bench, &mut guest);
    guest
}

/// Not let in any more, not even for a moment.
pub fn is_refused(bench: &Bench, address: SocketAddr) {
    let knock = std::net::TcpStream::connect_timeout(&address, bench.slowed(SHORT));
    match knock {
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            bench.tell(&format!("{address} refuses connections"));
        }
        other => {
            bench.tell(&format!("knocked at {address}: {other:?}"));
            let likely = "Everybody was told that the server stops, and its door is still open. What owns the door has to be \
                          dropped before the host is told.";
            let got = "a connection, or no answer";
            let expected =
                format!("no connection to {address} any more, when the first has heard \"bye\"");
            bench.fail(CauseId::NotClosed, &expected, got, Some(likely));
        }
    }
}
