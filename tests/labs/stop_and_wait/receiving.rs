//! A receiver in the middle of a transfer: what is new is written, and what comes again is acknowledged again.

use hidden_tests::Bench;

use super::play::{GAVE_UP, Play, data, lingering, open, time, writes};
use super::transfer::Transfer;

const PATIENCE: u64 = 5000;
const FIRST: u16 = 500;

/// A receiver, and from whom it receives what.
pub struct Receiving<'a> {
    bench: &'a Bench,
    transfer: Transfer,
    receiver: Play<'a>,
    word: String,
}

impl<'a> Receiving<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let mut transfer = Transfer::new(bench);
        transfer.first = FIRST;
        let receiver = transfer.receiver(bench, PATIENCE, "--expect");
        let word = bench.random_word(3..=30);
        Self {
            bench,
            transfer,
            receiver,
            word,
        }
    }

    pub fn the_same_again(&self) {
        let receiver = &self.receiver;
        self.expected(10, FIRST, b"Dear Ada");
        receiver.now(
            "the same packet again: its acknowledgement was lost, three times",
            "rules 2 and 5 of `receive`",
        );
        for at in [20, 30, 40] {
            self.again(at, FIRST, false);
        }
        receiver.now(
            "the same packet again, and now it says that it is the last",
            "rules 2 and 6 of `receive`",
        );
        self.again(45, FIRST, true);
    }

    pub fn an_older_one(&self) {
        let receiver = &self.receiver;
        self.expected(50, FIRST + 1, &self.bench.random_bytes(50));
        receiver.now(
            "a packet from before the last one that came",
            "rules 2, 4 and 5 of `receive`",
        );
        for (at, back) in [(60, 0), (61, 200), (62, 500)] {
            self.older(at, FIRST - back, false);
        }
        receiver.now(
            "a packet from before the last one that came, and it says that it is the last",
            "rules 2 and 6 of `receive`",
        );
        self.older(63, FIRST, true);
    }

    pub fn one_from_far_ahead(&self) {
        let receiver = &self.receiver;
        let state = open(FIRST + 2, 63 + PATIENCE);
        receiver.now("packets that it cannot be time for", "rule 3 of `receive`");
        let mut distances = vec![1, 2, 0x100, 0x4000, 0x7fff];
        distances.extend(
            [3..0x100, 0x101..0x1000, 0x1000..0x7fff].map(|it| self.bench.random().u16(it)),
        );
        for ahead in distances {
            for last in [false, true] {
                let sequence = (FIRST + 2).wrapping_add(ahead);
                receiver.expect_roughly(&data(64, sequence, b"?", last), &[&[]], &[&state]);
            }
        }
    }

    pub fn an_empty_one_and_the_last(&self) {
        let Self {
            transfer,
            receiver,
            word,
            ..
        } = self;
        self.expected(70, FIRST + 2, word.as_bytes());
        receiver.now("an empty packet", "rule 1 of `receive`");
        receiver.expect_roughly(
            &data(71, FIRST + 3, b"", false),
            &[&[&transfer.acknowledges(FIRST + 3)]],
            &[&open(FIRST + 4, 71 + PATIENCE)],
        );
        receiver.now("the last packet", "rules 1, 5 and 6 of `receive`");
        receiver.expect_roughly(
            &data(80, FIRST + 4, word.as_bytes(), true),
            &[&[&writes(word.as_bytes()), &transfer.acknowledges(FIRST + 4)]],
            &[&lingering(FIRST + 4, 80 + PATIENCE)],
        );
    }

    pub fn an_empty_last_one(&self) {
        let transfer = &self.transfer;
        let receiver = transfer.receiver(self.bench, PATIENCE, "--expect");
        receiver.now(
            "the last packet, which is empty",
            "rules 1, 5 and 6 of `receive`",
        );
        receiver.expect_roughly(
            &data(90, FIRST, b"", true),
            &[&[&transfer.acknowledges(FIRST)]],
            &[&lingering(FIRST, 90 + PATIENCE)],
        );
    }

    pub fn many_then_none(mut self) {
        let bench = self.bench;
        bench.tell(
            "now 40 packets, each of them twice, over 65,535 and on; then nothing for too long",
        );
        let patience = bench.random().u64(1000..9000);
        self.transfer.first = 65_500 + bench.random().u16(0..30);
        let transfer = &self.transfer;
        let ack = |sequence: u16| transfer.acknowledges(sequence);
        let receiver = transfer.receiver(bench, patience, "--expect");
        for n in 0..40 {
            let sequence = transfer.first.wrapping_add(n);
            let payload = bench.random_bytes(5);
            let at = u64::from(n) * 100;
            let state = open(sequence.wrapping_add(1), at + patience);
            let written = [&writes(&payload)[..], &ack(sequence)];
            receiver.quietly_now("one packet of many", "rules 1 and 5 of `receive`");
            receiver.expect_roughly(&data(at, sequence, &payload, false), &[&written], &[&state]);
            let state = open(sequence.wrapping_add(1), at + 50 + patience);
            let event = data(at + 50, sequence, &payload, false);
            receiver.quietly_now("one packet of many, again", "rules 2 and 5 of `receive`");
            receiver.expect_roughly(&event, &[&[&ack(sequence)]], &[&state]);
        }
        let until = 3950 + patience;
        let next = transfer.first.wrapping_add(40);
        receiver.now("nothing, for as long as there is patience", "");
        receiver.expect(&time(until - 1), &[&open(next, until)]);
        receiver.expect(&time(until), &[GAVE_UP]);
    }

    fn expected(&self, at: u64, sequence: u16, payload: &[u8]) {
        let Self {
            transfer, receiver, ..
        } = self;
        receiver.now("the packet that is expected", "rules 1 and 5 of `receive`");
        receiver.expect_roughly(
            &data(at, sequence, payload, false),
            &[&[&writes(payload), &transfer.acknowledges(sequence)]],
            &[&open(sequence.wrapping_add(1), at + PATIENCE)],
        );
    }

    fn again(&self, at: u64, sequence: u16, last: bool) {
        let Self {
            transfer, receiver, ..
        } = self;
        receiver.expect_roughly(
            &data(at, sequence, b"Dear Ada", last),
            &[&[&transfer.acknowledges(sequence)]],
            &[&open(sequence + 1, at + PATIENCE)],
        );
    }

    fn older(&self, at: u64, sequence: u16, last: bool) {
        let Self {
            transfer,
            receiver,
            word,
            ..
        } = self;
        receiver.expect_roughly(
            &data(at, sequence, word.as_bytes(), last),
            &[&[], &[&transfer.acknowledges(sequence)]],
            &[&open(FIRST + 2, at + PATIENCE)],
        );
    }
}
