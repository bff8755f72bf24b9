//! 00 hello: the first connection.

use std::time::Duration;

use hidden_tests::{Bench, KIB, MIB};

/// `MAX_GREETING` of the statement.
const MAX_GREETING: usize = 1024;
/// How long the bench listens for bytes that should not come.
const NOTHING_MORE: Duration = Duration::from_millis(50);
/// Letters in bulk, in MiB: enough to show in a program's memory, few enough to be read one byte at a time.
const BULK: usize = 4;
/// A pause in the middle of the letters, longer than a time-out that somebody might have set.
const PAUSE: Duration = Duration::from_millis(300);

// ANCHOR: says_its_name
#[test]
fn says_its_name() {
    let bench = Bench::new("hello");
    let mut doors = vec![bench.door("server")];
    if bench.has_ipv6() {
        doors.push(bench.door_at("server6", "[::1]:0"));
    }
    for door in doors {
        // A name is what was given: a space at its end is part of it.
        let name = format!("Zoë {} ", bench.random_word(3..=12));
        bench.start(&[&door.address(), &name]);
        let mut server = door.accept();
        server.expect(format!("{name}\r\n").as_bytes());
        server.expect_no_more(NOTHING_MORE);
    }

    bench.tell("now to an address where nobody listens");
    let nowhere = bench.closed_address().to_string();
    bench.start(&[&nowhere, "Ada"]).expect_failure();
    bench.finish();
}
// ANCHOR_END: says_its_name

#[test]
fn hears_the_greeting() {
    let bench = Bench::new("hello");
    let door = bench.door("server");
    let address = door.address();

    let word = bench.random_word(5..=20);
    let greeting = format!("Good\rmorning,\n{word}.\r\n");
    let program = bench.start(&[&address, "Ada"]);
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    server.offer_piece_by_piece(&cut_at_the_line_end(greeting.as_bytes()));
    program.expect_printed(format!("Good\rmorning,\n{word}.\n").as_bytes());

    bench.tell("now a greeting as long as it may be");
    let longest = bench.random_word(MAX_GREETING - 2..=MAX_GREETING - 2);
    let program = bench.start(&[&address, "Ada"]);
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    server.send(format!("{longest}\r\n").as_bytes());
    program.expect_printed(format!("{longest}\n").as_bytes());

    bench.tell("now a greeting without an end; the connection stays open");
    let program = bench.start(&[&address, "Ada"]);
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    server.send("x".repeat(MAX_GREETING).as_bytes());
    program.expect_failure();

    bench.tell("now a server that closes in the middle of its greeting");
    let program = bench.start(&[&address, "Ada"]);
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    server.send(b"Good mor");
    server.finish_sending();
    program.expect_failure();
    bench.finish();
}

#[test]
fn counts_the_letters() {
    let bench = Bench::new("hello");
    let door = bench.door("server");

    let program = bench.start(&[&door.address(), "Ada"]);
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    let first = bench.random_bytes(500);
    let glued = [b"Good morning.\r\n", &first[..]].concat();
    server.send(&glued);
    program.expect_printed(b"Good morning.\n");
    server.expect_silence(PAUSE);
    server.send_piece_by_piece(&[b"\0", b"\xff", b"\r\n"]);
    let more = bench.random_bytes(20_000);
    server.send_in_pieces(&more, 1..=999, &mut bench.random());
    server.finish_sending();
    program.expect_output(b"letters: 20504 bytes\n");
    program.expect_exit(0);

    bench.tell("now letters in bulk: they pass through, and are not kept");
    let program = bench
        .program(&[&door.address(), "Ada"])
        .with_address_space(KIB * MIB)
        .start();
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    server.send(b"Good morning.\r\n");
    program.expect_printed(b"Good morning.\n");
    let before = program.memory();
    let letter = bench.random_bytes(MIB);
    for _ in 0..BULK {
        server.send_again(&letter);
    }
    server.wait_until_all_is_read();
    program.expect_steady_memory(before, BULK * MIB);
    server.finish_sending();
    program.expect_output(format!("letters: {} bytes\n", BULK * MIB).as_bytes());
    program.expect_exit(0);

    bench.tell("now a server whose connection breaks: that is an error, not an end");
    let program = bench.start(&[&door.address(), "Ada"]);
    let mut server = door.accept();
    server.expect(b"Ada\r\n");
    server.send(b"Good morning.\r\nDear A");
    program.expect_printed(b"Good morning.\n");
    server.wait_until_all_is_read();
    server.reset();
    program.expect_failure();
    bench.finish();
}

/// Before the first line's lone CR and after it, then between the CR and the LF of the real end.
fn cut_at_the_line_end(greeting: &[u8]) -> Vec<&[u8]> {
    let end = greeting.len() - 1;
    vec![
        &greeting[..4],
        &greeting[4..5],
        &greeting[5..end],
        &greeting[end..],
    ]
}
