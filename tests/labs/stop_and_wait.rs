//! 05 stop-and-wait: a file over UDP, whole.
//!
//! All steps but the last have no clock and no network: the test says what time it is and what has come, and the
//! answer to each event ends with a line for the state. So "nothing happens" is seen, not waited for.

mod acknowledged;
mod arrivals;
mod believing;
mod differs;
mod lingering;
mod listening;
mod offering;
mod packet;
mod packing;
mod play;
mod receives;
mod receiving;
mod resending;
mod sends;
mod transfer;
mod udp;
mod unpacking;

use hidden_tests::Bench;

use acknowledged::Acknowledged;
use arrivals::Arrivals;
use believing::Believing;
use listening::Listening;
use packing::Packing;
use receiving::Receiving;
use unpacking::Unpacking;

#[test]
fn packs_a_packet() {
    let bench = Bench::new("stop-and-wait");
    let packing = Packing::start(&bench);
    packing.data_and_acknowledgements();
    packing.flags_and_payloads();
    packing.checksums_of_0();
    bench.finish();
}

#[test]
fn refuses_a_damaged_packet() {
    let bench = Bench::new("stop-and-wait");
    let unpacking = Unpacking::start(&bench);
    unpacking.honest();
    unpacking.too_short_or_too_long();
    unpacking.behind_the_same_checksum();
    unpacking.cut_longer_or_swapped();
    unpacking.no_packets();
    unpacking.honest();
    bench.finish();
}

#[test]
fn sends_one_and_waits() {
    let bench = Bench::new("stop-and-wait");
    offering::one_is_sent_at_a_time(&bench);
    offering::none_is_too_short_or_too_long(&bench);
    bench.finish();
}

#[test]
fn goes_on_when_acknowledged() {
    let bench = Bench::new("stop-and-wait");
    let sender = Acknowledged::start(&bench);
    sender.no_other_counts();
    let last = sender.numbers_go_round();
    sender.the_last_one_ends_it(last);
    sender.the_only_one_ends_it();
    bench.finish();
}

#[test]
fn sends_again_when_time_is_up() {
    let bench = Bench::new("stop-and-wait");
    resending::until_it_gives_up(&bench);
    resending::each_packet_for_itself(&bench);
    bench.finish();
}

#[test]
fn tells_new_from_late() {
    let bench = Bench::new("stop-and-wait");
    let arrivals = Arrivals::start(&bench);
    arrivals.all_around();
    arrivals.just_opposite();
    bench.finish();
}

#[test]
fn acknowledges_what_comes_twice() {
    let bench = Bench::new("stop-and-wait");
    let receiver = Receiving::start(&bench);
    receiver.the_same_again();
    receiver.an_older_one();
    receiver.one_from_far_ahead();
    receiver.an_empty_one_and_the_last();
    receiver.an_empty_last_one();
    receiver.many_then_none();
    bench.finish();
}

#[test]
fn stays_for_the_last_acknowledgement() {
    let bench = Bench::new("stop-and-wait");
    lingering::as_long_as_it_is_asked(&bench);
    lingering::until_the_clock_is_looked_at(&bench);
    bench.finish();
}

#[test]
fn believes_only_its_receiver() {
    let bench = Bench::new("stop-and-wait");
    let sender = Believing::start(&bench);
    for n in 0..3 {
        let sent = sender.sends(n);
        sender.drops_what_is_forged(&sent);
        sender.drops_what_answers_something_else(&sent);
        sender.goes_on(&sent);
    }
    bench.finish();
}

#[test]
fn writes_only_what_its_sender_sent() {
    let bench = Bench::new("stop-and-wait");
    let mut receiver = Listening::start(&bench);
    receiver.only_a_first_packet_begins();
    receiver.whoever_sends_it_is_the_peer();
    receiver.the_peer_goes_on();
    let done = receiver.the_peer_ends();
    receiver.is_done_for_ever(done);
    receiver.stops_in_the_middle();
    receiver.one_packet_is_a_file();
    bench.finish();
}

#[test]
fn brings_a_file_over_a_bad_road() {
    let bench = Bench::new("stop-and-wait");
    sends::to_a_receiver(&bench);
    sends::each_once(&bench);
    sends::again_in_a_flood(&bench);
    let mut receivers = vec![receives::from_a_sender(&bench)];
    receives::promises_nothing_it_cannot_keep(&bench);
    receivers.extend(udp::brings_files(&bench));
    bench.tell("now nobody asks any more: the receivers' patience ends");
    for receiver in receivers {
        receiver.expect_output(b"");
        receiver.expect_exit(0);
    }
    bench.finish();
}
