//! Each fault arrives at the program as what it is called.

use std::net::SocketAddr;

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB, Program};

use crate::trial::{Trial, passes};

#[test]
fn pieces_arrive_one_by_one() {
    let ran = passes(|bench| {
        // Slow to accept: without a wait for each piece, all of them would lie there by then.
        let (program, mut near) = connected(bench, &["hold", "100", "accept", "read-and-say"]);
        near.send_piece_by_piece(&[b"D", b"ear", b"\r", b"\n", &[7; 1000]]);
        program.expect_printed(b"1\n3\n1\n1\n1000\n");
    });
    assert!(ran.tells("5 pieces, each after the one before was read"));
}

#[test]
fn pieces_that_nobody_reads_are_sent_and_said_to_be_weaker() {
    let ran = passes(|bench| {
        let (_program, mut near) = connected(bench, &["accept", "sleep"]);
        near.send_piece_by_piece(&[b"D", b"ear"]);
    });
    assert!(ran.tells("did not show whether each was read alone"));
}

#[test]
fn pieces_on_stdin_arrive_one_by_one() {
    let ran = passes(|bench| {
        let program = bench
            .program(&["hold", "100", "read-input-and-say"])
            .with_input()
            .start();
        program.feed_piece_by_piece(&[b"D", b"ear", b"\r", &[7; 1000]]);
        program.expect_printed(b"1\n3\n1\n1000\n");
        program.end_input();
        program.expect_output(b"the end\n");
    });
    assert!(ran.tells("4 pieces, each after the one before was read"));
    let ran = passes(|bench| {
        let program = bench.program(&["sleep"]).with_input().start();
        program.feed_piece_by_piece(&[b"D", b"ear"]);
    });
    assert!(ran.tells("did not show whether each was read alone"));
    // Whether it was right to end, the test finds out by other means.
    passes(|bench| {
        let program = bench.program(&["exit", "0"]).with_input().start();
        program.feed_piece_by_piece(&[b"D", b"ear"]);
        program.expect_exit(0);
    });
}

#[test]
fn pieces_of_any_length_keep_the_content() {
    let ran = passes(|bench| {
        let (_program, mut near) = connected(bench, &["accept", "echo", "close"]);
        let letter = bench.random_bytes(100 * KIB);
        near.send_in_pieces(&letter, 1..=999, &mut bench.random());
        near.finish_sending();
        near.expect(&letter);
        near.expect_end();
    });
    assert!(ran.tells("sent 102,400 bytes in pieces of 1 to 999"));
}

#[test]
fn a_reset_is_a_reset() {
    passes(|bench| {
        let (program, mut near) = connected(bench, &["accept", "read-and-say"]);
        near.send(b"Dear");
        program.expect_printed(b"4\n");
        near.reset();
        program.expect_output(b"ConnectionReset\n");
        program.expect_exit(0);
    });
}

#[test]
fn a_close_is_an_end() {
    passes(|bench| {
        let (program, near) = connected(bench, &["accept", "read-and-say"]);
        near.close();
        program.expect_output(b"the end\n");
    });
}

#[test]
fn after_no_more_from_me_the_other_side_may_talk() {
    passes(|bench| {
        let todo = ["accept", "read-and-say", "write", "still here", "close"];
        let (program, mut near) = connected(bench, &todo);
        near.finish_sending();
        program.expect_printed(b"the end\n");
        near.expect(b"still here");
        near.expect_end();
    });
}

#[test]
fn who_stops_reading_is_felt() {
    const POURED: usize = 32 * MIB;
    passes(|bench| {
        let todo = ["accept", "read", "1", "pour", "33554432", "close"];
        let (program, mut near) = connected(bench, &todo);
        near.stop_reading();
        near.send(b"!");
        let first = program.says_number("blocked after ", " bytes") as usize;
        assert!(first < POURED);
        let taken = near.take_at_most(1000);
        assert_eq!(taken, 1000);
        near.read_again();
        near.expect(&vec![b'w'; POURED - taken]);
        near.expect_end();
        program.expect_output(b"poured\n");
    });
}

#[test]
fn who_is_never_read_from_is_let_go_of() {
    passes(|bench| {
        let (_program, mut near) = connected(bench, &["accept", "read", "100000", "close"]);
        near.push_until_let_go(&[7; 10 * KIB]);
    });
    let kept = Trial::new().run(|bench| {
        let (_program, mut near) = connected(&bench, &["accept", "read", "100000", "sleep"]);
        near.push_until_let_go(&[7; 10 * KIB]);
    });
    kept.cause(CauseId::NotClosed);
}

#[test]
fn what_fits_is_sent_without_waiting() {
    passes(|bench| {
        let (_program, mut near) = connected(bench, &["accept", "swallow", "sleep"]);
        assert_eq!(near.send_what_fits(b"Dear"), 4);
        let (_program, mut deaf) = connected(bench, &["accept", "sleep"]);
        let much = vec![7; 64 * MIB];
        let sent = deaf.send_what_fits(&much);
        assert!(0 < sent && sent < much.len(), "{sent}");
    });
}

#[test]
fn an_echo_of_ours_gives_back_what_it_gets() {
    passes(|bench| {
        let door = bench.door("far");
        let todo = ["connect", &door.address(), "there-and-back", "3000000"];
        let program = bench.start(&todo);
        door.accept().echo_back(3_000_000);
        program.expect_output(b"same\n");
    });
}

#[test]
fn a_closed_address_refuses() {
    passes(|bench| {
        let nowhere = bench.closed_address().to_string();
        let program = bench.start(&["connect", &nowhere]);
        program.expect_output(b"ConnectionRefused\n");
        program.expect_failure();
    });
}

#[test]
fn an_end_is_not_a_reset() {
    let cut = ["accept", "cut", "sleep"];
    let ran = Trial::new().run(|bench| {
        let (_program, mut near) = connected(&bench, &cut);
        near.send(b"Dear");
        near.expect_end();
    });
    ran.cause(CauseId::Reset);
    passes(|bench| {
        let (_program, mut near) = connected(bench, &cut);
        near.send(b"Dear");
        near.expect_end_or_reset();
    });
}

#[test]
fn both_families_are_spoken() {
    passes(|bench| {
        if !bench.has_ipv6() {
            return;
        }
        let program = bench.start(&["listen-at", "[::1]:0", "accept", "echo", "close"]);
        let address = program.listens();
        assert!(address.is_ipv6());
        let mut near = bench.connect("near", address);
        near.send_piece_by_piece(&[b"D", b"ear"]);
        near.finish_sending();
        near.expect(b"Dear");
        near.expect_end();
    });
}

/// Inputs are random, and the same for the same seed and step.
#[test]
fn a_seed_is_a_run() {
    let inputs = || {
        let mut inputs = Vec::new();
        passes(|bench| inputs = bench.random_bytes(32));
        inputs
    };
    assert_eq!(inputs(), inputs());
    passes(|bench| assert_ne!(bench.random_bytes(32), bench.random_bytes(32)));
}

/// A listening program that then does this, and a connection to it, which may not be accepted yet.
fn connected(bench: &Bench, then: &[&str]) -> (Program, Connection) {
    let program = bench.start(&[&["listen"], then].concat());
    let address: SocketAddr = program.listens();
    (program, bench.connect("near", address))
}
