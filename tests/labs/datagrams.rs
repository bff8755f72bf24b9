//! 04 datagrams: letters with an edge, over a road that loses, doubles and delays, with strangers beside it.
//!
//! Order and content are judged, and time by the program's own clock or with wide margins: where a program has to give up,
//! somebody goes on talking until it does.

mod letters;
mod orders;
mod patience;
mod said;
mod waiting;

use std::time::Duration;

use hidden_tests::{Bench, CauseId, Datagram, DatagramPeer, Direction, Fate, Faults, Program};

use letters::{Hearing, exchange};
use orders::{PROVED, challenge, expect_challenge, expect_goods, goods, order};
use patience::{Patience, probe};
use said::{Road, Series};

/// `MAX_DATAGRAM` of the statement.
const MAX_DATAGRAM: usize = 65_507;
/// `MAX_GOODS` of the statement.
const MAX_GOODS: usize = 1200;
/// The length of a probe.
const PROBE: usize = 20;
/// Long enough for an answer on a busy machine, short enough to be waited for now and then.
const WAIT_MS: &str = "300";
/// A pause in which an answer would be there, if there was one.
const SILENCE: Duration = Duration::from_millis(50);
/// Long enough for a time-out that somebody has set by habit, short enough for a test.
const LONG_SILENCE: Duration = Duration::from_millis(1500);
const ANY: &str = "127.0.0.1:0";

#[test]
fn answers_whoever_asks() {
    let bench = Bench::new("datagrams");
    let program = bench.start(&["serve", "--listen", ANY]);
    let at = program.listens();
    let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
    let exchange = |peer: &DatagramPeer, letter: &[u8], what: &str| {
        exchange(&bench, peer, at, letter, &format!("the answer to {what}"));
    };
    let first = bench.random_word(4..=20);
    exchange(&ada, first.as_bytes(), "the first letter");
    bench.tell("now somebody else, and the first one again");
    exchange(&eve, b"and me?", "somebody else");
    exchange(&ada, b"still there?", "the first one again");
    exchange(&ada, b"still there?", "the same letter once more");

    bench.tell("now an empty letter, which is no end, white space, and bytes that are no text");
    exchange(&ada, b"", "an empty letter");
    exchange(&eve, b"Dear Ada, \r\n", "a letter that ends in white space");
    exchange(&ada, b"\xff\x00\xfe", "bytes that are no text");
    bench.tell("now the largest letter that there is");
    let largest = bench.random_bytes(MAX_DATAGRAM);
    exchange(&ada, &largest, "the largest letter");
    exchange(&eve, &bench.random_bytes(1), "a letter of one byte");

    bench.tell("now three letters at once: each has an answer of its own");
    for letter in [&b"one"[..], b"", b"three"] {
        ada.send(at, letter);
    }
    for letter in [&b"one"[..], b"", b"three"] {
        ada.expect(letter);
    }
    ada.expect_silence(SILENCE);
    eve.expect_silence(SILENCE);

    bench.tell("now 150 letters, each when the one before was answered");
    for n in 1..=150u32 {
        let letter = n.to_be_bytes();
        ada.send_quietly(at, &letter);
        let answer = ada.receive_quietly(&format!("the answer to letter {n} of 150"));
        if answer.bytes != letter {
            let got = format!("other bytes: {:02x?}", answer.bytes);
            let expected = format!("letter {n} of 150 again: {letter:02x?}");
            bench.fail(CauseId::BytesDiffer, &expected, &got, None);
        }
    }

    bench.tell("now nothing at all for a while");
    bench.pass(LONG_SILENCE);
    exchange(&eve, b"still open?", "a letter after 1.5 s of silence");

    if bench.has_ipv6() {
        let program = bench.start(&["serve", "--listen", "[::1]:0"]);
        let six = bench.datagram_peer_at("six", "[::1]:0");
        let what = "the answer to a letter over IPv6";
        letters::exchange(&bench, &six, program.listens(), b"hello", what);
    }
    bench.finish();
}

#[test]
fn gives_up_when_nothing_comes() {
    let bench = Bench::new("datagrams");
    let near = bench.datagram_peer("near");
    let (program, at) = waiting::begin(&bench, Duration::from_secs(60));
    let letters = ["Dear Ada", "Dear Ada", "", "foun", "found \r\n", "found"];
    for letter in letters.iter().chain(&["too late"]) {
        near.send(at, letter.as_bytes());
    }
    let lines = letters.map(|text| said::heard(near.address(), text));
    program.expect_last_lines(&(lines.concat() + "{\"found\": true}\n"));
    program.expect_exit(0);

    waiting::hears_all_of_the_longest(&bench);
    waiting::gives_up(&bench);
    waiting::useless_letters_give_no_time(&bench);
    waiting::a_flood_gives_no_time(&bench);

    // Even twice this is shorter than what a program may sleep before it counts as stuck.
    let mut wait = Duration::from_millis(800);
    for _ in 0..2 {
        if waiting::ends_before_a_later_one(&bench, wait) {
            return bench.finish();
        }
        // Once may be the machine. With twice the time it is not.
        wait *= 2;
    }
    bench.fail(
        CauseId::NotEnded,
        "an end of the wait that was begun first, although a datagram came in the middle of it",
        "the end of one that was begun later",
        Some("The datagram gave your program its whole time anew. The end of the wait is one moment."),
    )
}

#[test]
fn notices_a_cut_datagram() {
    let bench = Bench::new("datagrams");
    let near = bench.datagram_peer("near");
    let max = bench.random().usize(20..100);
    for (max, all) in [
        (
            max,
            &[max - 1, max, max + 1, 2 * max, 0, MAX_DATAGRAM, 3][..],
        ),
        (1, &[1, 2, 0, 1, 50, 0, 1]),
        (0, &[0, 1, 0, 50]),
        (1200, &[1200, 1201, 1199, 9000, 0, 1, 1200]),
        (3000, &[3000, 3001, 2999]),
        (MAX_DATAGRAM, &[MAX_DATAGRAM, 0, MAX_DATAGRAM - 1]),
    ] {
        let program = bench.start(&["hear", "--listen", ANY, "--max", &max.to_string()]);
        let at = program.listens();
        let mut hearing = Hearing::new(&bench, &program, near.address(), max);
        for n in all {
            // As text, the largest one is no longer than a line that the bench reads.
            let letter = match max {
                MAX_DATAGRAM => vec![b'x'; *n],
                _ => bench.random_bytes(*n),
            };
            near.send(at, &letter);
            hearing.expect(&letter);
        }
    }

    bench.tell("now several before the first is read: each is cut for itself");
    let program = bench.start(&["hear", "--listen", ANY, "--max", "4"]);
    let at = program.listens();
    let letters = [&b"Dear Ada"[..], b"Dear", b"", b"Eve"];
    for letter in letters {
        near.send(at, letter);
    }
    let mut hearing = Hearing::new(&bench, &program, near.address(), 4);
    for letter in letters {
        hearing.expect(letter);
    }
    bench.finish();
}

#[test]
fn counts_lost_doubled_and_late() {
    let bench = Bench::new("datagrams");
    bench.tell("the road of the chapter: 0 to 9 were sent");
    count(&bench, 0..=9, &[1, 2, 2, 3, 4, 6, 5, 9, 8]);
    bench.tell("now all that can be wrong, by itself");
    for came in [
        &[][..],
        &[1, 2, 3, 4],
        &[4, 3, 2, 1],
        &[2, 1, 2, 1, 1],
        &[1, 3, 2, 2, 4],
        &[4, 1, 4, 1],
        &[9, 1, 9, 2, 0],
    ] {
        count(&bench, 1..=4, came);
    }
    bench.tell("now at random, and with high numbers");
    for first in [1, 1_000_000_000, u32::MAX - 20] {
        let all = first..=first + 20;
        let came: Vec<u32> = (0..40)
            .map(|_| bench.random().u32(first..=first.saturating_add(21)))
            .collect();
        count(&bench, all, &came);
    }

    bench.tell("now the lowest number that there is, and the highest");
    for number in [0, u32::MAX] {
        count(&bench, number..=number, &[number, number]);
    }
    count(&bench, 0..=1, &[1, 0, 0]);

    bench.tell("now a letter is sent after another one has come");
    let program = start(&bench, &["count"]);
    let mut road = Road::default();
    for (what, number) in [
        ("sent", 1),
        ("came", 2),
        ("came", 1),
        ("sent", 2),
        ("came", 2),
        ("came", 2),
    ] {
        program.feed(format!("{what} {number}\n").as_bytes());
        match what {
            "sent" => road.sent(number),
            _ => program.expect_lines(&road.came(number)),
        }
    }
    program.end_input();
    program.expect_last_lines(&road.summary());
    bench.finish();
}

#[test]
fn waits_as_rfc_6298_says() {
    let bench = Bench::new("datagrams");
    let learn = |min: f64, trips: &[f64]| {
        let program = start(&bench, &["rto", "--min-ms", &min.to_string()]);
        let mut series = Series::new(min);
        for trip in trips {
            program.feed(format!("{trip}\n").as_bytes());
            series.sample(*trip);
            series.expect(&bench, &program);
        }
        (program, series)
    };
    bench.tell("the table of the chapter");
    learn(0.0, &[100.0, 100.0, 300.0, 100.0]);
    bench.tell("now a road that never varies: the grain of the clock is left");
    learn(0.0, &[20.0; 24]);
    bench.tell("now one that suddenly is short, and one that suddenly is long");
    learn(0.0, &[800.0, 800.0, 10.0, 10.0, 10.0]);
    learn(0.0, &[3.0, 3.0, 2000.0, 2.5]);
    bench.tell("now with the limits of the RFC");
    learn(1000.0, &[100.0, 100.0, 900.0, 900.0]);
    learn(200.0, &[40.0, 50.0, 300.0]);
    learn(1000.0, &[30_000.0, 100_000.0, 1.0]);
    bench.tell("now at random");
    let random: Vec<f64> = (0..20)
        .map(|_| f64::from(bench.random().u32(1..400_000)) / 1000.0)
        .collect();
    learn(0.0, &random);

    bench.tell("now the time runs out twice, and then a sample comes");
    let (program, mut series) = learn(0.0, &[100.0, 120.0]);
    for _ in 0..2 {
        program.feed(b"timeout\n");
        series.timed_out();
        series.expect(&bench, &program);
    }
    program.feed(b"110\n");
    series.sample(110.0);
    series.expect(&bench, &program);
    bench.finish();
}

#[test]
fn no_sample_when_sent_twice() {
    let bench = Bench::new("datagrams");
    let program = start(&bench, &["karn", "--min-ms", "0"]);
    let mut series = Series::new(0.0);
    let mut at = 0.0;
    let mut happens = |after: u32, what: &str| {
        at += f64::from(after);
        program.feed(format!("{at} {what}\n").as_bytes());
        at
    };
    let trip = bench.random().u32(50..200);
    let number = bench.random().u32(1..1000);
    let (one, two, three) = (number, number + 1, number + 2);
    happens(5, &format!("sent {one}"));
    happens(trip, &format!("came {one}"));
    series.sample(f64::from(trip));
    series.expect_sample(
        &bench,
        &program,
        one,
        Some(f64::from(trip)),
        "it was sent once",
    );

    bench.tell(
        "now a letter that was sent twice: its answer is no sample, and the time-out stays long",
    );
    happens(1000, &format!("sent {two}"));
    happens(600, "timeout");
    series.timed_out();
    happens(0, &format!("sent {two}"));
    happens(10, &format!("came {two}"));
    series.expect_sample(&bench, &program, two, None, "it was sent twice");

    bench.tell("now the second answer to it, one to a letter that was answered long ago, and one to nothing");
    for (number, after, why) in [
        (two, 300, "it was answered before"),
        (one, 10, "it was answered long ago"),
        (three, 0, "it was never sent"),
    ] {
        happens(after, &format!("came {number}"));
        series.expect_sample(&bench, &program, number, None, why);
    }

    bench.tell("now two letters on their way at once, one of them sent three times");
    happens(0, &format!("sent {three}"));
    happens(20, &format!("sent {}", three + 1));
    for _ in 0..2 {
        happens(900, "timeout");
        series.timed_out();
        happens(0, &format!("sent {three}"));
    }
    happens(7, &format!("came {}", three + 1));
    series.sample(1807.0);
    let why = "it was sent once, and one before it three times";
    series.expect_sample(&bench, &program, three + 1, Some(1807.0), why);
    happens(1, &format!("came {three}"));
    series.expect_sample(&bench, &program, three, None, "it was sent three times");

    bench.tell("now a number that is used again, after its first letter was answered");
    happens(50, &format!("sent {three}"));
    happens(80, &format!("came {three}"));
    series.sample(80.0);
    let why = "it is a new letter, sent once";
    series.expect_sample(&bench, &program, three, Some(80.0), why);

    bench.tell("now three letters on their way at once, each sent once, and the last one is answered first");
    let last = three + 4;
    for letter in [last - 2, last - 1, last] {
        happens(10, &format!("sent {letter}"));
    }
    for (letter, after, trip, why) in [
        (last, 50, 50.0, "it was sent once"),
        (
            last - 2,
            5,
            75.0,
            "it was sent once, and the answer to a later one is none to it",
        ),
    ] {
        happens(after, &format!("came {letter}"));
        series.sample(trip);
        series.expect_sample(&bench, &program, letter, Some(trip), why);
    }
    bench.tell("now one of two is sent again, and answered: the other one still waits");
    happens(0, &format!("sent {last}"));
    happens(10, &format!("sent {last}"));
    happens(10, &format!("came {last}"));
    series.expect_sample(&bench, &program, last, None, "it was sent twice");
    happens(10, &format!("came {}", last - 1));
    series.sample(95.0);
    let why = "it was sent once, and the answer to a later one is none to it";
    series.expect_sample(&bench, &program, last - 1, Some(95.0), why);

    bench.tell("now one that is answered in the same moment");
    happens(10, &format!("sent {one}"));
    happens(0, &format!("came {one}"));
    series.sample(0.0);
    series.expect_sample(
        &bench,
        &program,
        one,
        Some(0.0),
        "a trip of no time is a trip",
    );
    bench.finish();
}

#[test]
fn ignores_a_stranger() {
    let bench = Bench::new("datagrams");
    let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
    let ask = |ms: &str| {
        let to = ada.address().to_string();
        let program = bench.start(&["ask", &to, "--wait-ms", ms]);
        let asked = ada.receive("a probe");
        if asked.bytes.len() != PROBE {
            bench.fail(
                CauseId::BytesDiffer,
                &format!("a probe of {PROBE} bytes"),
                &format!("a datagram of {} bytes", asked.bytes.len()),
                None,
            );
        }
        (program, asked)
    };
    let mut trips = Vec::new();
    let held = Duration::from_millis(80);
    let right_answer = |program: &Program, asked: &Datagram, waited: Duration| {
        bench.pass(held);
        ada.send(asked.from, &asked.bytes);
        let trip = said::expect_trip(&bench, program, waited + held);
        program.expect_exit(0);
        trip
    };
    let (program, asked) = ask("60000");
    trips.push(right_answer(&program, &asked, Duration::ZERO));

    bench.tell("now somebody who was not asked gives the right answer");
    let (program, asked) = ask("60000");
    let no_answer = |peer: &DatagramPeer, to, bytes: &[u8], what: &str, program: &Program| {
        peer.send(to, bytes);
        peer.wait_until_read(to);
        program.expect_still_silent_after(what, SILENCE);
    };
    if let Some(beside) = bench.datagram_peer_beside(&ada, "beside") {
        let far = bench.datagram_peer_at("far", "127.0.0.2:0");
        let what = "the right bytes from another address and port";
        no_answer(&far, asked.from, &asked.bytes, what, &program);
        let what = "the right bytes from another port of the same address";
        no_answer(&eve, asked.from, &asked.bytes, what, &program);
        let what = "the right bytes from another address with the same port";
        no_answer(&beside, asked.from, &asked.bytes, what, &program);
    } else {
        let what = "the right bytes from another socket";
        no_answer(&eve, asked.from, &asked.bytes, what, &program);
    }
    trips.push(right_answer(&program, &asked, SILENCE));

    bench.tell("now what a forger who writes Ada's address can guess");
    let (program, asked) = ask("60000");
    let right = &asked.bytes;
    let of_ada = |bytes: &[u8], what: &str| {
        let what = format!("{what} from whoever was asked");
        no_answer(&ada, asked.from, bytes, &what, &program);
    };
    of_ada(&bench.random_bytes(PROBE), "20 other bytes");
    let number_only = [&right[..4], &bench.random_bytes(PROBE - 4)].concat();
    of_ada(&number_only, "the number and 16 other bytes");
    let changed = |at: usize| {
        let mut bytes = right.clone();
        bytes[at] ^= 1 << bench.random().u32(0..8);
        bytes
    };
    let random = bench.random().usize(4..PROBE);
    for at in [3, 4, 11, 12, 15, 16, PROBE - 1, random] {
        ada.send(asked.from, &changed(at));
    }
    of_ada(&changed(8), "the right bytes but for one bit");
    for short in [&right[..4], b"", b"\xff\xff\xff"] {
        ada.send(asked.from, short);
    }
    of_ada(
        &right[..PROBE - 1],
        "the right bytes but for the last, or fewer,",
    );
    let longer = [&right[..], b"!"].concat();
    of_ada(&longer, "the right bytes and one more");
    trips.push(right_answer(&program, &asked, 5 * SILENCE));
    if trips.iter().all(|ms| ms.fract() == 0.0) {
        bench.fail(
            CauseId::OutputDiffers,
            "the time from `sent` to `now`, to the microsecond",
            &format!("whole milliseconds, three times: {trips:?}"),
            Some("The trip was cut to whole milliseconds. On a short road nothing would be left of it."),
        );
    }

    if bench.has_ipv6() {
        let six = bench.datagram_peer_at("six", "[::1]:0");
        let to = six.address().to_string();
        let program = bench.start(&["ask", &to, "--wait-ms", "60000"]);
        let asked = six.receive("a probe over IPv6");
        six.send(asked.from, &asked.bytes);
        said::expect_trip(&bench, &program, Duration::ZERO);
    }

    bench.tell("now only the stranger answers");
    let (program, asked) = ask(WAIT_MS);
    eve.send(asked.from, &asked.bytes);
    program.expect_last_lines("{\"rtt_ms\": null}\n");
    program.expect_exit(1);
    bench.finish();
}

#[test]
fn stays_small_until_proved() {
    let bench = Bench::new("datagrams");
    let program = bench.start(&["shop", "--listen", ANY]);
    let at = program.listens();
    let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
    let number = bench.random().u32(1..1 << 31);
    let length = bench.random().u16(200..MAX_GOODS as u16);
    let first = order(number, length, None);
    ada.send(at, &first);
    let challenged = |peer: &DatagramPeer, number: u32, order: &[u8], what: &str| {
        peer.send(at, order);
        expect_challenge(&bench, peer, number, order.len(), what)
    };
    let bought = |peer: &DatagramPeer, number: u32, length: u16, order: &[u8], what: &str| {
        peer.send(at, order);
        expect_goods(
            &bench,
            peer,
            number,
            usize::from(length).min(MAX_GOODS),
            what,
        );
    };
    let cookie = expect_challenge(&bench, &ada, number, first.len(), "a first order");
    bench.tell("the challenge came; now the same order with its cookie");
    let with_cookie = order(number + 1, length, Some(cookie));
    bought(&ada, number + 1, length, &with_cookie, PROVED);

    bench.tell("now what is small enough: at most three times as long as the order");
    // 15 bytes of order, 45 of answer, 5 of them before the goods.
    for (number, length, what) in [
        (number + 2, 0, "no cookie, and an answer of 5 bytes"),
        (
            number + 3,
            39,
            "no cookie, and an answer of 44 bytes for 15",
        ),
        (
            number + 4,
            40,
            "no cookie, and an answer of 45 bytes for 15",
        ),
    ] {
        bought(&eve, number, length, &order(number, length, None), what);
    }
    let just_over = order(number + 5, 41, None);
    let hers = challenged(&eve, number + 5, &just_over, "46 bytes of answer for 15");
    bench.tell("now an order with bytes behind it: they count, too");
    let padded = [&order(number, 400, None)[..], &[0; 120]].concat();
    bought(
        &eve,
        number,
        400,
        &padded,
        "no cookie, but 135 bytes of order for 405 of answer",
    );
    let padded = [&order(number + 1, u16::MAX, None)[..], &[0; 387]].concat();
    let what = "no cookie, and more ordered than is sent: 402 bytes of order for 1,205 of answer";
    bought(&eve, number + 1, u16::MAX, &padded, what);

    bench.tell("now somebody else's cookie, one that is made up, and one with a bit changed");
    let mut changed = hers;
    changed[7] ^= 1;
    let made_up = [bench.random().u64(2..).to_be_bytes(), [1; 8], [0xff; 8]];
    for (cookie, what) in [
        (made_up[0], "a cookie that is made up"),
        (made_up[1], "a cookie of ones"),
        (made_up[2], "a cookie of ff"),
        (changed, "a cookie with a bit changed"),
    ] {
        challenged(&eve, number, &order(number, length, Some(cookie)), what);
    }
    let of_another = order(number, length, Some(cookie));
    if let Some(beside) = bench.datagram_peer_beside(&ada, "beside") {
        let far = bench.datagram_peer_at("far", "127.0.0.2:0");
        let what = "the cookie of another address and port";
        challenged(&far, number, &of_another, what);
        let what = "the cookie of another address with the same port";
        challenged(&beside, number, &of_another, what);
    }
    let what = "the cookie of another port of the same address";
    challenged(&eve, number, &of_another, what);
    bench.tell("now a wrong cookie on an order that needs none");
    let small = order(number, 10, Some(changed));
    bought(
        &eve,
        number,
        10,
        &small,
        "a wrong cookie, and an answer of 15 bytes",
    );
    bench.tell("now without a cookie again, from an address that was proved before");
    challenged(&ada, number, &first, "no cookie this time");
    bench
        .tell("now the cookie again, after somebody else was challenged, and with bytes behind it");
    challenged(&eve, number + 5, &just_over, "46 bytes of answer for 15");
    let again = order(number + 6, length, Some(cookie));
    let what = format!("{PROVED}, after somebody else was challenged");
    bought(&ada, number + 6, length, &again, &what);
    let padded = [&order(number + 7, 1200, Some(cookie))[..], &[0; 100]].concat();
    bought(
        &ada,
        number + 7,
        1200,
        &padded,
        "with the cookie, and bytes behind the order",
    );

    bench.tell("now what is no order: only the order behind it is answered");
    for bytes in [
        &b""[..],
        b"\x01",
        &first[..14],
        &[9; 15],
        &challenge(number, cookie),
        &goods(1, 30),
    ] {
        ada.send(at, bytes);
    }
    bought(&ada, 7, 10, &order(7, 10, None), "behind what is no order");

    bench.tell("now more than one answer may hold");
    let all = order(8, u16::MAX, Some(cookie));
    let what = format!("{PROVED}, and more ordered than is sent");
    bought(&ada, 8, u16::MAX, &all, &what);
    let again = order(9, length, Some(cookie));
    bought(&ada, 9, length, &again, &format!("{PROVED}, once more"));
    bench.finish();
}

#[test]
fn pings_over_a_bad_road() {
    let bench = Bench::new("datagrams");
    let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
    let start = |to: &str, count: u32| {
        let count = count.to_string();
        bench.start(&["ping", to, "--count", &count, "--wait-ms", WAIT_MS])
    };
    bench.tell("one answer is late, one comes twice, one never, and a stranger answers, too");
    let program = start(&ada.address().to_string(), 6);
    let mut road = Road::default();
    let mut probes = Vec::new();
    for number in 1..=6 {
        road.sent(number);
        let probe = probe(&bench, &ada, number, 6).datagram;
        probes.push(probe.bytes);
        let answers: &[u32] = match number {
            1 => &[1],
            6 => &[6, 6],
            3 => &[3, 3],
            5 => &[5, 4],
            _ => &[],
        };
        if number == 2 {
            eve.send(probe.from, &probes[1]);
        }
        // All at once: the second one may not be late because the first one was waited for.
        for answer in answers {
            ada.send(probe.from, &probes[*answer as usize - 1]);
        }
        for answer in answers {
            said::expect_answer(&bench, &program, road.answer(*answer));
        }
    }
    program.expect_last_lines(&road.summary());
    program.expect_exit(0);
    if !ada.came().is_empty() {
        bench.fail(
            CauseId::BytesExtra,
            "6 probes, each sent once",
            "more of them",
            None,
        );
    }

    bench.tell("now every answer comes, and some of them again: they are heard before it is over");
    let program = start(&ada.address().to_string(), 2);
    let mut road = Road::default();
    let mut probes = Vec::new();
    for number in 1..=2 {
        road.sent(number);
        let probe = ada.receive(&format!("probe {number} of 2"));
        ada.send(probe.from, &probe.bytes);
        probes.push(probe);
    }
    for again in [1, 0, 1] {
        ada.send_quietly(probes[again].from, &probes[again].bytes);
    }
    for number in [1, 2, 2, 1, 2] {
        said::expect_answer(&bench, &program, road.answer(number));
    }
    program.expect_last_lines(&road.summary());
    program.expect_exit(0);

    bench.tell("now what a wait is for: the answer to its own probe, and nothing else");
    if !Patience::is_kept(&bench, Duration::from_millis(500)) {
        bench.tell(
            "this machine was too busy for an answer in time; once more, with twice as much of it",
        );
        if !Patience::is_kept(&bench, Duration::from_millis(1000)) {
            bench.tell("too busy again: how long a wait is was not proven");
        }
    }

    bench.tell("now a wait of a minute: whoever is answered does not wait");
    let program = bench.start(&[
        "ping",
        &ada.address().to_string(),
        "--count",
        "3",
        "--wait-ms",
        "60000",
    ]);
    let mut road = Road::default();
    for number in 1..=3 {
        road.sent(number);
        let probe = ada.receive(&format!("probe {number} of 3"));
        ada.send(probe.from, &probe.bytes);
        said::expect_answer(&bench, &program, road.answer(number));
    }

    bench.tell("now over a road that does as it likes");
    const ALL: u32 = 12;
    let mut faults = Faults::none()
        .lossy(20)
        .doubled(20)
        .reordered(20)
        .only(Direction::Back);
    // Nothing may still be held back when everything is over.
    for number in 9..=ALL as usize {
        faults = faults.fate(Direction::Back, number, Fate::Delivered);
    }
    let network = bench.network(ada.address(), faults);
    let program = start(&network.address().to_string(), ALL);
    let mut road = Road::default();
    for number in 1..=ALL {
        road.sent(number);
        let probe = ada.receive(&format!("probe {number} of {ALL}"));
        ada.send_quietly(probe.from, &probe.bytes);
    }
    // Once the last one has been answered, everything has been passed on.
    let passed = network.passed_on(Direction::Back, ALL as usize);
    for bytes in passed {
        let number = bytes.first_chunk().map_or(0, |n| u32::from_be_bytes(*n));
        said::expect_answer(&bench, &program, road.answer(number));
    }
    program.expect_last_lines(&road.summary());
    program.expect_exit(0);

    bench.tell("now nobody answers");
    let program = start(&ada.address().to_string(), 1);
    program.expect_last_lines(
        "{\"sent\": 1, \"came\": 0, \"lost\": 1, \"doubled\": 0, \"late\": 0}\n",
    );
    program.expect_exit(1);
    bench.finish();
}

/// The program says what came, line by line, while its input stays open, and then the sums.
fn count(bench: &Bench, sent: std::ops::RangeInclusive<u32>, came: &[u32]) {
    let program = start(bench, &["count"]);
    let mut road = Road::default();
    let lines: String = sent
        .clone()
        .map(|number| format!("sent {number}\n"))
        .collect();
    program.feed(lines.as_bytes());
    sent.for_each(|number| road.sent(number));
    let lines: String = came
        .iter()
        .map(|number| format!("came {number}\n"))
        .collect();
    program.feed(lines.as_bytes());
    let lines: String = came.iter().map(|number| road.came(*number)).collect();
    program.expect_lines(&lines);
    program.end_input();
    program.expect_last_lines(&road.summary());
    program.expect_exit(0);
}

fn start(bench: &Bench, args: &[&str]) -> Program {
    bench.program(args).with_input().start()
}
