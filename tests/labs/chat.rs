//! 17 chat: a server through which many talk at once, and a client for one of them.

mod deciding;
mod descriptors;
mod ending;
mod flood;
mod hall;
mod harmless;
mod host;
mod hosted;
mod house;
mod names;
mod people;
mod serving;
mod slow;
mod talk;
mod times;
mod visit;

use std::time::Duration;

use hidden_tests::{Bench, KIB};

/// How long the bench waits where nothing shows that a program has done what it had to.
const MOMENT: Duration = Duration::from_millis(100);
/// The time for a name, the patience, and the time for the end, that are waited for here.
const SHORT: Duration = Duration::from_millis(1_000);
/// More than any step may take.
const NEVER: &str = "600000";
/// Enough for everything that is said in a test.
const PLENTY: &str = "1000000";
/// The longest line of a guest, without its end.
const MAX_LINE: usize = KIB;

#[test]
fn takes_a_name() {
    let bench = Bench::new("chat");
    names::bad_ones_are_refused(&bench);
    names::good_ones_are_given(&bench);
    names::one_is_free_again(&bench);
    bench.finish();
}

#[test]
fn everyone_else_hears() {
    let bench = Bench::new("chat");
    hall::a_line_is_a_name_first(&bench);
    hall::the_others_hear_it(&bench);
    bench.finish();
}

#[test]
fn rooms_whispers_and_lists() {
    let bench = Bench::new("chat");
    hall::rooms_have_walls(&bench);
    hall::whispers_go_through_walls(&bench);
    hall::rooms_have_names(&bench);
    bench.finish();
}

#[test]
fn makes_lines_harmless() {
    let bench = Bench::new("chat");
    harmless::examples(&bench);
    harmless::every_character(&bench);
    bench.finish();
}

#[test]
fn limits_a_flood() {
    let bench = Bench::new("chat");
    flood::each_rule(&bench);
    flood::at_random(&bench);
    bench.finish();
}

#[test]
fn a_slow_reader_holds_nobody_up() {
    let bench = Bench::new("chat");
    host::one_takes_nothing(&bench);
    host::one_guest_alone(&bench);
    host::all_are_told_of_the_end(&bench);
    host::leaving_is_too_much(&bench);
    slow::twenty_take_nothing(&bench);
    slow::nobody_is_waited_for(&bench);
    bench.finish();
}

#[test]
fn leaving_is_told() {
    let bench = Bench::new("chat");
    visit::lines_go_both_ways(&bench);
    visit::a_flood_is_held_back(&bench);
    visit::bad_lines_end_it(&bench);
    visit::the_host_lets_go(&bench);
    visit::a_queue_has_its_places(&bench);
    visit::the_last_lines_come(&bench);
    times::are_kept(&bench);
    bench.finish();
}

#[test]
fn two_hundred_guests() {
    let bench = Bench::new("chat");
    serving::the_silent_hold_nobody_up(&bench);
    serving::many_talk(&bench);
    serving::each_has_a_limit(&bench);
    serving::errors_are_told(&bench);
    descriptors::more_than_descriptors(&bench);
    bench.finish();
}

#[test]
fn ends_in_order() {
    let bench = Bench::new("chat");
    ending::all_are_told(&bench);
    ending::a_busy_host_is_told(&bench);
    ending::not_for_ever(&bench);
    bench.finish();
}

#[test]
fn keyboard_and_network_at_once() {
    let bench = Bench::new("chat");
    let door = bench.door("server");
    let late = talk::says_no_more(&bench, &door);
    talk::both_ways(&bench, &door);
    talk::no_key_is_pressed(&bench, &door);
    talk::a_lot_is_typed(&bench, &door);
    talk::errors_are_returned(&bench, &door);
    talk::still_hears(&bench, late);
    bench.finish();
}
