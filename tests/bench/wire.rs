//! The record of a conversation: for a reader, and for the tools that read captures.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB, Program, wire};

use crate::pcapng::{self, Said};
use crate::plain::plain;
use crate::trial::{Ran, Trial};
use crate::tshark;

const IPV4: &str = "127.0.0.1:0";
const IPV6: &str = "[::1]:0";

#[test]
fn a_reader_sees_who_said_what() {
    let ran = recorded(|bench| {
        let todo = ["keep", "write", "Hello\\r\\n", "close"];
        let (_program, mut near) = talk(bench, "near", IPV4, &todo);
        near.send_piece_by_piece(&[b"A", b"d", b"a", b"\r\n"]);
        near.send(b"This is longer than what a line of the record shows.\r\n");
        near.finish_sending();
        near.expect(b"Hello\r\n");
        near.expect_end();
        near.close();

        let door = bench.door("far");
        bench.start(&["connect", &door.address(), "cut", "sleep"]);
        let mut far = door.accept();
        far.send(b"!");
        far.expect_end_or_reset();
        let (_program, other) = talk(bench, "other", IPV4, &["sleep"]);
        other.reset();
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("wire.txt", without_times(&plain(&text(&ran)))));
}

#[test]
fn stdin_and_stdout_stand_beside_the_connections() {
    let ran = recorded(|bench| {
        let program = bench.program(&["read-input-and-say"]).with_input().start();
        program.feed(b"Dear Ada");
        program.expect_printed(b"8\n");
        program.end_input();
        program.expect_output(b"the end\n");
        program.expect_exit(0);
    });
    let text = without_numbers(&text(&ran));
    let lines: Vec<String> = text
        .lines()
        .filter(|line| line.contains("N.NNN"))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "N.NNN stdio test -> you 8 bytes 44 65 61 72 20 41 64 61 Dear Ada",
            "N.NNN stdio you -> test 2 bytes 38 0a 8.",
            "N.NNN stdio test -> you end",
            "N.NNN stdio you -> test 8 bytes 74 68 65 20 65 6e 64 0a the end.",
            "N.NNN stdio you -> test end",
        ]
    );
    // No packet, no record of packets.
    assert!(!ran.path("wire.pcapng").exists());
}

#[test]
fn pieces_and_ends_are_told_one_by_one() {
    let ran = recorded(|bench| {
        let todo = ["read-and-say", "write", "ok", "close"];
        let (_program, mut near) = talk(bench, "near", IPV4, &todo);
        near.send_piece_by_piece(&[b"D", b"e", b"ar"]);
        near.finish_sending();
        near.expect(b"ok");
        near.expect_end();
        // Nothing is left to close: this is no second end.
        near.close();
    });
    let said = all_said(&ran);
    let (test, program) = &said["near"];
    assert_eq!(test.data, b"Dear");
    assert_eq!(test.pieces, [1, 1, 2]);
    assert_eq!(program.data, b"ok");
    assert!(test.finished && program.finished);
    assert!(!test.reset && !program.reset);
    judged(&ran, &said);
}

#[test]
fn what_is_too_long_to_keep_is_counted() {
    let mut letter = Vec::new();
    let ran = recorded(|bench| {
        let (_program, mut near) = talk(bench, "near", IPV4, &["echo", "close"]);
        letter = bench.random_bytes(MIB);
        near.send_in_pieces(&letter, 1..=100 * KIB, &mut bench.random());
        near.finish_sending();
        near.expect(&letter);
        near.expect_end();
    });
    let said = all_said(&ran);
    let (test, program) = &said["near"];
    for side in [test, program] {
        assert_eq!(side.length, letter.len());
        assert!(
            side.data == letter[..wire::KEPT],
            "the kept part is another"
        );
        assert!(side.finished);
    }
    assert!(fs::metadata(ran.path("wire.pcapng")).unwrap().len() < (MIB * 3 / 4) as u64);
    assert!(text(&ran).contains("(not kept: the record of this direction is full)"));
    judged(&ran, &said);
}

#[test]
fn many_conversations_are_told_at_once() {
    let ran = recorded(|bench| {
        let address = if bench.has_ipv6() { IPV6 } else { IPV4 };
        let (_six, mut six) = talk(bench, "six", address, &["echo", "close"]);
        let (_four, mut four) = talk(bench, "four", IPV4, &["echo", "close"]);
        for word in ["one", "two", "three"] {
            six.send(word.as_bytes());
            four.send(&word.as_bytes()[1..]);
            six.expect(word.as_bytes());
            four.expect(&word.as_bytes()[1..]);
        }
        six.finish_sending();
        six.expect_end();
        four.reset();

        let (_program, mut cut) = talk(bench, "cut", IPV4, &["cut", "sleep"]);
        cut.send(b"Dear");
        cut.expect_end_or_reset();
        let (program, mut slow) = talk(bench, "slow", IPV4, &["write", "Dear", "close"]);
        slow.stop_reading();
        program.expect_exit(0);
        assert_eq!(slow.take_at_most(3), 3);
        assert_eq!(slow.take_at_most(3), 1);
    });
    let said = all_said(&ran);
    assert_eq!(said.len(), 4);
    let (six, back) = &said["six"];
    assert_eq!(
        (&six.data, &back.data),
        (&b"onetwothree"[..].into(), &six.data)
    );
    assert!(six.finished && back.finished);
    let (four, back) = &said["four"];
    assert_eq!(
        (&four.data, &back.data),
        (&b"newohree"[..].into(), &four.data)
    );
    assert!(four.reset && !four.finished && !back.reset);
    let (cut, back) = &said["cut"];
    assert!(cut.data == b"Dear" && !cut.finished && back.reset);
    let (slow, back) = &said["slow"];
    assert!(slow.data.is_empty() && back.data == b"Dear" && back.finished);
    judged(&ran, &said);
}

/// A trial that fails in the end, since only then a record is left.
fn recorded(play: impl FnOnce(&Bench)) -> Ran {
    let ran = Trial::new().run(|bench| {
        play(&bench);
        bench.fail(CauseId::ExitStatus, "a failure", "a failure", None);
    });
    assert_eq!(ran.cause(CauseId::ExitStatus).expected, "a failure");
    ran
}

/// A program that listens, accepts and then does this, and a connection to it.
fn talk(bench: &Bench, name: &str, address: &str, then: &[&str]) -> (Program, Connection) {
    let program = bench.start(&[&["listen-at", address, "accept"], then].concat());
    let connection = bench.connect(name, program.listens());
    (program, connection)
}

fn text(ran: &Ran) -> String {
    fs::read_to_string(ran.path("wire.txt")).unwrap()
}

/// By connection: what the test said, and what the program said.
fn all_said(ran: &Ran) -> HashMap<String, (Said, Said)> {
    let file = fs::read(ran.path("wire.pcapng")).unwrap();
    let mut said = pcapng::conversations(&pcapng::read(&file));
    let by_name = connections(ran)
        .map(|(name, test, program)| {
            let mut side = |from, to| said.remove(&(from, to)).unwrap_or_default();
            (name, (side(test, program), side(program, test)))
        })
        .collect();
    assert!(said.is_empty(), "somebody without a name spoke");
    by_name
}

/// The name, the test's address and the program's, as the reader is told them:
/// `near = test 127.0.0.1:1 connected to you 127.0.0.1:2`.
fn connections(ran: &Ran) -> impl Iterator<Item = (String, SocketAddr, SocketAddr)> {
    let text = text(ran);
    let legend: Vec<_> = text
        .lines()
        .filter_map(|line| {
            let (name, ends) = line.split_once(" = ")?;
            let ends: Vec<_> = ends
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect();
            let swap = line.contains(" = you ");
            let [one, other] = ends[..] else { return None };
            let (test, program) = if swap { (other, one) } else { (one, other) };
            Some((name.to_string(), test, program))
        })
        .collect();
    legend.into_iter()
}

/// The same judgement by people who know more about it.
fn judged(ran: &Ran, said: &HashMap<String, (Said, Said)>) {
    let streams: Vec<_> = connections(ran)
        .map(|(name, ..)| {
            let (test, program) = &said[&name];
            (&test.data[..], &program.data[..])
        })
        .collect();
    tshark::judge(&ran.path("wire.pcapng"), &streams);
}

/// Without times, and without what went through pipes: when that came is up to the system.
pub fn without_times(text: &str) -> String {
    let text = without_numbers(text);
    let of_pipes = |line: &&str| {
        line.starts_with("stdio")
            || line
                .get(7..)
                .is_some_and(|rest| rest.starts_with("  stdio"))
    };
    let kept: Vec<&str> = text.lines().filter(|line| !of_pipes(line)).collect();
    kept.join("\n")
}

/// A line's time, and the name of the thread that the test ran on.
fn without_numbers(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let seed = lines[0].find(", seed ").expect("the seed in the title");
    lines[0].replace_range(..seed, "STEP");
    for line in &mut lines {
        let time = line.get(..7).unwrap_or_default();
        if time.trim_start().parse::<f64>().is_ok() {
            line.replace_range(..7, "  N.NNN");
        }
    }
    lines.join("\n")
}
