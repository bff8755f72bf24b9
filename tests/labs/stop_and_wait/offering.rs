//! A sender that is offered pieces: it sends one, and takes no other while that is on its way.

use hidden_tests::Bench;

use super::packet::{Data, MAX_PAYLOAD};
use super::play::{NOT_READY, offer, waiting};
use super::transfer::Transfer;

pub fn one_is_sent_at_a_time(bench: &Bench) {
    for last in [false, true] {
        let mut transfer = Transfer::new(bench);
        let (mut at, mut timeout) = (1000, 200);
        if last {
            transfer.first = u16::MAX;
            transfer.to = "[::1]:7001".to_string();
            at = bench.random().u64(1..100_000);
            timeout = bench.random().u64(20..2000);
        }
        let word = bench.random_word(3..=30);
        let sender = transfer.sender(bench, timeout);
        let packet = Data {
            first: true,
            last,
            ..transfer.data(transfer.first, word.as_bytes())
        };
        let state = waiting(transfer.first, 1, at + timeout);
        sender.now("the first piece", "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(at, word.as_bytes(), last),
            &[&transfer.sends(&packet), &state],
        );
        sender.now(
            "one more piece, while the first is on its way",
            "rule 3 of `offer`",
        );
        let more = at + timeout / 2;
        sender.expect(&offer(more, b"too early", false), &[NOT_READY, &state]);
        sender.expect(&offer(more, b"", true), &[NOT_READY, &state]);
    }
}

pub fn none_is_too_short_or_too_long(bench: &Bench) {
    for (what, n) in [("an empty piece", 0), ("the largest piece", MAX_PAYLOAD)] {
        let transfer = Transfer::new(bench);
        let payload = bench.random_bytes(n);
        let packet = Data {
            first: true,
            ..transfer.data(transfer.first, &payload)
        };
        let sender = transfer.sender(bench, 200);
        sender.now(what, "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(0, &payload, false),
            &[&transfer.sends(&packet), &waiting(transfer.first, 1, 200)],
        );
    }
}
