//! A receiver that writes only what its sender has sent, from the first packet to after the last.

use hidden_tests::Bench;

use super::packet::{Data, HEADER, acknowledgement};
use super::play::{DONE, GAVE_UP, LISTENING, Play, datagram, lingering, open, time, writes};
use super::transfer::{Transfer, forged};

const FIRST: u16 = 500;
/// When the first transfer begins.
const BEGIN: u64 = 1_000_000;

/// A receiver, who sends to it, and what.
pub struct Listening<'a> {
    bench: &'a Bench,
    transfer: Transfer,
    patience: u64,
    word: String,
    receiver: Play<'a>,
}

impl<'a> Listening<'a> {
    pub fn start(bench: &'a Bench) -> Self {
        let mut transfer = Transfer::new(bench);
        transfer.first = FIRST;
        let patience = bench.random().u64(1000..9000);
        let word = bench.random_word(3..=30);
        let receiver = listen(bench, patience);
        Self {
            bench,
            transfer,
            patience,
            word,
            receiver,
        }
    }

    pub fn only_a_first_packet_begins(&self) {
        let transfer = &self.transfer;
        let middle = transfer.data(FIRST, self.word.as_bytes());
        let end = Data {
            last: true,
            ..middle.clone()
        };
        let ack = acknowledgement(transfer.connection, FIRST);
        let mut damaged = self.begin().bytes();
        damaged[HEADER] ^= 1;
        self.receiver.now(
            "before a transfer: what does not begin one",
            "rules 1, 2 and 5 of `Receiver::on_datagram`",
        );
        for (what, bytes) in [
            ("from the middle of a transfer", middle.bytes()),
            ("from the end of a transfer", end.bytes()),
            ("of no data", ack),
            ("with a wrong checksum", damaged),
            ("of no bytes", Vec::new()),
        ] {
            self.receiver
                .expect_dropped(&datagram(5, &transfer.to, &bytes), what, LISTENING);
        }
        self.receiver
            .now("a look at the clock, with no transfer begun", "");
        self.receiver.expect(&time(BEGIN), &[LISTENING]);
    }

    pub fn whoever_sends_it_is_the_peer(&self) {
        let transfer = &self.transfer;
        let at = BEGIN;
        self.begins();
        self.hears(at, &self.begin(), &open(FIRST + 1, at + self.patience));
        self.receiver.now(
            "the first packet again: its acknowledgement was lost",
            "rule 4 of `Receiver::on_datagram`",
        );
        let state = open(FIRST + 1, at + 1 + self.patience);
        self.hears_again(at + 1, &self.begin(), &state);
        self.drops(at + 1, &self.begin(), &state);
        self.drops(
            at + 1,
            &transfer.data(FIRST + 1, b"a page of a stranger"),
            &state,
        );
        self.receiver.now(
            "an acknowledgement of the peer",
            "rule 1 of `Receiver::on_datagram`",
        );
        let ack = acknowledgement(transfer.connection, FIRST + 1);
        self.receiver
            .expect_dropped(&datagram(at + 2, &transfer.to, &ack), "of no data", &state);
    }

    pub fn the_peer_goes_on(&self) {
        let transfer = &self.transfer;
        let at = BEGIN;
        self.next();
        self.hears(
            at + 3,
            &self.page(),
            &open(FIRST + 2, at + 3 + self.patience),
        );
        self.receiver.now(
            "the first packet, late: it is older than the last one that came",
            "rule 4 of `Receiver::on_datagram`",
        );
        self.receiver.expect_roughly(
            &datagram(at + 4, &transfer.to, &self.begin().bytes()),
            &[&[], &[&transfer.acknowledges(FIRST)]],
            &[&open(FIRST + 2, at + 4 + self.patience)],
        );
        self.drops(
            at + 4,
            &self.last(),
            &open(FIRST + 2, at + 4 + self.patience),
        );
    }

    /// Returns when all is done.
    pub fn the_peer_ends(&self) -> u64 {
        let at = BEGIN;
        self.receiver.now(
            "the last packet of the peer",
            "rule 4 of `Receiver::on_datagram`",
        );
        let state = lingering(FIRST + 2, at + 4 + self.patience);
        self.hears(at + 4, &self.last(), &state);
        self.drops(at + 5, &self.last(), &state);
        self.drops(at + 5, &self.begin(), &state);
        self.receiver
            .now("the last packet again", "rule 4 of `Receiver::on_datagram`");
        let state = lingering(FIRST + 2, at + 6 + self.patience);
        self.hears_again(at + 6, &self.last(), &state);
        self.receiver.now(
            "the last packet again, after `until`, but before anybody has looked at the clock",
            "rule 4 of `Receiver::on_datagram`",
        );
        let at = at + 7 + self.patience;
        self.hears_again(at, &self.last(), &lingering(FIRST + 2, at + self.patience));
        let at = at + self.patience;
        self.receiver
            .now("nobody, for as long as there is patience", "");
        self.receiver.expect(&time(at), &[DONE]);
        at
    }

    pub fn is_done_for_ever(&self, since: u64) {
        self.is_over(since + 1, DONE);
    }

    pub fn stops_in_the_middle(&mut self) {
        self.bench.tell("now a transfer that stops in the middle");
        self.receiver = listen(self.bench, self.patience);
        self.begins();
        self.hears(10, &self.begin(), &open(FIRST + 1, 10 + self.patience));
        self.receiver.now(
            "the next packet, after `until`, but before anybody has looked at the clock",
            "rule 4 of `Receiver::on_datagram`",
        );
        let at = 20 + self.patience;
        self.hears(at, &self.page(), &open(FIRST + 2, at + self.patience));
        self.receiver
            .now("nobody, for as long as there is patience", "");
        self.receiver.expect(&time(at + self.patience), &[GAVE_UP]);
        self.is_over(at + self.patience + 1, GAVE_UP);
    }

    pub fn one_packet_is_a_file(&mut self) {
        self.receiver = listen(self.bench, self.patience);
        let only = Data {
            last: true,
            ..self.begin()
        };
        self.receiver.now(
            "a file of a single packet",
            "rules 2 and 4 of `Receiver::on_datagram`",
        );
        self.hears(7, &only, &lingering(FIRST, 7 + self.patience));
        self.receiver
            .now("that packet again", "rule 4 of `Receiver::on_datagram`");
        self.hears_again(8, &only, &lingering(FIRST, 8 + self.patience));
    }

    /// The first packet.
    fn begin(&self) -> Data<'_> {
        Data {
            first: true,
            ..self.transfer.data(FIRST, self.word.as_bytes())
        }
    }

    fn page(&self) -> Data<'_> {
        self.transfer.data(FIRST + 1, b"the next page")
    }

    fn last(&self) -> Data<'_> {
        Data {
            last: true,
            ..self.transfer.data(FIRST + 2, b"the last page")
        }
    }

    fn begins(&self) {
        self.receiver.now(
            "the first packet, and from then on its sender is the peer",
            "rules 2 and 4 of `Receiver::on_datagram`",
        );
    }

    fn next(&self) {
        self.receiver.now(
            "the next packet of the peer",
            "rule 4 of `Receiver::on_datagram`",
        );
    }

    fn hears(&self, at: u64, packet: &Data, state: &str) {
        let transfer = &self.transfer;
        let event = datagram(at, &transfer.to, &packet.bytes());
        let written = [
            &writes(packet.payload)[..],
            &transfer.acknowledges(packet.sequence),
        ];
        self.receiver.expect_roughly(&event, &[&written], &[state]);
    }

    fn hears_again(&self, at: u64, packet: &Data, state: &str) {
        let transfer = &self.transfer;
        let event = datagram(at, &transfer.to, &packet.bytes());
        self.receiver.expect_roughly(
            &event,
            &[&[&transfer.acknowledges(packet.sequence)]],
            &[state],
        );
    }

    fn drops(&self, at: u64, packet: &Data, state: &str) {
        let transfer = &self.transfer;
        self.receiver.now(
            "what the peer has not sent",
            "rules 1, 3 and 5 of `Receiver::on_datagram`",
        );
        for (what, from, bytes) in forged(transfer, &packet.bytes()) {
            self.receiver
                .expect_dropped(&datagram(at, &from, &bytes), &what, state);
        }
    }

    /// Whoever is at it, a receiver whose transfer is over begins no other one.
    fn is_over(&self, at: u64, state: &str) {
        let transfer = &self.transfer;
        let other = Data {
            connection: transfer.connection ^ 1,
            ..self.begin()
        };
        self.receiver.now(
            "packets, when the transfer is over",
            "rule 3 of `Receiver::on_datagram`",
        );
        let stranger = "127.0.0.2:7000";
        for (what, from, bytes) in [
            ("that came before", &transfer.to[..], self.last().bytes()),
            ("that was the first", &transfer.to, self.begin().bytes()),
            ("of a new transfer", &transfer.to, other.bytes()),
            ("of a stranger's transfer", stranger, other.bytes()),
        ] {
            self.receiver
                .expect_dropped(&datagram(at, from, &bytes), what, state);
        }
    }
}

fn listen(bench: &Bench, patience: u64) -> Play<'_> {
    Play::receiver(bench, &["--patience-ms", &patience.to_string()])
}
