//! The record of a conversation: for a reader, and for the tools that read captures.

use std::net::SocketAddr;
use std::path::PathBuf;

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB, Program, wire};

use crate::pcapng::{self, Said};
use crate::plain::plain;
use crate::trial::{Ran, Trial};
use crate::tshark;

/// The ends of a connection, as the record names them: the test's, the program's.
type Ends = (SocketAddr, SocketAddr);

#[test]
fn a_reader_sees_who_said_what() {
    let ran = recorded(|bench| {
        let (_program, mut near) = talk(bench, "127.0.0.1:0", &["read-and-say", "write", "Hello\\r\\n", "close"]);
        near.send_piece_by_piece(&[b"A", b"d", b"a", b"\r\n"]);
        near.send(b"This is longer than what a line of the record shows.\r\n");
        near.finish_sending();
        near.expect(b"Hello\r\n");
        near.expect_end();
        let door = bench.door("far");
        bench.start(&["connect", &door.address(), "cut", "sleep"]);
        let mut far = door.accept();
        far.send(b"!");
        far.expect_end_or_reset();
        let (_program, near) = talk(bench, "127.0.0.1:0", &["sleep"]);
        near.reset();
    });
    let text = std::fs::read_to_string(ran.path("wire.txt")).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("wire.txt", without_times(&plain(&text))));
}

#[test]
fn a_conversation_is_told_byte_by_byte() {
    let mut ends = None;
    let ran = recorded(|bench| {
        let (program, mut near) = talk(bench, "127.0.0.1:0", &["read-and-say", "write", "ok", "close"]);
        near.send_piece_by_piece(&[b"D", b"e", b"ar"]);
        near.finish_sending();
        near.expect(b"ok");
        near.expect_end();
        ends = Some(program);
        near.close();
    });
    let said = all_said(&ran);
    let [(ends, test)] = &said.iter().filter(|(_, s)| s.length == 4).collect::<Vec<_>>()[..] else {
        panic!("one side said four bytes");
    };
    assert_eq!((&test.data[..], &test.pieces[..]), (&b"Dear"[..], &[1, 1, 2][..]));
    let program = &said[&(ends.1, ends.0)];
    assert_eq!(program.data, b"ok");
    assert!(test.finished && program.finished && !test.reset && !program.reset);
    judged(&ran, &said);
}
