//! A sender that hears acknowledgements: only that of the packet on its way lets it go on.

use hidden_tests::Bench;

use super::packet::Data;
use super::play::{DONE, NOT_READY, Play, acknowledged, offer, ready, waiting};
use super::transfer::Transfer;

/// A sender, to whom it sends, and what.
pub struct Acknowledged<'a> {
    bench: &'a Bench,
    transfer: Transfer,
    sender: Play<'a>,
    word: String,
}

impl<'a> Acknowledged<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let mut transfer = Transfer::new(bench);
        // So that both 256 and 65,536 are passed by numbers that count on.
        transfer.first = 65_436;
        let sender = transfer.sender(bench, 1000);
        let word = bench.random_word(3..=30);
        Self {
            bench,
            transfer,
            sender,
            word,
        }
    }

    pub fn no_other_counts(&self) {
        let Self {
            transfer, sender, ..
        } = self;
        let first = transfer.first;
        sender.now(
            "acknowledgements before anything was sent",
            "rule 4 of `on_acknowledgement`",
        );
        self.idle(0, first, &ready(first, true));
        self.send(0, first, false);
        sender.now("its acknowledgement", "rule 1 of `on_acknowledgement`");
        sender.expect(&acknowledged(10, first), &[&ready(first + 1, false)]);
        sender.now(
            "acknowledgements while nothing is on its way",
            "rule 4 of `on_acknowledgement`",
        );
        self.idle(11, first + 1, &ready(first + 1, false));
        let state = self.send(20, first + 1, false);
        sender.now(
            "the acknowledgement of the packet before, late",
            "rule 3 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(500, first), &[&state]);
        sender.now(
            "acknowledgements of what was never sent",
            "rule 3 of `on_acknowledgement`",
        );
        for other in [
            first + 2,
            first.wrapping_add(0x8001),
            first ^ 1 << 15,
            first & 0xff,
            (first + 1) & 0xff,
            (first + 1) ^ 1 << 8,
        ] {
            sender.expect(&acknowledged(500, other), &[&state]);
        }
        sender.now("its acknowledgement", "rule 1 of `on_acknowledgement`");
        sender.expect(&acknowledged(501, first + 1), &[&ready(first + 2, false)]);
    }

    /// Returns the number after theirs.
    pub fn numbers_go_round(&self) -> u16 {
        let Self {
            transfer, sender, ..
        } = self;
        let first = transfer.first;
        sender.now(
            "600 packets, over 65,535 and on; each is acknowledged, and the one before once more",
            "rules 1 to 3 of `on_acknowledgement`",
        );
        let mut events = Vec::new();
        let mut sequence = first + 2;
        for n in 0..600 {
            let at = 1000 + n * 10;
            let packet = transfer.data(sequence, b"more");
            let before = sequence.wrapping_sub(1);
            let next = sequence.wrapping_add(1);
            let state = waiting(sequence, 1, at + 1000);
            let sent = vec![transfer.sends(&packet), state.clone()];
            events.push((offer(at, b"more", false), sent));
            events.push((acknowledged(at + 1, before), vec![state]));
            events.push((acknowledged(at + 2, sequence), vec![ready(next, false)]));
            sequence = next;
        }
        sender.expect_all(&events);
        sequence
    }

    pub fn the_last_one_ends_it(&self, sequence: u16) {
        let sender = &self.sender;
        let state = self.send(10_000, sequence, true);
        sender.now(
            "acknowledgements of other packets",
            "rule 3 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(10_001, sequence.wrapping_sub(1)), &[&state]);
        sender.expect(&acknowledged(10_002, sequence.wrapping_add(1)), &[&state]);
        sender.now(
            "the acknowledgement of the last packet",
            "rule 1 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(10_003, sequence), &[DONE]);
        sender.now(
            "the same once more, when all is done",
            "rule 4 of `on_acknowledgement`",
        );
        self.idle(10_004, sequence, DONE);
        sender.now("a piece, when all is done", "rule 3 of `offer`");
        sender.expect(&offer(10_005, b"too late", false), &[NOT_READY, DONE]);
    }

    pub fn the_only_one_ends_it(mut self) {
        self.transfer.first = 0;
        let transfer = &self.transfer;
        let sender = transfer.sender(self.bench, 1000);
        let packet = Data {
            first: true,
            last: true,
            ..transfer.data(0, b"")
        };
        sender.now("a file of one empty packet", "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(0, b"", true),
            &[&transfer.sends(&packet), &waiting(0, 1, 1000)],
        );
        sender.now(
            "an acknowledgement of what was never sent",
            "rule 3 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(5, 1), &[&waiting(0, 1, 1000)]);
        sender.now(
            "the acknowledgement of the only packet, whose number is 0",
            "rule 1 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(5, 0), &[DONE]);
    }

    fn send(&self, at: u64, sequence: u16, last: bool) -> String {
        let Self {
            transfer,
            sender,
            word,
            ..
        } = self;
        let packet = Data {
            first: sequence == transfer.first,
            last,
            ..transfer.data(sequence, word.as_bytes())
        };
        let state = waiting(sequence, 1, at + 1000);
        let what = match (packet.first, last) {
            (true, _) => "the first piece",
            (_, true) => "the last piece",
            _ => "the next piece",
        };
        sender.now(what, "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(at, word.as_bytes(), last),
            &[&transfer.sends(&packet), &state],
        );
        state
    }

    /// Nothing is on its way: whatever the number, it acknowledges nothing.
    fn idle(&self, at: u64, next: u16, state: &str) {
        for number in [
            next.wrapping_sub(1),
            next,
            next.wrapping_add(1),
            next ^ 0x8000,
        ] {
            self.sender.expect(&acknowledged(at, number), &[state]);
        }
    }
}
