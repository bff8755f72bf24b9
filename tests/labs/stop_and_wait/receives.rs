//! `receive`, against a sender that the test plays.

use hidden_tests::{Bench, CauseId, Program};

use super::packet::{Data, acknowledgement, hex};
use super::udp::{PATIENCE, receive};

/// `receive`, from a sender that hears no acknowledgement, and with a stranger who sends as well. Returns the receiver,
/// which stays for a while when it has everything.
pub fn from_a_sender(bench: &Bench) -> Program {
    let program = receive(bench);
    let at = program.listens();
    let (peer, eve) = (bench.datagram_peer("sender"), bench.datagram_peer("eve"));
    bench.tell(
        "nobody sends for longer than the receiver's patience: that begins with the first packet",
    );
    bench.pass(PATIENCE * 5 / 4);
    let (connection, first) = (bench.random().u32(..), u16::MAX);
    let words = [
        bench.random_bytes(20),
        bench.random_bytes(1200),
        Vec::new(),
        bench.random_bytes(7),
    ];
    let expect = |what: &str, wanted: u16| {
        let sequence = first.wrapping_add(wanted);
        let come = peer.receive(what).bytes;
        if come != acknowledgement(connection, sequence) {
            let expected = format!("{what}: the acknowledgement of {sequence}, once");
            let of = |n: &u16| come == acknowledgement(connection, first.wrapping_add(*n));
            let (got, likely) = match (0..4).find(of) {
                Some(n) if n < wanted => (
                    format!("the acknowledgement of {}", first.wrapping_add(n)),
                    "That one was acknowledged before, as often as it came.",
                ),
                Some(n) => (
                    format!("the acknowledgement of {}", first.wrapping_add(n)),
                    "That one has not come yet.",
                ),
                None => (
                    format!("a datagram {}", hex(&come)),
                    "This is no acknowledgement of this transfer.",
                ),
            };
            bench.fail(CauseId::BytesDiffer, &expected, &got, Some(likely));
        }
    };
    for (n, payload) in (0..).zip(&words) {
        let sequence = first.wrapping_add(n);
        let packet = Data {
            connection,
            sequence,
            first: n == 0,
            last: n == 3,
            payload,
        };
        if n > 0 {
            bench.tell("a packet with this number, from a stranger");
            let page = Data {
                payload: b"a page of a stranger",
                ..packet.clone()
            };
            eve.send(at, &page.bytes());
            eve.wait_until_read(at);
        }
        let which = ["first", "second", "third", "last"][usize::from(n)];
        peer.send(at, &packet.bytes());
        expect(&format!("the {which} packet has come"), n);
        program.expect_printed(payload);
        bench.tell("the acknowledgement was lost");
        peer.send(at, &packet.bytes());
        expect(&format!("the {which} packet has come again"), n);
    }
    for (who, end) in [("a stranger", &eve), ("what was answered before", &peer)] {
        if let Some(answer) = end.came().first() {
            let got = format!("a datagram {}", hex(&answer.bytes));
            let expected = format!("no more answer to {who}");
            bench.fail(CauseId::BrokeSilence, &expected, &got, None);
        }
    }
    program
}

/// `receive`, when what it has received can be written nowhere: no acknowledgement may promise that it was.
pub fn promises_nothing_it_cannot_keep(bench: &Bench) {
    bench.tell("now a receiver whose stdout is closed: the packet cannot be written");
    let program = receive(bench);
    let at = program.listens();
    let peer = bench.datagram_peer("sender");
    program.close_stdout();
    let packet = Data {
        connection: bench.random().u32(..),
        sequence: 1,
        first: true,
        last: false,
        payload: b"a page for nobody",
    };
    peer.send(at, &packet.bytes());
    program.expect_failure();
    if let Some(answer) = peer.came().first() {
        let got = format!("a datagram {}", hex(&answer.bytes));
        bench.fail(
            CauseId::BrokeSilence,
            "no acknowledgement of what was not written",
            &got,
            Some("An acknowledgement is a promise. It may leave when the packet is written, not before, and not if that failed."),
        );
    }
    if program.stderr().contains("fell silent") {
        bench.fail(
            CauseId::OutputDiffers,
            "on stderr: why nothing could be written",
            "on stderr: the sender fell silent",
            Some("`drive` said that all went well. The error of `Wire::carry_out` is its own."),
        );
    }
}
