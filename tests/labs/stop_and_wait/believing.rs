//! A sender that believes its receiver, and nobody else.

use hidden_tests::Bench;

use super::packet::{Data, acknowledgement};
use super::play::{DONE, Play, datagram, offer, ready, waiting};
use super::transfer::{Transfer, forged};

/// A sender, to whom it sends, and what.
pub struct Believing<'a> {
    transfer: Transfer,
    sender: Play<'a>,
    word: String,
}

/// A packet that is on its way.
pub struct Sent {
    n: u16,
    at: u64,
    sequence: u16,
    state: String,
}

impl<'a> Believing<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let transfer = Transfer::new(bench);
        let sender = transfer.sender(bench, 60_000);
        let word = bench.random_word(3..=30);
        Self {
            transfer,
            sender,
            word,
        }
    }

    /// One of three.
    pub fn sends(&self, n: u16) -> Sent {
        let Self {
            transfer,
            sender,
            word,
        } = self;
        let sequence = transfer.first + n;
        let at = u64::from(n) * 1000;
        let packet = Data {
            first: n == 0,
            last: n == 2,
            ..transfer.data(sequence, word.as_bytes())
        };
        let state = waiting(sequence, 1, at + 60_000);
        sender.now("a piece", "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(at, word.as_bytes(), n == 2),
            &[&transfer.sends(&packet), &state],
        );
        Sent {
            n,
            at,
            sequence,
            state,
        }
    }

    pub fn drops_what_is_forged(&self, sent: &Sent) {
        let Self {
            transfer, sender, ..
        } = self;
        let Sent { at, state, .. } = sent;
        sender.now(
            "an acknowledgement that the receiver has not written",
            "rules 1, 2 and 5 of `Sender::on_datagram`",
        );
        let honest = acknowledgement(transfer.connection, sent.sequence);
        for (what, from, bytes) in forged(transfer, &honest) {
            sender.expect_dropped(&datagram(at + 1, &from, &bytes), &what, state);
        }
    }

    pub fn drops_what_answers_something_else(&self, sent: &Sent) {
        let Self {
            transfer, sender, ..
        } = self;
        let (at, sequence) = (sent.at, sent.sequence);
        let other = |sequence| acknowledgement(transfer.connection, sequence);
        for (what, rule, bytes) in [
            (
                "of data",
                "rule 3 of `Sender::on_datagram`",
                transfer.data(sequence, b"").bytes(),
            ),
            (
                "of data, the first packet",
                "rule 3 of `Sender::on_datagram`",
                Data {
                    first: true,
                    ..transfer.data(sequence, b"")
                }
                .bytes(),
            ),
            (
                "about the next number",
                "rule 3 of `on_acknowledgement`",
                other(sequence + 1),
            ),
            (
                "about the number before",
                "rule 3 of `on_acknowledgement`",
                other(sequence - 1),
            ),
        ] {
            sender.now(
                "a packet of the receiver that does not acknowledge this one",
                rule,
            );
            sender.expect_dropped(&datagram(at + 2, &transfer.to, &bytes), what, &sent.state);
        }
    }

    pub fn goes_on(&self, sent: &Sent) {
        let Self {
            transfer, sender, ..
        } = self;
        let (at, sequence) = (sent.at, sent.sequence);
        let honest = acknowledgement(transfer.connection, sequence);
        sender.now(
            "the receiver's acknowledgement",
            "rule 4 of `Sender::on_datagram`",
        );
        let state = match sent.n {
            2 => DONE.to_string(),
            _ => ready(sequence + 1, false),
        };
        sender.expect(&datagram(at + 3, &transfer.to, &honest), &[&state]);
    }
}
