//! A wait that ends in its time: no sooner, and no later because of what comes.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Program};

use super::{ANY, MAX_DATAGRAM, SILENCE, said};

const NOT_FOUND: &str = "{\"found\": false}";

pub fn hears_all_until_the_word(bench: &Bench) {
    let near = bench.datagram_peer("near");
    let (program, at) = begin(bench, Duration::from_secs(60));
    let letters = ["Dear Ada", "Dear Ada", "", "foun", "found \r\n", "found"];
    for letter in letters.iter().chain(&["too late"]) {
        near.send(at, letter.as_bytes());
    }
    let lines = letters.map(|text| said::heard(near.address(), text));
    program.expect_last_lines(&(lines.concat() + "{\"found\": true}\n"));
    program.expect_exit(0);
}

/// A letter of the largest size, and what was heard of it.
pub fn hears_all_of_the_longest(bench: &Bench) {
    bench.tell("now the longest letter that there is");
    let near = bench.datagram_peer("near");
    let long = "x".repeat(MAX_DATAGRAM);
    let (program, at) = begin(bench, Duration::from_secs(60));
    near.send(at, long.as_bytes());
    near.send(at, b"found");
    let line = program.says_line("a line about a letter of 65,507 bytes");
    if line != said::heard(near.address(), &long).trim_end() {
        let length = serde_json::from_str::<serde_json::Value>(&line)
            .ok()
            .and_then(|said| said["length"].as_u64())
            .filter(|length| (1..MAX_DATAGRAM as u64).contains(length));
        let (got, likely) = match length {
            Some(length) => (
                format!("\"length\": {length}, the beginning of it"),
                Some(
                    "What does not fit into the buffer of a receive is cut off and gone, and nothing says so.",
                ),
            ),
            None => (line.chars().take(120).collect(), None),
        };
        bench.fail(
            CauseId::OutputDiffers,
            "\"length\": 65507, and all of that letter",
            &got,
            likely,
        );
    }
    program.expect_last_lines(&(said::heard(near.address(), "found") + "{\"found\": true}\n"));
    program.expect_exit(0);
}

pub fn gives_up(bench: &Bench) {
    bench.tell("now nothing comes");
    let wait = bench.slowed(Duration::from_millis(400));
    for wait in [wait, Duration::from_millis(1), Duration::ZERO] {
        let began = Instant::now();
        let (program, _) = begin(bench, wait);
        ended_without_it(bench, &program);
        not_too_soon(bench, began, wait, "nothing came");
        program.expect_exit(1);
    }
}

/// Useless letters, now and then: from two strangers in turn, every other one empty.
pub fn useless_letters_give_no_time(bench: &Bench) {
    bench.tell("now two talk all the time, and never say the word");
    let (near, eve) = (bench.datagram_peer("near"), bench.datagram_peer("eve"));
    let wait = bench.slowed(Duration::from_millis(300));
    let began = Instant::now();
    let (program, at) = begin(bench, wait);
    // Ten times as long as it may wait.
    for n in 0..60 {
        let peer = if n % 2 == 0 { &near } else { &eve };
        peer.send_quietly(at, if n % 4 < 2 { b"not yet" } else { b"" });
        bench.pass(SILENCE);
        if program.has_ended() {
            break;
        }
    }
    if !program.has_ended() {
        bench.fail(
            CauseId::NotEnded,
            "an end of the wait after 300 ms, whatever comes",
            "a program that still waits after 3 s, while a datagram came every 50 ms",
            Some("What came gave your program its whole time anew. The end of the wait is one moment, whatever comes and from whom."),
        );
    }
    ended_without_it(bench, &program);
    not_too_soon(bench, began, wait, "useless letters came");
    program.expect_exit(1);
}

/// More than the program can read: there is no moment at which nothing has come.
pub fn a_flood_gives_no_time(bench: &Bench) {
    // Once may be the machine, with so much to do.
    if !ends_in_a_flood(bench, 10) && !ends_in_a_flood(bench, 30) {
        bench.fail(
            CauseId::NotEnded,
            "an end of the wait after 100 ms, however fast letters come",
            "a program that still reads them after 3 s",
            Some("Your program ends when a receive brings nothing in its time. Here each brings something: look at the time after each of them."),
        );
    }
}

pub fn a_datagram_gives_no_time(bench: &Bench) {
    // Even twice this is shorter than what a program may sleep before it counts as stuck.
    let mut wait = Duration::from_millis(800);
    for _ in 0..2 {
        if ends_before_a_later_one(bench, wait) {
            return;
        }
        // Once may be the machine. With twice the time it is not.
        wait *= 2;
    }
    bench.fail(
        CauseId::NotEnded,
        "an end of the wait that was begun first, although a datagram came in the middle of it",
        "the end of one that was begun later",
        Some("The datagram gave your program its whole time anew. The end of the wait is one moment."),
    )
}

fn begin(bench: &Bench, wait: Duration) -> (Program, std::net::SocketAddr) {
    let ms = wait.as_millis().to_string();
    let args = [
        "wait",
        "--listen",
        ANY,
        "--wait-ms",
        &ms,
        "--until",
        "found",
    ];
    let program = bench.start(&args);
    let at = program.listens();
    (program, at)
}

/// Measured from before the program was started: that is never less than it has waited.
fn not_too_soon(bench: &Bench, began: Instant, wait: Duration, meanwhile: &str) {
    let took = began.elapsed();
    if took < wait * 9 / 10 {
        let (wait, took) = (wait.as_millis(), took.as_millis());
        bench.fail(
            CauseId::OutputDiffers,
            &format!("the end of the wait after {wait} ms: {meanwhile}"),
            &format!("{NOT_FOUND} after {took} ms, before its time"),
            None,
        );
    }
}

/// Whether it ends before so many times its wait are over.
fn ends_in_a_flood(bench: &Bench, times: u32) -> bool {
    bench.tell("now letters that nobody wants come faster than they can be read, for as long as your program waits");
    let wait = bench.slowed(Duration::from_millis(100));
    // Not in the wire record, which would be as long as the flood.
    let flood = UdpSocket::bind(ANY).expect("a free port of the loopback");
    // So long that the pipe of stdout is full sooner than the socket is empty: whenever this test is not given its turn,
    // the program waits to be read, with letters before it.
    let letter = [b'x'; 1000];
    let began = Instant::now();
    let (program, at) = begin(bench, wait);
    while !program.has_ended() && began.elapsed() < times * wait {
        for _ in 0..150 {
            // What has no room is lost.
            let _ = flood.send_to(&letter, at);
        }
        program.skim();
    }
    if !program.has_ended() {
        return false;
    }
    ended_without_it(bench, &program);
    not_too_soon(bench, began, wait, "useless letters came without a pause");
    program.expect_exit(1);
    true
}

fn ended_without_it(bench: &Bench, program: &Program) {
    let expected = "{\"found\": false} as the last line: the time is over, and that is no error";
    let last = program.last_line(expected);
    if last != NOT_FOUND {
        let got = match &last[..] {
            "" => "nothing, and the end of stdout".to_string(),
            last => format!("{}, then the end of stdout", last.escape_debug()),
        };
        bench.fail(CauseId::ClosedEarly, expected, &got, None);
    }
}

/// Of two waits of the same length, the one with a datagram in it was begun a quarter of it earlier.
fn ends_before_a_later_one(bench: &Bench, wait: Duration) -> bool {
    bench.tell("now a datagram in the middle of a wait, and then nothing; a second wait is begun a little later");
    let near = bench.datagram_peer("near");
    let real = bench.slowed(wait);
    let (first, at) = begin(bench, real);
    bench.pass(wait / 4);
    let (later, _) = begin(bench, real);
    bench.pass(wait / 4);
    near.send(at, b"not yet");
    first.says_line("what was heard");
    later.expect_last_lines(&format!("{NOT_FOUND}\n"));
    first.has_ended()
}
