//! A receiver that has everything, and stays for a sender who may not know it yet.

use hidden_tests::Bench;

use super::play::{DONE, Play, data, lingering, time};
use super::transfer::Transfer;

pub fn as_long_as_it_is_asked(bench: &Bench) {
    let random = bench.random().u64(1000..9000);
    for (last, patience) in [(500, 5000), (0, random), (u16::MAX, random)] {
        let mut receiver = Lingering::start(bench, last, patience);
        receiver.hears_the_last_again(random % 900);
        receiver.hears_others();
        receiver.is_done();
    }
}

pub fn until_the_clock_is_looked_at(bench: &Bench) {
    let transfer = Transfer::new(bench);
    let receiver = transfer.receiver(bench, 1000, "--last");
    let last = transfer.first;
    receiver.now(
        "the last packet, after the patience has ended, but before anybody has looked at the clock",
        "rule 1 of `linger`",
    );
    receiver.expect_roughly(
        &data(1500, last, b"the end", true),
        &[&[&transfer.acknowledges(last)]],
        &[&lingering(last, 2500)],
    );
    receiver.now(
        "a look at the clock, just before `until`",
        "rule 4 of `linger`",
    );
    receiver.expect(&time(2499), &[&lingering(last, 2500)]);
    receiver.now("a look at the clock at `until`", "rule 4 of `linger`");
    receiver.expect(&time(2500), &[DONE]);

    let receiver = transfer.receiver(bench, 1000, "--last");
    receiver.now(
        "a look at the clock long after `until`",
        "rule 4 of `linger`",
    );
    receiver.expect(&time(9000), &[DONE]);
}

struct Lingering<'a> {
    bench: &'a Bench,
    transfer: Transfer,
    receiver: Play<'a>,
    patience: u64,
    until: u64,
}

impl<'a> Lingering<'a> {
    fn start(bench: &'a Bench, last: u16, patience: u64) -> Self {
        let mut transfer = Transfer::new(bench);
        transfer.first = last;
        let receiver = transfer.receiver(bench, patience, "--last");
        Self {
            bench,
            transfer,
            receiver,
            patience,
            until: patience,
        }
    }

    /// Four times; one of them so long before the patience would end.
    fn hears_the_last_again(&mut self, before: u64) {
        let Self {
            transfer,
            receiver,
            patience,
            until,
            ..
        } = self;
        let (last, patience) = (transfer.first, *patience);
        let ack = transfer.acknowledges(last);
        receiver.now(
            "a look at the clock, just before `until`",
            "rule 4 of `linger`",
        );
        receiver.expect(&time(patience - 1), &[&lingering(last, patience)]);
        self.bench
            .tell("now the last packet again, as often as its acknowledgement is lost");
        for before in [patience - 300, before, 500, 1] {
            let at = *until - before;
            let event = data(at, last, b"the end", true);
            *until = at + patience;
            receiver.quietly_now("the last packet again", "rule 1 of `linger`");
            receiver.expect_roughly(&event, &[&[&ack]], &[&lingering(last, *until)]);
            receiver.quietly_now(
                "a look at the clock, just before `until`",
                "rule 4 of `linger`",
            );
            receiver.expect(&time(*until - 1), &[&lingering(last, *until)]);
        }
    }

    fn hears_others(&mut self) {
        let Self {
            transfer,
            receiver,
            patience,
            until,
            ..
        } = self;
        let (last, patience) = (transfer.first, *patience);
        // Before `until`, and after it when nobody has looked at the clock: only time alone may be the end.
        for at in [*until - 400, *until + 10] {
            let late = match at > *until {
                true => ", when `until` is over, but nobody has looked at the clock",
                false => "",
            };
            let ahead = format!("a number behind the last one{late}");
            receiver.now(&ahead, "rule 3 of `linger`");
            let state = lingering(last, *until);
            for distance in [1, 2, self.bench.random().u16(3..0x7fff)] {
                let event = data(at, last.wrapping_add(distance), b"?", false);
                receiver.expect_roughly(&event, &[&[]], &[&state]);
            }
            let older = format!("a packet from before the last one{late}");
            receiver.now(&older, "rule 2 of `linger`");
            let before = last.wrapping_sub(1);
            let answer = receiver.expect_roughly(
                &data(at, before, b"late", false),
                &[&[], &[&transfer.acknowledges(before)]],
                &[&lingering(last, at + patience), &state],
            );
            *until = answer.number("until").unwrap_or(*until);
        }
    }

    fn is_done(&self) {
        let Self {
            transfer, receiver, ..
        } = self;
        let last = transfer.first;
        // A program that renews its patience for an older one has some left.
        let until = self.until.max(self.patience);
        let over = until + 20;
        receiver.now(
            "nobody, for as long as there is patience",
            "rule 4 of `linger`",
        );
        receiver.expect(&time(over), &[DONE]);
        receiver.now("another look at the clock, when all is done", "");
        receiver.expect(&time(over + 1), &[DONE]);
        receiver.now("the last packet, when all is done", "");
        receiver.expect(&data(over + 2, last, b"the end", true), &[DONE]);
    }
}
