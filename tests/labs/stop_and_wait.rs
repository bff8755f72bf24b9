//! 05 stop-and-wait: a file over UDP, whole.
//!
//! All steps but the last have no clock and no network: the test says what time it is and what has come, and the
//! answer to each event ends with a line for the state. So "nothing happens" is seen, not waited for.

mod differs;
mod packet;
mod play;
mod transfer;
mod udp;

use hidden_tests::{Bench, CauseId, Program};

use packet::{
    Data, HEADER, MAX_PAYLOAD, acknowledgement, hex, makes_checksum_0, packet, wrong_bytes,
};
use play::{
    DONE, GAVE_UP, LISTENING, NOT_READY, Play, acknowledged, data, datagram, difference, lingering,
    offer, open, ready, time, waiting, writes,
};
use transfer::{Transfer, forged};

/// `MAX_SENDINGS` of the statement.
const MAX_SENDINGS: u32 = 20;
/// `MAX_BACKOFF` of the statement.
const MAX_BACKOFF: u64 = 8;

#[test]
fn packs_a_packet() {
    let bench = Bench::new("stop-and-wait");
    let program = bench.program(&["pack"]).with_input().start();
    let pack = |what: &str, fields: &str, bytes: &[u8]| {
        program.feed_line(&format!("{{{fields}}}"));
        let wanted = hex(bytes);
        let expected = format!("{what}: {}", cut(&wanted));
        let line = program.next_line(&expected);
        if line != wanted {
            let likely = wrong_bytes(bytes, &from_hex(&line));
            bench.fail(CauseId::OutputDiffers, &expected, cut(&line), Some(&likely));
        }
    };
    bench.tell("a packet of data, and acknowledgements");
    let (connection, sequence) = (0xadaa_daad, 258);
    let data = Data {
        connection,
        sequence,
        last: true,
        payload: b"Dear Ada",
        ..Data::default()
    };
    pack("the last packet", &data.fields(), &data.bytes());
    for (connection, sequence) in [
        (connection, sequence),
        (1, 0),
        name(&bench),
        (u32::MAX, u16::MAX),
    ] {
        let fields = format!("\"connection\": {connection}, \"acknowledgement\": {sequence}");
        let bytes = acknowledgement(connection, sequence);
        pack("an acknowledgement", &fields, &bytes);
    }

    bench.tell("now data, with and without flags");
    let all: Vec<u8> = (0..=255).collect();
    let word = bench.random_word(5..=20);
    let longest = bench.random_bytes(MAX_PAYLOAD);
    let flags = [(false, false), (true, false), (false, true), (true, true)];
    let mut cases = Vec::new();
    for (first, last) in flags {
        cases.push(("data", first, last, word.as_bytes()));
        cases.push(("data without a payload", first, last, b""));
    }
    cases.extend([
        ("a payload of one byte, 0", false, false, &b"\0"[..]),
        ("a payload of each byte that there is", false, false, &all),
        ("the longest payload", true, false, &longest),
    ]);
    for (what, first, last, payload) in cases {
        let (connection, sequence) = name(&bench);
        let data = Data {
            connection,
            sequence,
            first,
            last,
            payload,
        };
        let what = match (first, last) {
            (false, false) => what.to_string(),
            (true, false) => format!("{what}, the first packet"),
            (false, true) => format!("{what}, the last packet"),
            (true, true) => format!("{what}, the first packet and the last"),
        };
        pack(&what, &data.fields(), &data.bytes());
    }

    bench.tell("now packets of which the checksum happens to be 0: it is a number like any other");
    for n in [0, 8] {
        let payload = checksum_0(&bench, connection, sequence, n);
        let data = Data {
            connection,
            sequence,
            payload: &payload,
            ..Data::default()
        };
        let what = "data of which the checksum happens to be 0";
        pack(what, &data.fields(), &data.bytes());
    }
    bench.finish();
}

/// A connection and a sequence number.
fn name(bench: &Bench) -> (u32, u16) {
    let mut random = bench.random();
    (random.u32(..), random.u16(..))
}

/// A payload of `n` bytes and four more, with which the checksum of a packet without flags is 0.
fn checksum_0(bench: &Bench, connection: u32, sequence: u16, n: usize) -> Vec<u8> {
    let mut payload = bench.random_bytes(n);
    let before = Data {
        connection,
        sequence,
        payload: &payload,
        ..Data::default()
    };
    let more = makes_checksum_0(&before.bytes()[4..]);
    payload.extend(more);
    payload
}

/// A long line without its end.
fn cut(line: &str) -> &str {
    line.get(..120).unwrap_or(line)
}

fn from_hex(line: &str) -> Vec<u8> {
    let digits = line.as_bytes().chunks(2);
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
    digits.map_while(byte).collect()
}

#[test]
fn refuses_a_damaged_packet() {
    let bench = Bench::new("stop-and-wait");
    let program = bench.program(&["unpack"]).with_input().start();
    let unpack = Unpacking {
        bench: &bench,
        program: &program,
    };
    let (connection, sequence) = name(&bench);
    let payload = bench.random_bytes(40);
    let longest = bench.random_bytes(MAX_PAYLOAD);
    let too_long = [1, 100].map(|more| bench.random_bytes(MAX_PAYLOAD + more));
    let to_zero = checksum_0(&bench, connection, sequence, 8);
    let data = |payload, first, last| Data {
        connection,
        sequence,
        first,
        last,
        payload,
    };
    let good = data(&payload, true, false);
    let honest = || {
        bench.tell("a packet as it was sent");
        for (what, good) in [
            ("a packet as it was sent", &good),
            ("one without a payload", &data(b"", false, false)),
            ("the last one, without a payload", &data(b"", false, true)),
            ("one with the longest payload", &data(&longest, true, true)),
            (
                "one of which the checksum happens to be 0",
                &data(&to_zero, false, false),
            ),
        ] {
            let fields = format!("{{{}}}", good.fields());
            unpack.each(what, &[good.bytes()], &[&fields]);
        }
        let fields = format!("{{\"connection\": {connection}, \"acknowledgement\": {sequence}}}");
        let bytes = acknowledgement(connection, sequence);
        unpack.each("an acknowledgement", &[bytes], &[&fields]);
    };
    honest();

    bench.tell("now too short, or too long");
    let bytes = good.bytes();
    // Where there is a checksum, it is wrong as well.
    let (no_checksum, cut_off): (Vec<_>, Vec<_>) = (0..HEADER)
        .map(|n| bytes[..n].to_vec())
        .partition(|it| it.len() < 4);
    unpack.each("less than a checksum", &no_checksum, &[TOO_SHORT]);
    unpack.each("less than a header", &cut_off, &[TOO_SHORT, WRONG_CHECKSUM]);
    let whole = packet(connection, sequence, 1, 0, b"");
    let right: Vec<_> = (0..HEADER - 4)
        .map(|n| with_checksum(&whole[4..4 + n]))
        .collect();
    unpack.each(
        "less than a header, with the right checksum",
        &right,
        &[TOO_SHORT],
    );
    let long = [0, 1].map(|n| data(&too_long[n], false, false).bytes());
    let [one_more, many_more] = long;
    unpack.each("more than a packet may have", &[many_more], &[TOO_LONG]);
    unpack.each("one byte too many for a packet", &[one_more], &[TOO_LONG]);

    let wrong = &[WRONG_CHECKSUM][..];
    bench.tell("now with other bytes behind the same checksum");
    let other = data(&longest[..40], true, false).bytes();
    let other = [&bytes[..4], &other[4..]].concat();
    unpack.each("another payload behind the same checksum", &[other], wrong);
    bench.tell("now with one bit turned over, wherever it is");
    let turned = |bytes: &[u8], at: usize, bit: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1 << bit;
        bytes
    };
    let honest_ack = acknowledgement(connection, sequence);
    let flips = |bytes: &[u8], range: std::ops::Range<usize>| -> Vec<_> {
        range
            .flat_map(|at| (0..8).map(move |bit| (at, bit)))
            .map(|(at, bit)| turned(bytes, at, bit))
            .collect()
    };
    // In the kind or the flags, a bit turned over may make it malformed as well.
    for (what, range) in [
        ("a bit of the checksum turned over", 0..4),
        ("a bit of the connection turned over", 4..8),
        ("a bit of the sequence turned over", 8..10),
        ("a bit of the payload turned over", HEADER..bytes.len()),
    ] {
        unpack.each(what, &flips(&bytes, range.clone()), wrong);
        let range = range.start..range.end.min(honest_ack.len());
        unpack.each(what, &flips(&honest_ack, range), wrong);
    }
    let other_flags = [turned(&bytes, 11, 0), turned(&bytes, 11, 1)];
    unpack.each("a bit of the flags turned over", &other_flags, wrong);

    bench.tell("now cut short, made longer, with two words that have changed places, and without a checksum");
    let cut: Vec<_> = (HEADER..bytes.len()).map(|n| bytes[..n].to_vec()).collect();
    unpack.each("a packet cut short", &cut, wrong);
    let longer = [&bytes[..], b"\0"].concat();
    unpack.each("a packet with a byte behind it", &[longer], wrong);
    let ordered = data(b"Dear Ada", false, false).bytes();
    let mut swapped = ordered.clone();
    swapped[HEADER..HEADER + 4].rotate_left(2);
    unpack.each("two words that have changed places", &[swapped], wrong);
    for bytes in [&bytes, &honest_ack] {
        for (what, checksum) in [
            ("0 for the checksum", [0; 4]),
            ("ffffffff for the checksum", [0xff; 4]),
        ] {
            unpack.each(what, &[[&checksum, &bytes[4..]].concat()], wrong);
        }
    }

    bench.tell("now whole, but no packet of this protocol");
    for (what, kinds) in [
        ("kind 0, which is unknown", 0..=0),
        ("a kind from 3 to 15, which is unknown", 3..=15),
        ("a kind from 16 to 255, which is unknown", 16..=255),
    ] {
        let unknown: Vec<_> = kinds
            .flat_map(|kind| {
                let empty = packet(connection, sequence, kind, 0, b"");
                [
                    empty,
                    packet(connection, sequence, kind, kind & 3, &payload),
                ]
            })
            .collect();
        unpack.each(what, &unknown, &[MALFORMED]);
    }
    let flags: Vec<_> = (4..=255)
        .map(|flags| packet(connection, sequence, 1, flags, &payload))
        .collect();
    unpack.each("data with an unknown flag", &flags, &[MALFORMED]);
    let flags: Vec<_> = (1..=255)
        .map(|flags| packet(connection, sequence, 2, flags, b""))
        .collect();
    unpack.each("an acknowledgement with flags", &flags, &[MALFORMED]);
    let payloads = [&b"\0"[..], b"12", &payload];
    let payloads = payloads.map(|payload| packet(connection, sequence, 2, 0, payload));
    unpack.each("an acknowledgement with a payload", &payloads, &[MALFORMED]);
    honest();
    bench.finish();
}

const TOO_SHORT: &str = r#"{"error": "too_short"}"#;
const TOO_LONG: &str = r#"{"error": "too_long"}"#;
const WRONG_CHECKSUM: &str = r#"{"error": "wrong_checksum"}"#;
const MALFORMED: &str = r#"{"error": "malformed"}"#;

/// These bytes behind their checksum.
fn with_checksum(covered: &[u8]) -> Vec<u8> {
    let mut bytes = packet::crc32(covered).to_be_bytes().to_vec();
    bytes.extend(covered);
    bytes
}

struct Unpacking<'a> {
    bench: &'a Bench,
    program: &'a Program,
}

impl Unpacking<'_> {
    /// Each of these datagrams is answered by one of these lines.
    fn each(&self, what: &str, datagrams: &[Vec<u8>], wanted: &[&str]) {
        let feed: String = datagrams.iter().map(|it| hex(it) + "\n").collect();
        self.program.feed(feed.as_bytes());
        let expected = format!("{what}: {}", wanted.join(" or "));
        let lines = self.program.next_lines(datagrams.len(), &expected);
        for (line, datagram) in lines.iter().zip(datagrams) {
            if wanted.contains(&line.as_str()) {
                continue;
            }
            self.bench
                .tell(&format!("for {}: {}", cut(&hex(datagram)), cut(line)));
            let likely = match (
                line.starts_with("{\"error\""),
                wanted[0].starts_with("{\"error\""),
            ) {
                (true, true) => {
                    "It was refused for another reason. None but the one expected holds."
                        .to_string()
                }
                (true, false) => "It was refused, and it is a packet.".to_string(),
                (false, true) => "It was taken for a packet.".to_string(),
                (false, false) => {
                    differs::fields("In what was read, ", wanted[0], line).unwrap_or_default()
                }
            };
            self.bench
                .fail(CauseId::OutputDiffers, &expected, cut(line), Some(&likely));
        }
    }
}

#[test]
fn sends_one_and_waits() {
    let bench = Bench::new("stop-and-wait");
    for last in [false, true] {
        let mut transfer = Transfer::new(&bench);
        let (mut at, mut timeout) = (1000, 200);
        if last {
            transfer.first = u16::MAX;
            transfer.to = "[::1]:7001".to_string();
            at = bench.random().u64(1..100_000);
            timeout = bench.random().u64(20..2000);
        }
        let word = bench.random_word(3..=30);
        let sender = transfer.sender(&bench, timeout);
        let packet = Data {
            first: true,
            last,
            ..transfer.data(transfer.first, word.as_bytes())
        };
        let state = waiting(transfer.first, 1, at + timeout);
        sender.now("the first piece", "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(at, word.as_bytes(), last),
            &[&transfer.sends(&packet), &state],
        );
        sender.now(
            "one more piece, while the first is on its way",
            "rule 3 of `offer`",
        );
        let more = at + timeout / 2;
        sender.expect(&offer(more, b"too early", false), &[NOT_READY, &state]);
        sender.expect(&offer(more, b"", true), &[NOT_READY, &state]);
    }

    for (what, n) in [("an empty piece", 0), ("the largest piece", MAX_PAYLOAD)] {
        let transfer = Transfer::new(&bench);
        let payload = bench.random_bytes(n);
        let packet = Data {
            first: true,
            ..transfer.data(transfer.first, &payload)
        };
        let sender = transfer.sender(&bench, 200);
        sender.now(what, "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(0, &payload, false),
            &[&transfer.sends(&packet), &waiting(transfer.first, 1, 200)],
        );
    }
    bench.finish();
}

#[test]
fn goes_on_when_acknowledged() {
    let bench = Bench::new("stop-and-wait");
    let mut transfer = Transfer::new(&bench);
    // So that both 256 and 65,536 are passed by numbers that count on.
    transfer.first = 65_436;
    let sender = transfer.sender(&bench, 1000);
    let word = bench.random_word(3..=30);
    let send = |sender: &Play, at: u64, sequence: u16, last: bool| {
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
    };
    // Nothing is on its way: whatever the number, it acknowledges nothing.
    let idle = |sender: &Play, at: u64, next: u16, state: &str| {
        for number in [
            next.wrapping_sub(1),
            next,
            next.wrapping_add(1),
            next ^ 0x8000,
        ] {
            sender.expect(&acknowledged(at, number), &[state]);
        }
    };
    let first = transfer.first;
    sender.now(
        "acknowledgements before anything was sent",
        "rule 4 of `on_acknowledgement`",
    );
    idle(&sender, 0, first, &ready(first, true));
    send(&sender, 0, first, false);
    sender.now("its acknowledgement", "rule 1 of `on_acknowledgement`");
    sender.expect(&acknowledged(10, first), &[&ready(first + 1, false)]);
    sender.now(
        "acknowledgements while nothing is on its way",
        "rule 4 of `on_acknowledgement`",
    );
    idle(&sender, 11, first + 1, &ready(first + 1, false));
    let state = send(&sender, 20, first + 1, false);
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

    let state = send(&sender, 10_000, sequence, true);
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
    idle(&sender, 10_004, sequence, DONE);
    sender.now("a piece, when all is done", "rule 3 of `offer`");
    sender.expect(&offer(10_005, b"too late", false), &[NOT_READY, DONE]);

    transfer.first = 0;
    let sender = transfer.sender(&bench, 1000);
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
    bench.finish();
}

#[test]
fn sends_again_when_time_is_up() {
    let bench = Bench::new("stop-and-wait");
    let random = bench.random().u64(20..2000);
    for (begin, timeout, late) in [(1000, 200, 0), (2000, 300, 450), (70_000, random, 1)] {
        let mut transfer = Transfer::new(&bench);
        transfer.first = 500;
        let sender = transfer.sender(&bench, timeout);
        sender.now(
            "a look at the clock, with nothing sent",
            "rule 5 of `on_time`",
        );
        sender.expect(&time(1), &[&ready(500, true)]);
        let word = bench.random_word(3..=30);
        let last = late > 0;
        let packet = Data {
            first: true,
            last,
            ..transfer.data(500, word.as_bytes())
        };
        let sends = transfer.sends(&packet);
        let state = waiting(500, 1, begin + timeout);
        sender.now("the first piece", "rules 1 and 2 of `offer`");
        sender.expect(&offer(begin, word.as_bytes(), last), &[&sends, &state]);
        if late > 0 {
            bench.tell("from here on, nobody looks at the clock when it is time, but later");
        }
        let waits = Waits {
            sequence: 500,
            timeout,
            due: begin + timeout,
            late,
        };
        let due = sends_until(&sender, &sends, &waits, MAX_SENDINGS);
        let state = waiting(500, MAX_SENDINGS, due);
        sender.now("before it is due, after 20 sendings", "rule 1 of `on_time`");
        sender.expect(&time(due - 1), &[&state]);
        sender.now("due once more, after 20 sendings", "rule 4 of `on_time`");
        gives_up(&sender, due + late);
        sender.now(
            "a look at the clock, when it has given up",
            "rule 5 of `on_time`",
        );
        sender.expect(&time(u64::from(u32::MAX)), &[GAVE_UP]);
        sender.now(
            "acknowledgements, when it has given up",
            "rule 4 of `on_acknowledgement`",
        );
        for number in [500, 499, 501] {
            sender.expect(&acknowledged(u64::from(u32::MAX), number), &[GAVE_UP]);
        }
        sender.now("a piece, when it has given up", "rule 3 of `offer`");
        sender.expect(
            &offer(u64::from(u32::MAX), b"more", false),
            &[NOT_READY, GAVE_UP],
        );
    }

    let mut transfer = Transfer::new(&bench);
    transfer.first = 500;
    let sender = transfer.sender(&bench, 200);
    let mut at = 1000;
    for sequence in [500, 501] {
        let packet = Data {
            first: sequence == 500,
            ..transfer.data(sequence, b"Dear Ada")
        };
        let sends = transfer.sends(&packet);
        let what = match packet.first {
            true => "the first piece",
            false => "the next piece; the first wait is `timeout` again",
        };
        sender.now(what, "rules 1 and 2 of `offer`");
        sender.expect(
            &offer(at, b"Dear Ada", false),
            &[&sends, &waiting(sequence, 1, at + 200)],
        );
        let waits = Waits {
            sequence,
            timeout: 200,
            due: at + 200,
            late: 0,
        };
        at = sends_until(&sender, &sends, &waits, 4) - 1;
        sender.now(
            "its acknowledgement, after four sendings",
            "rule 1 of `on_acknowledgement`",
        );
        sender.expect(&acknowledged(at, sequence), &[&ready(sequence + 1, false)]);
    }
    bench.finish();
}

struct Waits {
    sequence: u16,
    timeout: u64,
    due: u64,
    /// How much later than due the clock is looked at.
    late: u64,
}

/// From the first sending to the one with the number `until`: is it sent when it is due, and only then? Says when it is due
/// after that.
fn sends_until(sender: &Play, sends: &str, waits: &Waits, until: u32) -> u64 {
    let Waits {
        sequence,
        timeout,
        mut due,
        late,
    } = *waits;
    let longest = MAX_BACKOFF * timeout;
    let mut wait = timeout;
    for times in 1..until {
        let before = waiting(sequence, times, due);
        sender.quietly_now("before it is due", "rule 1 of `on_time`");
        sender.expect(&time(due - timeout / 2), &[&before]);
        sender.expect(&time(due - 1), &[&before]);
        if times == 3 {
            refuses_and_ignores(sender, sequence, due - 1, &before);
        }
        let now = due + late;
        sender.quietly_now(
            &format!("time for sending {}", times + 1),
            "rules 2 and 3 of `on_time`",
        );
        let answer = sender.hear(&time(now));
        let next = answer.number("due").unwrap_or(0);
        let right = |wait: u64, next: u64| {
            let is = next.saturating_sub(now);
            (wait + 1..=longest).contains(&is) || wait == longest && is == longest
        };
        let state = waiting(sequence, times + 1, next);
        if answer.actions != [sends] || answer.state != state || !right(wait, next) {
            let (soonest, latest) = (now + longest.min(wait + 1), now + longest);
            let before_due = due;
            let due = match soonest == latest {
                true => latest.to_string(),
                false => format!("{soonest} to {latest}"),
            };
            let state =
                waiting(sequence, times + 1, 0).replace("\"due\": 0", &format!("\"due\": {due}"));
            let expected = format!("{sends}, then {state}");
            let mut likely = difference(&answer, &[sends], &waiting(sequence, times + 1, next));
            if likely.is_empty() {
                likely = about_wait(sender, &answer, wait, now, before_due, longest);
            }
            sender.refuse(&expected, &answer, &likely)
        }
        wait = next - now;
        due = next;
    }
    due
}

/// After the last sending, at the time when one more would be due.
fn gives_up(sender: &Play, at: u64) {
    let answer = sender.hear(&time(at));
    if answer.actions.is_empty() && answer.state == GAVE_UP {
        return;
    }
    let mut likely = difference(&answer, &[], GAVE_UP);
    // Never, or too late?
    let mut sendings = MAX_SENDINGS as usize + answer.actions.len();
    let mut due = answer.number("due");
    for _ in 0..3 {
        let Some(at) = due else { break };
        let next = sender.hear(&time(at));
        sendings += next.actions.len();
        due = next.number("due");
        if next.state == GAVE_UP {
            likely += &format!(" It gave up later, after {sendings} sendings.");
        }
    }
    if due.is_some() {
        likely += &format!(" It went on: {sendings} sendings, and no end.");
    }
    sender.refuse(GAVE_UP, &answer, &likely)
}

/// In the middle of the sendings: what has to change nothing. What is sent after it shows whether it did.
fn refuses_and_ignores(sender: &Play, sequence: u16, at: u64, state: &str) {
    sender.quietly_now("one more piece, after three sendings", "rule 3 of `offer`");
    for last in [true, false] {
        sender.expect(&offer(at, b"too early", last), &[NOT_READY, state]);
    }
    sender.quietly_now(
        "acknowledgements of other packets, after three sendings",
        "rule 3 of `on_acknowledgement`",
    );
    for number in [sequence - 1, sequence + 1] {
        sender.expect(&acknowledged(at, number), &[state]);
    }
}

/// Why a wait is too long or too short, as far as it can be seen.
fn about_wait(
    sender: &Play,
    answer: &play::Answer,
    wait: u64,
    now: u64,
    due: u64,
    longest: u64,
) -> String {
    let next = answer.number("due").unwrap_or(0);
    let is = next.saturating_sub(now);
    if is < wait && next.saturating_sub(due) > wait {
        return format!(
            "It is {} ms from when it was due, and {is} from `now`, which is later.",
            next - due
        );
    }
    // Does it grow, and does it ever end to grow? Then it may have begun too short, or ends too late.
    let after = sender.hear(&time(next.max(now)));
    let after = after.number("due").unwrap_or(0).saturating_sub(next);
    if is > longest {
        return format!(
            "This wait is {is} ms, and the one after it {after}; the longest is {longest}."
        );
    }
    format!("The wait before was {wait} ms, this one is {is}, and the one after it {after}.")
}

#[test]
fn tells_new_from_late() {
    let bench = Bench::new("stop-and-wait");
    let program = bench.program(&["arrival"]).with_input().start();
    let mut expected = vec![7, 0, 1, 255, 256, 32_767, 32_768, 32_769, 65_535];
    expected.extend((0..20).map(|_| bench.random().u16(..)));
    let mut far = vec![1, 2, 10, 255, 256, 257, 10_000, 32_766, 32_767];
    far.extend((0..5).map(|_| bench.random().u16(1..32_768)));
    let ask = |questions: &[Question]| {
        let feed: String = questions.iter().map(Question::line).collect();
        program.feed(feed.as_bytes());
        let lines = program.next_lines(questions.len(), "a line {\"arrival\": ...}");
        for (line, question) in lines.iter().zip(questions) {
            let wanted = question.wanted.iter();
            let wanted: Vec<_> = wanted
                .map(|it| format!("{{\"arrival\": \"{it}\"}}"))
                .collect();
            if !wanted.contains(line) {
                let Question {
                    what,
                    expected,
                    sequence,
                    ..
                } = question;
                let likely =
                    format!("On the circle, {sequence} is {what}, where {expected} is expected.");
                let expected = format!("{what}: {}", wanted.join(" or "));
                bench.fail(CauseId::OutputDiffers, &expected, line, Some(&likely));
            }
        }
    };
    for expected in expected {
        let mut questions = vec![Question {
            expected,
            sequence: expected,
            what: "the one expected".to_string(),
            wanted: &["new"],
        }];
        for &far in &far {
            let round = |crosses: bool| if crosses { ", over 0" } else { "" };
            let (before, crosses) = expected.overflowing_sub(far);
            let what = format!("{far} before it{}", round(crosses));
            questions.push(Question {
                expected,
                sequence: before,
                what,
                wanted: &["again"],
            });
            let (after, crosses) = expected.overflowing_add(far);
            let what = format!("{far} after it{}", round(crosses));
            questions.push(Question {
                expected,
                sequence: after,
                what,
                wanted: &["ahead"],
            });
        }
        ask(&questions);
    }

    bench.tell("now the number just opposite, which may be either, but not new");
    let opposite = |expected: u16| Question {
        expected,
        sequence: expected ^ 0x8000,
        what: "the one just opposite".to_string(),
        wanted: &["ahead", "again"],
    };
    ask(&[0, 7, 32_768, 65_535].map(opposite));
    bench.finish();
}

/// What is `sequence` to somebody who expects `expected`?
struct Question {
    expected: u16,
    sequence: u16,
    /// In words, where it stands.
    what: String,
    wanted: &'static [&'static str],
}

impl Question {
    fn line(&self) -> String {
        let Question {
            expected, sequence, ..
        } = self;
        format!("{{\"expected\": {expected}, \"sequence\": {sequence}}}\n")
    }
}

#[test]
fn acknowledges_what_comes_twice() {
    let bench = Bench::new("stop-and-wait");
    let mut transfer = Transfer::new(&bench);
    let (patience, first) = (5000, 500);
    transfer.first = first;
    let receiver = transfer.receiver(&bench, patience, "--expect");
    let ack = |sequence: u16| transfer.acknowledges(sequence);
    let new = |at: u64, sequence: u16, payload: &[u8]| {
        receiver.now("the packet that is expected", "rules 1 and 5 of `receive`");
        receiver.expect_roughly(
            &data(at, sequence, payload, false),
            &[&[&writes(payload), &ack(sequence)]],
            &[&open(sequence.wrapping_add(1), at + patience)],
        );
    };
    let again = |at: u64, sequence: u16, last: bool| {
        receiver.expect_roughly(
            &data(at, sequence, b"Dear Ada", last),
            &[&[&ack(sequence)]],
            &[&open(sequence + 1, at + patience)],
        );
    };
    let word = bench.random_word(3..=30);
    new(10, first, b"Dear Ada");
    receiver.now(
        "the same packet again: its acknowledgement was lost, three times",
        "rules 2 and 5 of `receive`",
    );
    for at in [20, 30, 40] {
        again(at, first, false);
    }
    receiver.now(
        "the same packet again, and now it says that it is the last",
        "rules 2 and 6 of `receive`",
    );
    again(45, first, true);
    new(50, first + 1, &bench.random_bytes(50));
    receiver.now(
        "a packet from before the last one that came",
        "rules 2, 4 and 5 of `receive`",
    );
    let older = |at: u64, sequence: u16, last: bool| {
        receiver.expect_roughly(
            &data(at, sequence, word.as_bytes(), last),
            &[&[], &[&ack(sequence)]],
            &[&open(first + 2, at + patience)],
        );
    };
    for (at, back) in [(60, 0), (61, 200), (62, 500)] {
        older(at, first - back, false);
    }
    receiver.now(
        "a packet from before the last one that came, and it says that it is the last",
        "rules 2 and 6 of `receive`",
    );
    older(63, first, true);
    let state = open(first + 2, 63 + patience);
    receiver.now("packets that it cannot be time for", "rule 3 of `receive`");
    let mut distances = vec![1, 2, 0x100, 0x4000, 0x7fff];
    distances.extend([3..0x100, 0x101..0x1000, 0x1000..0x7fff].map(|it| bench.random().u16(it)));
    for ahead in distances {
        for last in [false, true] {
            let sequence = (first + 2).wrapping_add(ahead);
            receiver.expect_roughly(&data(64, sequence, b"?", last), &[&[]], &[&state]);
        }
    }
    new(70, first + 2, word.as_bytes());
    receiver.now("an empty packet", "rule 1 of `receive`");
    receiver.expect_roughly(
        &data(71, first + 3, b"", false),
        &[&[&ack(first + 3)]],
        &[&open(first + 4, 71 + patience)],
    );
    receiver.now("the last packet", "rules 1, 5 and 6 of `receive`");
    receiver.expect_roughly(
        &data(80, first + 4, word.as_bytes(), true),
        &[&[&writes(word.as_bytes()), &ack(first + 4)]],
        &[&lingering(first + 4, 80 + patience)],
    );
    let receiver = transfer.receiver(&bench, patience, "--expect");
    receiver.now(
        "the last packet, which is empty",
        "rules 1, 5 and 6 of `receive`",
    );
    receiver.expect_roughly(
        &data(90, first, b"", true),
        &[&[&ack(first)]],
        &[&lingering(first, 90 + patience)],
    );

    bench.tell("now 40 packets, each of them twice, over 65,535 and on; then nothing for too long");
    let patience = bench.random().u64(1000..9000);
    transfer.first = 65_500 + bench.random().u16(0..30);
    let ack = |sequence: u16| transfer.acknowledges(sequence);
    let receiver = transfer.receiver(&bench, patience, "--expect");
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
    bench.finish();
}

#[test]
fn stays_for_the_last_acknowledgement() {
    let bench = Bench::new("stop-and-wait");
    let random = bench.random().u64(1000..9000);
    for (last, patience) in [(500, 5000), (0, random), (u16::MAX, random)] {
        let mut transfer = Transfer::new(&bench);
        transfer.first = last;
        let receiver = transfer.receiver(&bench, patience, "--last");
        let ack = transfer.acknowledges(last);
        receiver.now(
            "a look at the clock, just before `until`",
            "rule 4 of `linger`",
        );
        receiver.expect(&time(patience - 1), &[&lingering(last, patience)]);
        bench.tell("now the last packet again, as often as its acknowledgement is lost");
        let mut until = patience;
        for before in [patience - 300, random % 900, 500, 1] {
            let at = until - before;
            let event = data(at, last, b"the end", true);
            until = at + patience;
            receiver.quietly_now("the last packet again", "rule 1 of `linger`");
            receiver.expect_roughly(&event, &[&[&ack]], &[&lingering(last, until)]);
            receiver.quietly_now(
                "a look at the clock, just before `until`",
                "rule 4 of `linger`",
            );
            receiver.expect(&time(until - 1), &[&lingering(last, until)]);
        }
        // Before `until`, and after it when nobody has looked at the clock: only time alone may be the end.
        for at in [until - 400, until + 10] {
            let late = match at > until {
                true => ", when `until` is over, but nobody has looked at the clock",
                false => "",
            };
            let ahead = format!("a number behind the last one{late}");
            receiver.now(&ahead, "rule 3 of `linger`");
            let state = lingering(last, until);
            for distance in [1, 2, bench.random().u16(3..0x7fff)] {
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
            until = answer.number("until").unwrap_or(until);
        }
        // A program that renews its patience for an older one has some left.
        let until = until.max(patience);
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

    let transfer = Transfer::new(&bench);
    let receiver = transfer.receiver(&bench, 1000, "--last");
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

    let receiver = transfer.receiver(&bench, 1000, "--last");
    receiver.now(
        "a look at the clock long after `until`",
        "rule 4 of `linger`",
    );
    receiver.expect(&time(9000), &[DONE]);
    bench.finish();
}

#[test]
fn believes_only_its_receiver() {
    let bench = Bench::new("stop-and-wait");
    let transfer = Transfer::new(&bench);
    let sender = transfer.sender(&bench, 60_000);
    let word = bench.random_word(3..=30);
    for n in 0..3 {
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
        sender.now(
            "an acknowledgement that the receiver has not written",
            "rules 1, 2 and 5 of `Sender::on_datagram`",
        );
        let honest = acknowledgement(transfer.connection, sequence);
        for (what, from, bytes) in forged(&transfer, &honest) {
            sender.expect_dropped(&datagram(at + 1, &from, &bytes), &what, &state);
        }
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
            sender.expect_dropped(&datagram(at + 2, &transfer.to, &bytes), what, &state);
        }
        sender.now(
            "the receiver's acknowledgement",
            "rule 4 of `Sender::on_datagram`",
        );
        let state = match n {
            2 => DONE.to_string(),
            _ => ready(sequence + 1, false),
        };
        sender.expect(&datagram(at + 3, &transfer.to, &honest), &[&state]);
    }
    bench.finish();
}

#[test]
fn writes_only_what_its_sender_sent() {
    let bench = Bench::new("stop-and-wait");
    let mut transfer = Transfer::new(&bench);
    transfer.first = 500;
    let patience = bench.random().u64(1000..9000);
    let patience_ms = patience.to_string();
    let listen = || Play::receiver(&bench, &["--patience-ms", &patience_ms]);
    let Transfer { to, first, .. } = &transfer;
    let word = bench.random_word(3..=30);

    let receiver = listen();
    let middle = transfer.data(*first, word.as_bytes());
    let end = Data {
        last: true,
        ..middle.clone()
    };
    let ack = acknowledgement(transfer.connection, *first);
    let begin = Data {
        first: true,
        ..middle.clone()
    };
    let mut damaged = begin.bytes();
    damaged[HEADER] ^= 1;
    receiver.now(
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
        receiver.expect_dropped(&datagram(5, to, &bytes), what, LISTENING);
    }
    receiver.now("a look at the clock, with no transfer begun", "");
    receiver.expect(&time(1_000_000), &[LISTENING]);

    let hears = |receiver: &Play, at: u64, packet: &Data, state: &str| {
        let event = datagram(at, to, &packet.bytes());
        let written = [
            &writes(packet.payload)[..],
            &transfer.acknowledges(packet.sequence),
        ];
        receiver.expect_roughly(&event, &[&written], &[state]);
    };
    let hears_again = |receiver: &Play, at: u64, packet: &Data, state: &str| {
        let event = datagram(at, to, &packet.bytes());
        receiver.expect_roughly(
            &event,
            &[&[&transfer.acknowledges(packet.sequence)]],
            &[state],
        );
    };
    let dropped = |at: u64, packet: &Data, state: &str| {
        receiver.now(
            "what the peer has not sent",
            "rules 1, 3 and 5 of `Receiver::on_datagram`",
        );
        for (what, from, bytes) in forged(&transfer, &packet.bytes()) {
            receiver.expect_dropped(&datagram(at, &from, &bytes), &what, state);
        }
    };
    let begins = |receiver: &Play| {
        receiver.now(
            "the first packet, and from then on its sender is the peer",
            "rules 2 and 4 of `Receiver::on_datagram`",
        );
    };
    let next = |receiver: &Play| {
        receiver.now(
            "the next packet of the peer",
            "rule 4 of `Receiver::on_datagram`",
        );
    };
    let at = 1_000_000;
    begins(&receiver);
    hears(&receiver, at, &begin, &open(first + 1, at + patience));
    receiver.now(
        "the first packet again: its acknowledgement was lost",
        "rule 4 of `Receiver::on_datagram`",
    );
    let state = open(first + 1, at + 1 + patience);
    hears_again(&receiver, at + 1, &begin, &state);
    dropped(at + 1, &begin, &state);
    dropped(
        at + 1,
        &transfer.data(first + 1, b"a page of a stranger"),
        &state,
    );
    receiver.now(
        "an acknowledgement of the peer",
        "rule 1 of `Receiver::on_datagram`",
    );
    let ack = acknowledgement(transfer.connection, first + 1);
    receiver.expect_dropped(&datagram(at + 2, to, &ack), "of no data", &state);
    next(&receiver);
    let page = transfer.data(first + 1, b"the next page");
    hears(
        &receiver,
        at + 3,
        &page,
        &open(first + 2, at + 3 + patience),
    );
    receiver.now(
        "the first packet, late: it is older than the last one that came",
        "rule 4 of `Receiver::on_datagram`",
    );
    receiver.expect_roughly(
        &datagram(at + 4, to, &begin.bytes()),
        &[&[], &[&transfer.acknowledges(*first)]],
        &[&open(first + 2, at + 4 + patience)],
    );
    let last = Data {
        last: true,
        ..transfer.data(first + 2, b"the last page")
    };
    dropped(at + 4, &last, &open(first + 2, at + 4 + patience));
    receiver.now(
        "the last packet of the peer",
        "rule 4 of `Receiver::on_datagram`",
    );
    let state = lingering(first + 2, at + 4 + patience);
    hears(&receiver, at + 4, &last, &state);
    dropped(at + 5, &last, &state);
    dropped(at + 5, &begin, &state);
    receiver.now("the last packet again", "rule 4 of `Receiver::on_datagram`");
    let state = lingering(first + 2, at + 6 + patience);
    hears_again(&receiver, at + 6, &last, &state);
    receiver.now(
        "the last packet again, after `until`, but before anybody has looked at the clock",
        "rule 4 of `Receiver::on_datagram`",
    );
    let at = at + 7 + patience;
    hears_again(&receiver, at, &last, &lingering(first + 2, at + patience));
    let at = at + patience;
    receiver.now("nobody, for as long as there is patience", "");
    receiver.expect(&time(at), &[DONE]);

    // Whoever is at it, a receiver whose transfer is over begins no other one.
    let over = |receiver: &Play, at: u64, state: &str| {
        let other = Data {
            connection: transfer.connection ^ 1,
            ..begin.clone()
        };
        receiver.now(
            "packets, when the transfer is over",
            "rule 3 of `Receiver::on_datagram`",
        );
        let stranger = "127.0.0.2:7000";
        for (what, from, bytes) in [
            ("that came before", &to[..], last.bytes()),
            ("that was the first", to, begin.bytes()),
            ("of a new transfer", to, other.bytes()),
            ("of a stranger's transfer", stranger, other.bytes()),
        ] {
            receiver.expect_dropped(&datagram(at, from, &bytes), what, state);
        }
    };
    over(&receiver, at + 1, DONE);

    bench.tell("now a transfer that stops in the middle");
    let receiver = listen();
    begins(&receiver);
    hears(&receiver, 10, &begin, &open(first + 1, 10 + patience));
    receiver.now(
        "the next packet, after `until`, but before anybody has looked at the clock",
        "rule 4 of `Receiver::on_datagram`",
    );
    let at = 20 + patience;
    hears(&receiver, at, &page, &open(first + 2, at + patience));
    receiver.now("nobody, for as long as there is patience", "");
    receiver.expect(&time(at + patience), &[GAVE_UP]);
    over(&receiver, at + patience + 1, GAVE_UP);

    let receiver = listen();
    let only = Data {
        last: true,
        ..begin
    };
    receiver.now(
        "a file of a single packet",
        "rules 2 and 4 of `Receiver::on_datagram`",
    );
    hears(&receiver, 7, &only, &lingering(*first, 7 + patience));
    receiver.now("that packet again", "rule 4 of `Receiver::on_datagram`");
    hears_again(&receiver, 8, &only, &lingering(*first, 8 + patience));
    bench.finish();
}

#[test]
fn brings_a_file_over_a_bad_road() {
    let bench = Bench::new("stop-and-wait");
    udp::sends_to_a_receiver(&bench);
    udp::sends_each_once(&bench);
    udp::sends_again_in_a_flood(&bench);
    let mut receivers = vec![udp::receives_from_a_sender(&bench)];
    udp::promises_nothing_it_cannot_keep(&bench);
    receivers.extend(udp::brings_files(&bench));
    bench.tell("now nobody asks any more: the receivers' patience ends");
    for receiver in receivers {
        receiver.expect_output(b"");
        receiver.expect_exit(0);
    }
    bench.finish();
}
