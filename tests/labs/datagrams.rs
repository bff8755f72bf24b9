//! 04 datagrams: letters with an edge, over a road that loses, doubles and delays, with strangers beside it.
//!
//! Order and content are judged, not time: where a program has to give up, somebody goes on talking until it does.

mod orders;
mod said;

use std::time::Duration;

use hidden_tests::{Bench, CauseId, DatagramPeer, Direction, Fate, Faults, Program};

use orders::{challenge, expect_challenge, goods, order};
use said::{Road, Series, taken};

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
/// More than any network carries in one packet, and less than a line that the bench reads.
const LONG_LETTER: usize = 40_000;
const ANY: &str = "127.0.0.1:0";

#[test]
fn answers_whoever_asks() {
    let bench = Bench::new("datagrams");
    let program = bench.start(&["serve", "--listen", ANY]);
    let at = program.listens();
    let (ada, eve) = (bench.datagram_peer("ada"), bench.datagram_peer("eve"));
    let exchange = |peer: &DatagramPeer, letter: &[u8]| {
        peer.send(at, letter);
        is_from(&bench, peer.expect(letter), at);
    };
    exchange(&ada, bench.random_word(4..=20).as_bytes());
    bench.tell("now somebody else, and the first one again");
    exchange(&eve, b"and me?");
    exchange(&ada, b"still there?");

    bench.tell("now an empty letter, which is no end, and the largest one that there is");
    exchange(&ada, b"");
    exchange(&ada, &bench.random_bytes(MAX_DATAGRAM));
    exchange(&eve, &bench.random_bytes(1));

    bench.tell("now three letters at once: each has an answer of its own");
    for letter in [&b"one"[..], b"", b"three"] {
        ada.send(at, letter);
    }
    for letter in [&b"one"[..], b"", b"three"] {
        ada.expect(letter);
    }
    ada.expect_silence(SILENCE);
    eve.expect_silence(SILENCE);

    if bench.has_ipv6() {
        let program = bench.start(&["serve", "--listen", "[::1]:0"]);
        let six = bench.datagram_peer_at("six", "[::1]:0");
        six.send(program.listens(), b"hello");
        six.expect(b"hello");
    }
    bench.finish();
}

#[test]
fn gives_up_when_nothing_comes() {
    let bench = Bench::new("datagrams");
    let begin = |ms: &str| {
        let args = ["wait", "--listen", ANY, "--wait-ms", ms, "--until", "found"];
        let program = bench.start(&args);
        let at = program.listens();
        (program, at)
    };
    let near = bench.datagram_peer("near");
    let word = bench.random_word(4..=20);
    let (program, at) = begin("60000");
    for letter in [&word[..], "", "foun", "found", "too late"] {
        near.send(at, letter.as_bytes());
    }
    let lines: String = [&word[..], "", "foun", "found"]
        .iter()
        .map(|text| said::heard(near.address(), text))
        .collect();
    program.expect_last_lines(&(lines + "{\"found\": true}\n"));
    program.expect_exit(0);

    bench.tell("now a letter that is longer than what a network carries in one piece");
    let long = "x".repeat(LONG_LETTER);
    let (program, at) = begin("60000");
    near.send(at, long.as_bytes());
    near.send(at, b"found");
    let lines = ["found"]
        .iter()
        .fold(said::heard(near.address(), &long), |all, text| {
            all + &said::heard(near.address(), text)
        });
    program.expect_last_lines(&(lines + "{\"found\": true}\n"));
    program.expect_exit(0);

    bench.tell("now nothing comes");
    for ms in ["150", "0"] {
        let (program, _) = begin(ms);
        program.expect_last_lines("{\"found\": false}\n");
        program.expect_exit(1);
    }

    bench.tell("now somebody talks all the time, and never says the word");
    let (program, at) = begin("300");
    // Ten times as long as it may wait.
    for _ in 0..60 {
        near.send_quietly(at, b"not yet");
        bench.pass(Duration::from_millis(50));
        if program.has_ended() {
            break;
        }
    }
    if !program.has_ended() {
        bench.fail(
            CauseId::NotEnded,
            "an end of the wait after 300 ms, whatever comes",
            "a program that still waits after 3 s, while a datagram came every 50 ms",
            Some("Each datagram gave your program its whole time anew. The end of the wait is one moment."),
        );
    }
    program.expect_exit(1);

    // Even twice this is shorter than what a program may sleep before it counts as stuck.
    let mut wait = Duration::from_millis(800);
    for _ in 0..2 {
        if ends_before_a_later_one(&bench, wait) {
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

/// Of two waits of the same length, the one with a datagram in it was begun a quarter of it earlier.
fn ends_before_a_later_one(bench: &Bench, wait: Duration) -> bool {
    bench.tell("now a datagram in the middle of a wait, and then nothing; a second wait is begun a little later");
    let near = bench.datagram_peer("near");
    let ms = bench.slowed(wait).as_millis().to_string();
    let begin = || {
        bench.start(&[
            "wait",
            "--listen",
            ANY,
            "--wait-ms",
            &ms,
            "--until",
            "found",
        ])
    };
    let first = begin();
    let at = first.listens();
    bench.pass(wait / 4);
    let later = begin();
    later.listens();
    bench.pass(wait / 4);
    near.send(at, b"not yet");
    first.says_line("what was heard");
    later.expect_last_lines("{\"found\": false}\n");
    first.has_ended()
}

#[test]
fn notices_a_cut_datagram() {
    let bench = Bench::new("datagrams");
    let near = bench.datagram_peer("near");
    let max = bench.random().usize(20..100);
    for (max, all) in [
        (max, [max - 1, max, max + 1, 2 * max, 0, MAX_DATAGRAM, 3]),
        (1, [1, 2, 0, 1, 50, 0, 1]),
        (1200, [1200, 1201, 1199, 9000, 0, 1, 1200]),
    ] {
        let program = bench.start(&["hear", "--listen", ANY, "--max", &max.to_string()]);
        let at = program.listens();
        for n in all {
            let letter = bench.random_bytes(n);
            near.send(at, &letter);
            program.expect_lines(&taken(near.address(), &letter, max));
        }
    }

    bench.tell("now several before the first is read: each is cut for itself");
    let program = bench.start(&["hear", "--listen", ANY, "--max", "4"]);
    let at = program.listens();
    let letters = [&b"Dear Ada"[..], b"Dear", b"", b"Eve"];
    for letter in letters {
        near.send(at, letter);
    }
    let lines: String = letters
        .map(|letter| taken(near.address(), letter, 4))
        .concat();
    program.expect_lines(&lines);
    bench.finish();
}

#[test]
fn counts_lost_doubled_and_late() {
    let bench = Bench::new("datagrams");
    // The road of the chapter: 0 to 9 were sent.
    count(&bench, 0..10, &[1, 2, 2, 3, 4, 6, 5, 9, 8]);
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
        count(&bench, 1..5, came);
    }
    bench.tell("now at random, and with high numbers");
    for first in [1, 1_000_000_000, u32::MAX - 20] {
        let all = first..first + 20;
        let came: Vec<u32> = (0..40)
            .map(|_| bench.random().u32(all.start..=all.end))
            .collect();
        count(&bench, all, &came);
    }

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
    series.expect_sample(&bench, &program, one, Some(f64::from(trip)));

    bench.tell(
        "now a letter that was sent twice: its answer is no sample, and the time-out stays long",
    );
    happens(1000, &format!("sent {two}"));
    happens(600, "timeout");
    series.timed_out();
    happens(0, &format!("sent {two}"));
    happens(10, &format!("came {two}"));
    series.expect_sample(&bench, &program, two, None);

    bench.tell("now the second answer to it, one to a letter that was answered long ago, and one to nothing");
    for (number, after) in [(two, 300), (one, 10), (three, 0)] {
        happens(after, &format!("came {number}"));
        series.expect_sample(&bench, &program, number, None);
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
    series.expect_sample(&bench, &program, three + 1, Some(1807.0));
    happens(1, &format!("came {three}"));
    series.expect_sample(&bench, &program, three, None);

    bench.tell("now a number that is used again, after its first letter was answered");
    happens(50, &format!("sent {three}"));
    happens(80, &format!("came {three}"));
    series.sample(80.0);
    series.expect_sample(&bench, &program, three, Some(80.0));
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
    let (program, asked) = ask("60000");
    let held = Duration::from_millis(80);
    bench.pass(held);
    ada.send(asked.from, &asked.bytes);
    said::expect_trip(&bench, &program, held);
    program.expect_exit(0);

    bench.tell("now somebody who was not asked gives the right answer");
    let (program, asked) = ask("60000");
    eve.send(asked.from, &asked.bytes);
    eve.wait_until_read(asked.from);
    program.expect_still_silent(SILENCE);
    bench.pass(held);
    ada.send(asked.from, &asked.bytes);
    said::expect_trip(&bench, &program, held + SILENCE);

    bench.tell(
        "now answers with the right sender that are wrong, as a forger would have to guess them",
    );
    let (program, asked) = ask("60000");
    let right = &asked.bytes;
    let changed = |at: usize| {
        let mut bytes = right.clone();
        bytes[at] ^= 1 << bench.random().u32(0..8);
        bytes
    };
    let random = bench.random().usize(4..PROBE);
    let wrong = [
        changed(3),
        changed(4),
        changed(11),
        changed(12),
        changed(PROBE - 1),
        changed(random),
        right[..PROBE - 1].to_vec(),
        right[..4].to_vec(),
        Vec::new(),
        [&right[..], b"!"].concat(),
        bench.random_bytes(PROBE),
        vec![0xff; 3],
    ];
    for bytes in wrong {
        ada.send(asked.from, &bytes);
    }
    ada.wait_until_read(asked.from);
    program.expect_still_silent(SILENCE);
    bench.pass(held);
    ada.send(asked.from, right);
    said::expect_trip(&bench, &program, held + SILENCE);
    program.expect_exit(0);

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
    let cookie = expect_challenge(&bench, &ada, number, first.len());
    bench.tell("the challenge came; now the same order with its cookie");
    ada.send(at, &order(number + 1, length, Some(cookie)));
    ada.expect(&goods(number + 1, length.into()));

    bench.tell("now what is small enough: at most three times as long as the order");
    // 15 bytes of order, 45 of answer, 5 of them before the goods.
    for (number, length) in [(number + 2, 0), (number + 3, 39), (number + 4, 40)] {
        eve.send(at, &order(number, length, None));
        eve.expect(&goods(number, length.into()));
    }
    let just_over = order(number + 5, 41, None);
    eve.send(at, &just_over);
    let hers = expect_challenge(&bench, &eve, number + 5, just_over.len());
    bench.tell("now an order with bytes behind it: they count, too");
    let padded = [&order(number, 400, None)[..], &[0; 120]].concat();
    eve.send(at, &padded);
    eve.expect(&goods(number, 400));

    let padded = [&order(number + 1, u16::MAX, None)[..], &[0; 387]].concat();
    eve.send(at, &padded);
    eve.expect(&goods(number + 1, MAX_GOODS));

    bench.tell("now somebody else's cookie, one that is made up, and one with a bit changed");
    let mut changed = hers;
    changed[7] ^= 1;
    let made_up = [bench.random().u64(2..).to_be_bytes(), [1; 8], [0xff; 8]];
    for cookie in [cookie, changed].into_iter().chain(made_up) {
        let wrong = order(number, length, Some(cookie));
        eve.send(at, &wrong);
        expect_challenge(&bench, &eve, number, wrong.len());
    }
    bench.tell("now without a cookie again, from an address that was proved before");
    ada.send(at, &order(number, length, None));
    expect_challenge(&bench, &ada, number, first.len());

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
    ada.send(at, &order(7, 10, None));
    ada.expect(&goods(7, 10));

    bench.tell("now more than one answer may hold");
    ada.send(at, &order(8, u16::MAX, Some(cookie)));
    ada.expect(&goods(8, MAX_GOODS));
    ada.send(at, &order(9, length, Some(cookie)));
    ada.expect(&goods(9, length.into()));
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
        let probe = ada.receive(&format!("probe {number} of 6"));
        probes.push(probe.bytes);
        let number_in_it = |probe: &Vec<u8>| probe.get(..4) == Some(&number.to_be_bytes());
        if !probes.last().is_some_and(number_in_it) {
            bench.fail(
                CauseId::BytesDiffer,
                &format!("a probe with number {number}"),
                "another one",
                Some("Each number is sent once, and they go up by one."),
            );
        }
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
        for answer in answers {
            ada.send(probe.from, &probes[*answer as usize - 1]);
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
fn count(bench: &Bench, sent: std::ops::Range<u32>, came: &[u32]) {
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

fn is_from(bench: &Bench, from: std::net::SocketAddr, at: std::net::SocketAddr) {
    if from != at {
        bench.fail(
            CauseId::BytesDiffer,
            &format!("an answer from {at}"),
            &format!("the right bytes, but from {from}"),
            Some("Whoever asked this socket waits for an answer from this socket: a stranger's answer is thrown away."),
        );
    }
}
