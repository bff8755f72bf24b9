//! 04 datagrams: letters with an edge, over a road that loses, doubles and delays, with strangers beside it.
//!
//! Order and content are judged, and time by the program's own clock or with wide margins: where a program has to give up,
//! somebody goes on talking until it does.

mod answering;
mod asking;
mod counting;
mod letters;
mod orders;
mod patience;
mod pings;
mod said;
mod samples;
mod shop;
mod timeouts;
mod waiting;

use std::time::Duration;

use hidden_tests::Bench;

use answering::Answering;
use asking::Asking;
use pings::Pings;
use samples::Samples;
use shop::Shop;

/// `MAX_DATAGRAM` of the statement.
const MAX_DATAGRAM: usize = 65_507;
/// The length of a probe.
const PROBE: usize = 20;
/// Long enough for an answer on a busy machine, short enough to be waited for now and then.
const WAIT_MS: &str = "300";
/// A pause in which an answer would be there, if there was one.
const SILENCE: Duration = Duration::from_millis(50);
const ANY: &str = "127.0.0.1:0";

#[test]
fn answers_whoever_asks() {
    let bench = Bench::new("datagrams");
    let answers = Answering::start(&bench);
    answers.whoever_asks();
    answers.whatever_it_holds();
    answers.each_of_three_at_once();
    answers.each_of_many();
    answers.after_a_silence();
    answering::over_ipv6(&bench);
    bench.finish();
}

#[test]
fn gives_up_when_nothing_comes() {
    let bench = Bench::new("datagrams");
    waiting::hears_all_until_the_word(&bench);
    waiting::hears_all_of_the_longest(&bench);
    waiting::gives_up(&bench);
    waiting::useless_letters_give_no_time(&bench);
    waiting::a_flood_gives_no_time(&bench);
    waiting::a_datagram_gives_no_time(&bench);
    bench.finish();
}

#[test]
fn notices_a_cut_datagram() {
    let bench = Bench::new("datagrams");
    let near = bench.datagram_peer("near");
    letters::are_cut_to_their_room(&bench, &near);
    letters::are_cut_each_for_itself(&bench, &near);
    bench.finish();
}

#[test]
fn counts_lost_doubled_and_late() {
    let bench = Bench::new("datagrams");
    counting::the_road_of_the_chapter(&bench);
    counting::all_that_can_be_wrong(&bench);
    counting::the_lowest_and_the_highest(&bench);
    counting::one_sent_after_another_has_come(&bench);
    bench.finish();
}

#[test]
fn waits_as_rfc_6298_says() {
    let bench = Bench::new("datagrams");
    timeouts::roads_of_every_kind(&bench);
    timeouts::its_limits(&bench);
    timeouts::trips_at_random(&bench);
    timeouts::longer_when_time_runs_out(&bench);
    bench.finish();
}

#[test]
fn no_sample_when_sent_twice() {
    let bench = Bench::new("datagrams");
    let mut samples = Samples::start(&bench);
    samples.sent_once_then_twice();
    samples.answered_before_or_never_sent();
    samples.one_of_two_sent_again_and_again();
    samples.a_number_used_again();
    samples.three_at_once();
    samples.a_trip_of_no_time();
    bench.finish();
}

#[test]
fn ignores_a_stranger() {
    let bench = Bench::new("datagrams");
    let asker = Asking::new(&bench);
    let trips = [
        asker.hears_the_right_answer(),
        asker.not_from_another_socket(),
        asker.not_from_a_forger(),
    ];
    asker.to_the_microsecond(&trips);
    asker.over_ipv6();
    asker.not_from_a_stranger_alone();
    bench.finish();
}

#[test]
fn stays_small_until_proved() {
    let bench = Bench::new("datagrams");
    let shop = Shop::start(&bench);
    let adas = shop.a_cookie_proves_an_address();
    let eves = shop.a_small_answer_needs_no_proof();
    shop.all_bytes_of_an_order_count();
    shop.another_cookie_proves_nothing(adas, eves);
    shop.the_cookie_proves_it_again(adas);
    shop.what_is_no_order_has_no_answer(adas);
    shop.an_answer_has_its_limit(adas);
    bench.finish();
}

#[test]
fn pings_over_a_bad_road() {
    let bench = Bench::new("datagrams");
    let pings = Pings::new(&bench);
    pings.late_twice_or_never();
    pings.again_before_it_is_over();
    patience::ends_with_its_own_answer(&bench);
    pings.nobody_waits_who_is_answered();
    pings.over_a_bad_road();
    pings.nobody_answers();
    bench.finish();
}
