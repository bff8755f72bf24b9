//! 05 stop-and-wait: a file over UDP, whole.
//!
//! All steps but the last have no clock and no network: the test says what time it is and what has come, and the
//! answer to each event ends with a line for the state. So "nothing happens" is seen, not waited for.

mod packet;
mod play;
mod transfer;
mod udp;

use hidden_tests::{Bench, CauseId};

use packet::{Data, HEADER, MAX_PAYLOAD, acknowledgement, hex, packet};
use play::{
    DONE, GAVE_UP, LISTENING, NOT_READY, Play, acknowledged, data, datagram, lingering, offer,
    open, ready, time, waiting, writes,
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
    let pack = |fields: &str, bytes: &[u8]| {
        program.feed_line(&format!("{{{fields}}}"));
        program.expect_lines(&hex(bytes));
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
    pack(&data.fields(), &data.bytes());
    for (connection, sequence) in [
        (connection, sequence),
        (1, 0),
        name(&bench),
        (u32::MAX, u16::MAX),
    ] {
        let fields = format!("\"connection\": {connection}, \"acknowledgement\": {sequence}");
        pack(&fields, &acknowledgement(connection, sequence));
    }

    bench.tell("now data, with and without flags");
    let all: Vec<u8> = (0..=255).collect();
    let word = bench.random_word(5..=20);
    let longest = bench.random_bytes(MAX_PAYLOAD);
    let mut cases = Vec::new();
    for (first, last) in [(false, false), (true, false), (false, true), (true, true)] {
        cases.push((first, last, word.as_bytes()));
    }
    cases.extend([
        (false, true, &b""[..]),
        (true, true, b""),
        (false, false, b"\0"),
        (false, false, &all),
        (true, false, &longest),
    ]);
    for (first, last, payload) in cases {
        let (connection, sequence) = name(&bench);
        let data = Data {
            connection,
            sequence,
            first,
            last,
            payload,
        };
        pack(&data.fields(), &data.bytes());
    }
    bench.finish();
}

/// A connection and a sequence number.
fn name(bench: &Bench) -> (u32, u16) {
    let mut random = bench.random();
    (random.u32(..), random.u16(..))
}

#[test]
fn refuses_a_damaged_packet() {
    let bench = Bench::new("stop-and-wait");
    let program = bench.program(&["unpack"]).with_input().start();
    let unpack = |datagrams: &[Vec<u8>], wanted: &str| {
        let lines: String = datagrams.iter().map(|it| hex(it) + "\n").collect();
        program.feed(lines.as_bytes());
        program.expect_lines(&format!("{wanted}\n").repeat(datagrams.len()));
    };
    let (connection, sequence) = name(&bench);
    let payload = bench.random_bytes(40);
    let longest = bench.random_bytes(MAX_PAYLOAD);
    let too_long = [1, 100].map(|more| bench.random_bytes(MAX_PAYLOAD + more));
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
        for good in [
            &good,
            &data(b"", false, false),
            &data(b"", false, true),
            &data(&longest, true, true),
        ] {
            unpack(&[good.bytes()], &format!("{{{}}}", good.fields()));
        }
        let fields = format!("{{\"connection\": {connection}, \"acknowledgement\": {sequence}}}");
        unpack(&[acknowledgement(connection, sequence)], &fields);
    };
    honest();

    bench.tell("now too short, or too long");
    let bytes = good.bytes();
    let short: Vec<_> = (0..HEADER).map(|n| bytes[..n].to_vec()).collect();
    unpack(&short, r#"{"error": "too_short"}"#);
    let long = [0, 1].map(|n| data(&too_long[n], false, false).bytes());
    unpack(&long, r#"{"error": "too_long"}"#);

    let wrong = r#"{"error": "wrong_checksum"}"#;
    bench.tell("now with one bit turned over, wherever it is");
    let turned = |bytes: &[u8], at: usize, bit: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1 << bit;
        bytes
    };
    let honest_ack = acknowledgement(connection, sequence);
    // Turned over there, a bit of the kind or of the flags may make it malformed as well.
    let flips = |bytes: &[u8]| -> Vec<_> {
        (0..bytes.len())
            .filter(|at| !(10..HEADER).contains(at))
            .flat_map(|at| (0..8).map(move |bit| (at, bit)))
            .map(|(at, bit)| turned(bytes, at, bit))
            .collect()
    };
    unpack(&flips(&bytes), wrong);
    unpack(&flips(&honest_ack), wrong);
    let other_flags = [turned(&bytes, 11, 0), turned(&bytes, 11, 1)];
    unpack(&other_flags, wrong);

    bench.tell("now cut short, made longer, with two words that have changed places, and without a checksum");
    let cut: Vec<_> = (HEADER..bytes.len()).map(|n| bytes[..n].to_vec()).collect();
    unpack(&cut, wrong);
    unpack(&[[&bytes[..], b"\0"].concat()], wrong);
    let ordered = data(b"Dear Ada", false, false).bytes();
    let mut swapped = ordered.clone();
    swapped[HEADER..HEADER + 4].rotate_left(2);
    unpack(&[swapped], wrong);
    for bytes in [&bytes, &honest_ack] {
        unpack(&[[&[0; 4], &bytes[4..]].concat()], wrong);
        unpack(&[[&[0xff; 4], &bytes[4..]].concat()], wrong);
    }

    bench.tell("now whole, but no packet of this protocol");
    let malformed = [
        packet(connection, sequence, 0, 0, b""),
        packet(connection, sequence, 3, 0, b""),
        packet(connection, sequence, 255, 0, &payload),
        packet(connection, sequence, 1, 4, &payload),
        packet(connection, sequence, 1, 0x80, &payload),
        packet(connection, sequence, 1, 7, &payload),
        packet(connection, sequence, 2, 1, b""),
        packet(connection, sequence, 2, 2, b""),
        packet(connection, sequence, 2, 0, b"\0"),
    ];
    unpack(&malformed, r#"{"error": "malformed"}"#);
    honest();
    bench.finish();
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
        sender.expect(
            &offer(at, word.as_bytes(), last),
            &[&transfer.sends(&packet), &state],
        );
        bench.tell("now one more, while the first is on its way");
        let more = at + timeout / 2;
        sender.expect(&offer(more, b"too early", false), &[NOT_READY, &state]);
        sender.expect(&offer(more, b"", true), &[NOT_READY, &state]);
    }

    bench.tell("now the smallest piece and the largest");
    for n in [0, MAX_PAYLOAD] {
        let transfer = Transfer::new(&bench);
        let payload = bench.random_bytes(n);
        let packet = Data {
            first: true,
            ..transfer.data(transfer.first, &payload)
        };
        transfer.sender(&bench, 200).expect(
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
    let send = |at: u64, sequence: u16, last: bool| {
        let packet = Data {
            first: sequence == transfer.first,
            last,
            ..transfer.data(sequence, word.as_bytes())
        };
        let state = waiting(sequence, 1, at + 1000);
        sender.expect(
            &offer(at, word.as_bytes(), last),
            &[&transfer.sends(&packet), &state],
        );
        state
    };
    let first = transfer.first;
    send(0, first, false);
    sender.expect(&acknowledged(10, first), &[&ready(first + 1, false)]);
    bench.tell("the same acknowledgement once more, while nothing is on its way");
    sender.expect(&acknowledged(11, first), &[&ready(first + 1, false)]);
    bench.tell("and late, while the next packet is on its way; then acknowledgements of what was never sent");
    let state = send(20, first + 1, false);
    for other in [
        first,
        first + 2,
        first.wrapping_add(0x8001),
        first ^ 1 << 15,
        first & 0xff,
    ] {
        sender.expect(&acknowledged(500, other), &[&state]);
    }
    sender.expect(&acknowledged(501, first + 1), &[&ready(first + 2, false)]);

    bench.tell(
        "now 600 packets, over 65,535 and on; each is acknowledged, and the one before once more",
    );
    let (mut events, mut lines) = (String::new(), String::new());
    let mut sequence = first + 2;
    for n in 0..600 {
        let at = 1000 + n * 10;
        let packet = transfer.data(sequence, b"more");
        let before = sequence.wrapping_sub(1);
        let next = sequence.wrapping_add(1);
        for (event, answer) in [
            (offer(at, b"more", false), transfer.sends(&packet) + "\n"),
            (acknowledged(at + 1, before), String::new()),
            (acknowledged(at + 2, sequence), String::new()),
        ] {
            events += &format!("{event}\n");
            lines += &answer;
            lines += &match event.contains(&format!("\"acknowledgement\": {sequence}}}")) {
                true => ready(next, false),
                false => waiting(sequence, 1, at + 1000),
            };
            lines += "\n";
        }
        sequence = next;
    }
    sender.expect_all(&events, &lines);

    bench.tell("now the last one");
    let state = send(10_000, sequence, true);
    sender.expect(&acknowledged(10_001, sequence.wrapping_sub(1)), &[&state]);
    sender.expect(&acknowledged(10_002, sequence.wrapping_add(1)), &[&state]);
    sender.expect(&acknowledged(10_003, sequence), &[DONE]);
    sender.expect(&acknowledged(10_004, sequence), &[DONE]);
    sender.expect(&offer(10_005, b"too late", false), &[NOT_READY, DONE]);

    bench.tell("now a file of one empty packet, acknowledged by a number that is 0");
    transfer.first = 0;
    let sender = transfer.sender(&bench, 1000);
    let packet = Data {
        first: true,
        last: true,
        ..transfer.data(0, b"")
    };
    sender.expect(
        &offer(0, b"", true),
        &[&transfer.sends(&packet), &waiting(0, 1, 1000)],
    );
    sender.expect(&acknowledged(5, 1), &[&waiting(0, 1, 1000)]);
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
        sender.expect(&offer(begin, word.as_bytes(), last), &[&sends, &state]);
        if late > 0 {
            bench.tell("from here on, nobody looks at the clock when it is time, but later");
        }
        sends_until_it_gives_up(
            &bench,
            &sender,
            &sends,
            Waits {
                sequence: 500,
                timeout,
                due: begin + timeout,
                late,
            },
        );
        sender.expect(&time(u64::from(u32::MAX)), &[GAVE_UP]);
        sender.expect(
            &offer(u64::from(u32::MAX), b"more", false),
            &[NOT_READY, GAVE_UP],
        );
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

/// From the first sending on: when is it due, and is it sent then, and only then?
fn sends_until_it_gives_up(bench: &Bench, sender: &Play, sends: &str, waits: Waits) {
    let Waits {
        sequence,
        timeout,
        mut due,
        late,
    } = waits;
    let longest = MAX_BACKOFF * timeout;
    let mut wait = timeout;
    for times in 1..MAX_SENDINGS {
        let before = waiting(sequence, times, due);
        sender.expect(&time(due - timeout / 2), &[&before]);
        sender.expect(&time(due - 1), &[&before]);
        let now = due + late;
        let answer = sender.hear(&time(now));
        let next = answer.number("due").unwrap_or(0);
        let range = wait + 1..=longest;
        let longer =
            range.contains(&next.saturating_sub(now)) || wait == longest && next == now + longest;
        let state = waiting(sequence, times + 1, next);
        if answer.actions != [sends] || answer.state != state || !longer {
            let expected = format!(
                "{sends}, then {{\"state\": \"waiting\", \"sequence\": {sequence}, \"times\": {}, \"due\": {} to {}}}",
                times + 1,
                now + longest.min(wait + 1),
                now + longest
            );
            sender.refuse(&expected, &answer)
        }
        wait = next - now;
        due = next;
    }
    bench.tell("it was sent 20 times now");
    sender.expect(&time(due - 1), &[&waiting(sequence, MAX_SENDINGS, due)]);
    sender.expect(&time(due + late), &[GAVE_UP]);
}

#[test]
fn tells_new_from_late() {
    let bench = Bench::new("stop-and-wait");
    let program = bench.program(&["arrival"]).with_input().start();
    let mut expected = vec![7, 0, 1, 255, 256, 32_767, 32_768, 32_769, 65_535];
    expected.extend((0..20).map(|_| bench.random().u16(..)));
    let mut far = vec![1, 2, 255, 256, 257, 10_000, 32_766, 32_767];
    far.extend((0..5).map(|_| bench.random().u16(1..32_768)));
    for expected in expected {
        let (mut events, mut lines) = (String::new(), String::new());
        let mut ask = |sequence: u16, arrival: &str| {
            events += &format!("{{\"expected\": {expected}, \"sequence\": {sequence}}}\n");
            lines += &format!("{{\"arrival\": \"{arrival}\"}}\n");
        };
        ask(expected, "new");
        for far in &far {
            ask(expected.wrapping_sub(*far), "again");
            ask(expected.wrapping_add(*far), "ahead");
        }
        program.feed(events.as_bytes());
        program.expect_lines(&lines);
    }

    bench.tell("now the number just opposite, which may be either, but not new");
    for expected in [0, 7, 32_768, 65_535] {
        let sequence = expected ^ 0x8000;
        program.feed_line(&format!(
            "{{\"expected\": {expected}, \"sequence\": {sequence}}}"
        ));
        let wanted = "the line {\"arrival\": \"ahead\"}, or \"again\"";
        let line = program.next_line(wanted);
        if ![r#"{"arrival": "ahead"}"#, r#"{"arrival": "again"}"#].contains(&line.as_str()) {
            bench.fail(CauseId::OutputDiffers, wanted, &line, None);
        }
    }
    bench.finish();
}

#[test]
fn acknowledges_what_comes_twice() {
    let bench = Bench::new("stop-and-wait");
    let mut transfer = Transfer::new(&bench);
    let (patience, first) = (5000, 500);
    transfer.first = first;
    let receiver = transfer.receiver(&bench, patience, "--expect");
    let ack = |sequence: u16| transfer.acknowledges(sequence);
    let new = |receiver: &Play, at: u64, sequence: u16, payload: &[u8]| {
        receiver.expect_roughly(
            &data(at, sequence, payload, false),
            &[&writes(payload), &ack(sequence)],
            &[&open(sequence.wrapping_add(1), at + patience)],
        );
    };
    let word = bench.random_word(3..=30);
    new(&receiver, 10, first, b"Dear Ada");
    bench.tell("now the same packet again: its acknowledgement was lost, three times");
    for at in [20, 30, 40] {
        receiver.expect_roughly(
            &data(at, first, b"Dear Ada", false),
            &[&ack(first)],
            &[&open(first + 1, at + patience)],
        );
    }
    new(&receiver, 50, first + 1, &bench.random_bytes(50));
    bench.tell("now one that is older than the last, which may be acknowledged or not");
    let late = |at: u64, sequence: u16, expected: u16, since: u64| {
        let answer = receiver.hear(&data(at, sequence, word.as_bytes(), false));
        let harmless = [ack(sequence), ack(expected.wrapping_sub(1))];
        let states = [
            open(expected, since + patience),
            open(expected, at + patience),
        ];
        let nothing_else = answer.actions.iter().all(|it| harmless.contains(it));
        if !nothing_else || !states.contains(&answer.state) {
            let expected = format!("nothing, or {}, then {}", harmless[0], states[1]);
            receiver.refuse(&expected, &answer)
        }
        answer.number("until").unwrap_or(at + patience)
    };
    let mut until = late(60, first, first + 2, 50);
    until = late(61, first - 200, first + 2, until - patience);
    bench.tell("now packets that it cannot be time for");
    for ahead in [first + 3, first + 2 + 256, (first + 2).wrapping_add(0x7fff)] {
        let state = open(first + 2, until);
        receiver.expect_roughly(&data(62, ahead, b"?", false), &[], &[&state]);
    }
    new(&receiver, 70, first + 2, word.as_bytes());
    bench.tell("now an empty packet");
    receiver.expect_roughly(
        &data(71, first + 3, b"", false),
        &[&ack(first + 3)],
        &[&open(first + 4, 71 + patience)],
    );
    bench.tell("now the last packet");
    receiver.expect_roughly(
        &data(80, first + 4, word.as_bytes(), true),
        &[&writes(word.as_bytes()), &ack(first + 4)],
        &[&lingering(first + 4, 80 + patience)],
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
        receiver.expect_roughly(&data(at, sequence, &payload, false), &written, &[&state]);
        let state = open(sequence.wrapping_add(1), at + 50 + patience);
        let event = data(at + 50, sequence, &payload, false);
        receiver.expect_roughly(&event, &[&ack(sequence)], &[&state]);
    }
    let until = 3950 + patience;
    let next = transfer.first.wrapping_add(40);
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
        receiver.expect(&time(patience - 1), &[&lingering(last, patience)]);
        bench.tell("the last packet again, as often as its acknowledgement is lost");
        let mut until = patience;
        for before in [patience - 300, random % 900, 500, 1] {
            let at = until - before;
            let event = data(at, last, b"the end", true);
            until = at + patience;
            receiver.expect_roughly(&event, &[&ack], &[&lingering(last, until)]);
            receiver.expect(&time(until - 1), &[&lingering(last, until)]);
        }
        bench.tell("now one that cannot be, and one that comes late");
        let state = lingering(last, until);
        let ahead = data(until - 500, last.wrapping_add(1), b"?", false);
        receiver.expect_roughly(&ahead, &[], &[&state]);
        let before = last.wrapping_sub(1);
        let answer = receiver.hear(&data(until - 400, before, b"late", false));
        let harmless = [transfer.acknowledges(before), ack.clone()];
        let states = [state, lingering(last, until - 400 + patience)];
        if answer.actions.iter().any(|it| !harmless.contains(it)) || !states.contains(&answer.state)
        {
            let expected = format!("nothing, or {}, then {}", harmless[0], states[0]);
            receiver.refuse(&expected, &answer);
        }
        let until = answer.number("until").unwrap_or(until);
        bench.tell("now nobody comes any more");
        receiver.expect(&time(until - 1), &[&lingering(last, until)]);
        receiver.expect(&time(until), &[DONE]);
        receiver.expect(&time(until + 1), &[DONE]);
        receiver.expect(&data(until + 2, last, b"the end", true), &[DONE]);
    }

    bench.tell("now the last packet comes after the patience has ended, but before anybody has looked at the clock");
    let transfer = Transfer::new(&bench);
    let receiver = transfer.receiver(&bench, 1000, "--last");
    let last = transfer.first;
    receiver.expect_roughly(
        &data(1500, last, b"the end", true),
        &[&transfer.acknowledges(last)],
        &[&lingering(last, 2500)],
    );
    receiver.expect(&time(2499), &[&lingering(last, 2500)]);
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
        sender.expect(
            &offer(at, word.as_bytes(), n == 2),
            &[&transfer.sends(&packet), &state],
        );
        bench.tell("now acknowledgements that the receiver has not written");
        let honest = acknowledgement(transfer.connection, sequence);
        for (what, from, bytes) in forged(&transfer, &honest) {
            sender.expect_dropped(&datagram(at + 1, &from, &bytes), &what, &state);
        }
        bench.tell("now packets of the receiver that do not acknowledge this one");
        let other = |sequence| acknowledgement(transfer.connection, sequence);
        for (what, bytes) in [
            ("of data", transfer.data(sequence, b"").bytes()),
            ("about the next number", other(sequence + 1)),
            ("about the number before", other(sequence - 1)),
        ] {
            sender.expect_dropped(&datagram(at + 2, &transfer.to, &bytes), what, &state);
        }
        bench.tell("now the receiver's");
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
    let transfer = Transfer::new(&bench);
    let patience = bench.random().u64(1000..9000);
    let patience_ms = patience.to_string();
    let listen = || Play::receiver(&bench, &["--patience-ms", &patience_ms]);
    let Transfer { to, first, .. } = &transfer;
    let word = bench.random_word(3..=30);

    let receiver = listen();
    bench.tell("before a transfer: packets from its middle, and what is no data");
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
    for (what, bytes) in [
        ("from the middle of a transfer", middle.bytes()),
        ("from the end of a transfer", end.bytes()),
        ("of no data", ack),
        ("with a wrong checksum", damaged),
        ("of no bytes", Vec::new()),
    ] {
        receiver.expect_dropped(&datagram(5, to, &bytes), what, LISTENING);
    }
    receiver.expect(&time(1_000_000), &[LISTENING]);

    bench.tell("now the first packet, and from then on its sender is the peer");
    let hears = |at: u64, packet: &Data, state: &str| {
        let event = datagram(at, to, &packet.bytes());
        let written = [
            &writes(packet.payload)[..],
            &transfer.acknowledges(packet.sequence),
        ];
        receiver.expect_roughly(&event, &written, &[state]);
    };
    let dropped = |at: u64, packet: &Data, state: &str| {
        for (what, from, bytes) in forged(&transfer, &packet.bytes()) {
            receiver.expect_dropped(&datagram(at, &from, &bytes), &what, state);
        }
    };
    let at = 1_000_000;
    let state = open(first + 1, at + patience);
    hears(at, &begin, &state);
    dropped(at + 1, &begin, &state);
    dropped(
        at + 1,
        &transfer.data(first + 1, b"a page of a stranger"),
        &state,
    );
    let ack = acknowledgement(transfer.connection, first + 1);
    receiver.expect_dropped(&datagram(at + 2, to, &ack), "of no data", &state);
    hears(
        at + 3,
        &transfer.data(first + 1, b"the next page"),
        &open(first + 2, at + 3 + patience),
    );
    let last = Data {
        last: true,
        ..transfer.data(first + 2, b"the last page")
    };
    let state = lingering(first + 2, at + 4 + patience);
    dropped(at + 4, &last, &open(first + 2, at + 3 + patience));
    hears(at + 4, &last, &state);
    dropped(at + 5, &last, &state);
    dropped(at + 5, &begin, &state);
    let again = datagram(at + 6, to, &last.bytes());
    let state = lingering(first + 2, at + 6 + patience);
    receiver.expect_roughly(&again, &[&transfer.acknowledges(first + 2)], &[&state]);

    bench.tell("now a file of a single packet");
    let receiver = listen();
    let only = Data {
        last: true,
        ..begin
    };
    receiver.expect_roughly(
        &datagram(7, to, &only.bytes()),
        &[&writes(only.payload), &transfer.acknowledges(*first)],
        &[&lingering(*first, 7 + patience)],
    );
    bench.finish();
}

#[test]
fn brings_a_file_over_a_bad_road() {
    let bench = Bench::new("stop-and-wait");
    udp::sends_to_a_receiver(&bench);
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
