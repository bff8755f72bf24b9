//! The client: a keyboard, a screen, and a server that the test plays.

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Connection, Door, KIB, Program};

use super::{MAX_LINE, MOMENT};

/// The longest line of a server, without its end.
const MAX_NEWS: usize = 64 * KIB;

fn join(bench: &Bench, door: &Door, name: &str) -> (Program, Connection) {
    bench.rule("rule 1: the first line is the name, as it was given");
    let program = bench
        .program(&["join", &door.address(), name])
        .with_input()
        .start();
    let mut server = door.accept();
    server.expect(format!("{name}\n").as_bytes());
    (program, server)
}

/// The server says its last, and the client ends; no key is pressed.
fn server_ends(bench: &Bench, program: &Program, server: Connection) {
    bench.rule("rule 5: when the server ends, so does this, without another key");
    bench.silence_means("The server has ended, and your program waits on.");
    server.close();
    program.expect_output(b"");
    program.expect_exit(0);
}

/// Nothing is typed any more; the server will speak much later.
pub struct Late {
    program: Program,
    server: Connection,
    since: Instant,
}

pub fn says_no_more(bench: &Bench, door: &Door) -> Late {
    bench.tell("now the keyboard ends, and the server takes its time");
    let (program, mut server) = join(bench, door, "zoe");
    bench.rule("rule 3: each line that comes is shown");
    server.send(b"welcome zoe hall\n");
    program.expect_lines("welcome zoe hall");
    program.end_input();
    bench.rule("rule 4: when the keyboard ends, the server hears \"no more from me\"");
    server.expect_end();
    Late {
        program,
        server,
        since: Instant::now(),
    }
}

pub fn still_hears(bench: &Bench, late: Late) {
    const LONG: Duration = Duration::from_millis(2_500);
    let Late {
        program,
        mut server,
        since,
    } = late;
    while since.elapsed() < bench.slowed(LONG) {
        bench.pass(MOMENT);
    }
    bench.tell("now the server speaks to the one whose keyboard has ended");
    bench.rule("rule 4: what still comes is shown, however long it takes");
    if program.has_ended() {
        let got = "its end, though the server has not ended";
        let likely = "The end of the keyboard ended your program, if only after a while.";
        let expected = "a program that waits for what the server says";
        bench.fail(CauseId::OutputDiffers, expected, got, Some(likely));
    }
    server.send(b"said bob wait\n");
    program.expect_lines("said bob wait");
    server_ends(bench, &program, server);
}

pub fn both_ways(bench: &Bench, door: &Door) {
    bench.tell("something is typed, and nothing has come yet");
    let (program, mut server) = join(bench, door, "Ada");
    bench.rule("rule 2: a line is sent as soon as it was typed, with LF, as it is, whether or not anything came");
    program.feed(b"anybody there?\n");
    server.expect(b"anybody there?\n");
    bench.tell("nothing is typed, and something comes");
    bench.rule("rule 3: a line is shown as soon as it came, whether or not anything is typed");
    server.send(b"welcome Ada hall\n");
    program.expect_lines("welcome Ada hall");
    server.send_piece_by_piece(&[b"said bob gr\xc3", b"\xb6\xc3\x9fer", b"\n"]);
    program.expect_lines("said bob größer");
    bench.tell("nothing comes, and something is typed");
    bench.rule("rule 2: a line is sent as soon as it was typed, with LF, as it is");
    let words = [bench.random_word(3..=20), bench.random_word(3..=20)];
    for word in &words {
        program.feed(format!("{word} größer\n").as_bytes());
        server.expect(format!("{word} größer\n").as_bytes());
    }
    bench.tell("now what is typed is neither words nor short, and so is what comes");
    program.feed(b"  two  \n\n\t\n");
    server.expect(b"  two  \n\n\t\n");
    bench.rule("rule 3: a line of 65,536 bytes may come");
    let names = format!("here {}", "x".repeat(MAX_NEWS - 5));
    server.send(format!("{names}\n").as_bytes());
    program.expect_printed(format!("{names}\n").as_bytes());
    bench.rule("rule 3: what comes is made harmless");
    server.send(b"said eve \x1b[2J\x1b[Hada: I quit\n");
    program.expect_lines("said eve ?[2J?[Hada: I quit");
    bench.tell("now the keyboard ends, in the middle of a line");
    program.feed(b"no end");
    program.end_input();
    bench.rule("rule 2: the last line is sent with LF, though it was typed without");
    server.expect(b"no end\n");
    bench.rule("rule 4: when the keyboard ends, the server hears \"no more from me\"");
    server.expect_end();
    bench.rule("rule 4: what still comes is shown; no word ends it");
    server.send(b"said bob wait\nbye\nsaid bob still here\n");
    program.expect_lines("said bob wait\nbye\nsaid bob still here");
    server_ends(bench, &program, server);
}

pub fn no_key_is_pressed(bench: &Bench, door: &Door) {
    bench.tell("now the server ends, and no key is pressed");
    let (program, mut server) = join(bench, door, "bob");
    server.send(b"welcome bob hall\nbye\n");
    bench.rule("rule 3: each line that comes is shown");
    program.expect_lines("welcome bob hall\nbye");
    server_ends(bench, &program, server);
}

pub fn a_lot_is_typed(bench: &Bench, door: &Door) {
    bench.tell("now a server that takes nothing for some time, while 8 MB are typed");
    let (program, mut server) = join(bench, door, "eve");
    server.stop_reading();
    let typed: Vec<_> = (0..8_000)
        .map(|n| format!("{n} {}\n", "x".repeat(MAX_LINE - 10)))
        .collect();
    let typed = typed.concat();
    let before = program.memory();
    program.feed(typed.as_bytes());
    bench.pass(MOMENT * 3);
    bench.rule("rule 3: what comes is shown, also while nothing can be sent");
    for n in 0..3 {
        server.send(format!("said bob {n}?\n").as_bytes());
        program.expect_lines(&format!("said bob {n}?"));
    }
    bench.rule("rule 2: each line is sent");
    server.read_again();
    server.expect(typed.as_bytes());
    bench.rule("rule 6: at most a thousand lines are kept");
    program.expect_steady_memory(before, typed.len());
    bench.rule("rule 4: when the keyboard ends, the server hears \"no more from me\"");
    program.end_input();
    server.expect_end();
    server_ends(bench, &program, server);
}

pub fn errors_are_returned(bench: &Bench, door: &Door) {
    for (what, bytes) in [
        (
            "a line of 65,537 bytes",
            [&[b'x'; MAX_NEWS + 1][..], b"\n"].concat(),
        ),
        (
            "100,000 bytes without the end of a line",
            vec![b'x'; 100_000],
        ),
        (
            "a line that is not UTF-8",
            b"said bob gr\xf6\xdfer\n".to_vec(),
        ),
    ] {
        bench.tell(&format!("now {what}"));
        let (program, mut server) = join(bench, door, "ada");
        bench.rule("rule 3: each line that comes is shown");
        server.send(b"welcome ada hall\n");
        program.expect_lines("welcome ada hall");
        bench.rule(&format!("Errors: {what} is an error, and not shown"));
        bench.silence_means(
            "Your program takes a line that is longer than MAX_NEWS, or waits for its end.",
        );
        server.send_what_fits(&bytes);
        program.expect_output(b"");
        program.expect_failure();
    }
    bench.tell("now a server that breaks the connection");
    let (program, mut server) = join(bench, door, "ada");
    bench.rule("rule 3: each line that comes is shown");
    server.send(b"welcome ada hall\n");
    program.expect_lines("welcome ada hall");
    bench.rule("Errors: an error of reading from the connection, such as a reset, is returned");
    server.reset();
    program.expect_output(b"");
    program.expect_failure();

    bench.tell("now a screen that is gone");
    let (program, mut server) = join(bench, door, "ada");
    bench.rule("Errors: an error of writing to the screen is returned");
    bench.silence_means("Nothing can be shown any more, and your program goes on.");
    program.close_stdout();
    server.send(b"welcome ada hall\nsaid bob hello\n");
    program.expect_failure();
}
