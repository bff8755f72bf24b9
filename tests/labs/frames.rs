//! 02 frames: messages out of a stream of bytes, however it is cut.
//!
//! Stdin and connections stay open while an answer is waited for: who reads to the end first never gives one.

mod said;

use hidden_tests::{Bench, Connection, KIB, MIB, Program};

use said::{
    characters, cut, cut_short, ended, first, frame, line, one_by_one, refused, told,
    without_line_ends,
};

/// `MAX_FRAME` of the statement.
const MAX_FRAME: usize = 1024 * 1024;
/// `MAX_LINE` of the statement.
const MAX_LINE: usize = 1000;
/// More than any of these programs needs, and less than any lie asks for.
const MEMORY: usize = 256 * MIB;
/// A frame of 16,777,221 bytes, of which five have come. A length without its highest byte would be 5.
const BEGUN: &[u8] = b"\x01\0\0\x05hello";

#[test]
fn writes_a_length_prefix() {
    let bench = Bench::new("frames");
    let large = bench.random().usize(65_536..100_000);
    let lengths = [0, 1, 255, 256, 257, large, MAX_FRAME];
    let random = lengths.map(|n| bench.random_bytes(n));
    for payload in [b"hello".to_vec()].into_iter().chain(random) {
        let program = bench
            .program(&["encode"])
            .with_input()
            .printing_up_to(2 * MIB)
            .start();
        program.feed(&payload);
        program.end_input();
        program.expect_output(&frame(&payload));
        program.expect_exit(0);
    }

    bench.tell("now with a limit: a payload as long as it may be, then one byte more");
    let max = bench.random().usize(1..2000);
    let payload = bench.random_bytes(max + 1);
    let encode = || start(&bench, &["encode", "--max-frame", &max.to_string()]);
    let program = encode();
    program.feed(&payload[..max]);
    program.end_input();
    program.expect_output(&frame(&payload[..max]));
    program.expect_exit(0);
    let program = encode();
    program.feed(&payload);
    program.end_input();
    // Not by lines: the answer may be a frame, which has none.
    program.expect_output(refused("length_over_limit", 0).as_bytes());
    program.expect_exit(1);
    bench.finish();
}

#[test]
fn reads_byte_by_byte() {
    let bench = Bench::new("frames");
    let begin = || start(&bench, &["first"]);
    let long = bench.random_bytes(300);
    let short = bench.random_bytes(30);
    bench.tell("a frame with a part of the next one behind it, all at once");
    for (payload, behind) in [
        (&b""[..], &b"\0"[..]),
        (b"hello", &frame(b"not this one")[..9]),
        (&short, b"\xff\xff\xff\xff\xff"),
    ] {
        let program = begin();
        program.feed(&[&frame(payload), behind].concat());
        program.expect_last_lines(&first(payload));
        program.expect_exit(0);
    }

    bench.tell("now byte by byte, and nothing behind it; stdin stays open");
    for payload in [&short[..], b"", b"\0\0\0\x01"] {
        let program = begin();
        program.feed_piece_by_piece(&one_by_one(&frame(payload)));
        program.expect_last_lines(&first(payload));
        program.expect_exit(0);
    }

    bench.tell("now a length of more than one byte, which is cut too");
    let program = begin();
    let bytes = frame(&long);
    program.feed_piece_by_piece(&[&bytes[..3], &bytes[3..100], &bytes[100..303], &bytes[303..]]);
    program.expect_last_lines(&first(&long));
    program.expect_exit(0);

    bench.tell("now a length of 16,777,221, of which five bytes come: no frame is whole");
    nothing(&bench, &["first"], BEGUN, 1);

    bench.tell("now the highest length there is: every four bytes are a length");
    nothing(&bench, &["first"], b"\xff\xff\xff\xffhello", 1);
    bench.finish();
}

#[test]
fn reads_many_frames_at_once() {
    let bench = Bench::new("frames");
    let program = start(&bench, &["split"]);
    let payloads: Vec<_> = [3, 0, 20, 0, 300, 7].map(|n| bench.random_bytes(n)).into();
    let bytes: Vec<u8> = payloads.iter().flat_map(|payload| frame(payload)).collect();
    let lines = told(&payloads);
    // Three frames and a part of the fourth's length; its rest and a part of a payload; the end.
    let (three, five) = (7 + 4 + 24, 7 + 4 + 24 + 4 + 304);
    program.feed(&bytes[..three + 2]);
    program.expect_lines(&lines[..3].concat());
    program.feed(&bytes[three + 2..five + 6]);
    program.expect_lines(&lines[3..5].concat());
    program.feed(&bytes[five + 6..]);
    program.expect_lines(&lines[5]);
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);

    bench.tell("now byte by byte");
    let program = start(&bench, &["split"]);
    let payloads: Vec<_> = [4, 0, 9].map(|n| bench.random_bytes(n)).into();
    for (payload, line) in payloads.iter().zip(told(&payloads)) {
        program.feed_piece_by_piece(&one_by_one(&frame(payload)));
        program.expect_lines(&line);
    }

    bench.tell("now a frame of 3 MiB, since nobody gave a limit, and a small one behind it");
    let program = start(&bench, &["split", "--lengths"]);
    let n = 3 * MIB;
    program.feed(&[frame(&bench.random_bytes(n)), frame(b"")].concat());
    let after = format!("{{\"at\": {}, \"length\": 0}}\n", 4 + n);
    program.expect_lines(&[format!("{{\"at\": 0, \"length\": {n}}}\n"), after].concat());

    bench.tell("now the first bytes of a frame of 16,777,221: it is not whole");
    nothing(&bench, &["split"], BEGUN, 0);

    bench.tell("now 3,000 frames without a pause");
    let program = start(&bench, &["split"]);
    let payloads: Vec<_> = (0..3000)
        .map(|_| {
            let n = bench.random().usize(0..40);
            bench.random_bytes(n)
        })
        .collect();
    program.feed(
        &payloads
            .iter()
            .flat_map(|payload| frame(payload))
            .collect::<Vec<_>>(),
    );
    program.expect_lines(&told(&payloads).concat());

    bench.tell("now more frames than the memory that the program may have (64 MiB)");
    let program = bench
        .program(&["split", "--lengths"])
        .with_input()
        .with_address_space(64 * MIB)
        .start();
    let n = 60_000;
    let times = 80 * MIB / n;
    program.feed(&frame(&bench.random_bytes(n)).repeat(times));
    program.end_input();
    let lines: String = (0..times)
        .map(|i| format!("{{\"at\": {}, \"length\": {n}}}\n", i * (4 + n)))
        .collect();
    program.expect_last_lines(&lines);
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn refuses_a_length_over_the_limit() {
    let bench = Bench::new("frames");
    let begin = |max: u32| {
        bench
            .program(&["first", "--max-frame", &max.to_string()])
            .with_input()
            .with_address_space(MEMORY)
            .start()
    };
    let max = bench.random().u32(10..1000);
    let honest = bench.random_bytes(max as usize);
    for payload in [&honest[..], b""] {
        let program = begin(max);
        program.feed(&frame(payload));
        program.expect_last_lines(&first(payload));
        program.expect_exit(0);
    }

    bench.tell("now a frame over the limit of which every byte is there");
    let program = begin(max);
    program.feed(&frame(&bench.random_bytes(max as usize + 1)));
    program.expect_last_lines(&refused("length_over_limit", 0));
    program.expect_exit(1);

    bench.tell("now lengths over the limit, and not a byte of payload; stdin stays open");
    let some = bench.random().u32(max + 2..1 << 31);
    for length in [max + 1, some, 1 << 24] {
        let program = begin(max);
        program.feed(&length.to_be_bytes());
        program.expect_last_lines(&refused("length_over_limit", 0));
        program.expect_exit(1);
    }
    let program = begin(max);
    program.feed_piece_by_piece(&one_by_one(&(max + 1).to_be_bytes()));
    program.expect_last_lines(&refused("length_over_limit", 0));
    program.expect_exit(1);
    for length in [1 << 31, u32::MAX] {
        let program = begin(max);
        program.feed(&length.to_be_bytes());
        // Not by lines: a failure here has words of its own, since a signed length fails just here.
        program.expect_output(refused("length_over_limit", 0).as_bytes());
        program.expect_exit(1);
    }

    bench.tell("now lengths that are not whole: nothing is refused yet, whatever they begin with");
    let limit = max.to_string();
    for n in 1..4 {
        nothing(
            &bench,
            &["first", "--max-frame", &limit],
            &[0xff; 3][..n],
            1,
        );
    }

    bench.tell("now the highest limit there is");
    let program = begin(u32::MAX);
    program.feed(b"\0\0\0\x01a");
    program.expect_last_lines(&first(b"a"));
    program.expect_exit(0);

    bench.tell("now a limit of 0, which only an empty frame keeps");
    let program = begin(0);
    program.feed(b"\0\0\0\0");
    program.expect_last_lines(&first(b""));
    let program = begin(0);
    program.feed(b"\0\0\0\x01");
    program.expect_last_lines(&refused("length_over_limit", 0));
    program.expect_exit(1);
    bench.finish();
}

#[test]
fn reads_crlf_lines_with_a_limit() {
    let bench = Bench::new("frames");
    let program = start(&bench, &["lines"]);
    let word = bench.random_word(5..=20);
    program.feed_piece_by_piece(&[b"Dear ", word.as_bytes(), b"\r", b"\n"]);
    program.expect_lines(&line(0, format!("Dear {word}").as_bytes()));
    let mut at = word.len() as u64 + 7;

    bench.tell("now what is no end of a line, and lines without a pause between them");
    for text in [&b"a\nb\rc\n\rd\r"[..], b"", b"\xff\0", b"\n", b"\r"] {
        program.feed_piece_by_piece(&one_by_one(text));
        program.feed(b"\r\n");
        program.expect_lines(&line(at, text));
        at += text.len() as u64 + 2;
    }
    program.feed(b"one\r\n\r\ntwo\r\nthr");
    let three = [line(at, b"one"), line(at + 5, b""), line(at + 7, b"two")].concat();
    program.expect_lines(&three);
    program.end_input();
    program.expect_last_lines(&refused("end_in_line", at + 12));
    program.expect_exit(1);

    bench.tell("now lines as long as they may be");
    let max = bench.random().usize(20..60);
    let begin = |max: usize| start(&bench, &["lines", "--max-line", &max.to_string()]);
    let longest = without_line_ends(&bench, max - 2);
    let program = begin(max);
    program.feed_piece_by_piece(&[&longest, b"\r", b"\n"]);
    program.expect_lines(&line(0, &longest));
    program.feed(&[&longest[..], b"\r\n"].concat());
    program.expect_lines(&line(max as u64, &longest));
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);
    let program = start(&bench, &["lines"]);
    let text = without_line_ends(&bench, MAX_LINE - 2);
    program.feed(&[&text[..], b"\r\n"].concat());
    program.expect_lines(&line(0, &text));

    let program = start(&bench, &["lines", "--max-line", "2000"]);
    let text = without_line_ends(&bench, 1500);
    program.feed(&[b"good\r\n", &text[..], b"\r\n"].concat());
    program.expect_lines(&[line(0, b"good"), line(6, &text)].concat());

    bench.tell("now lines that are longer; stdin stays open");
    let good = b"good\r\n";
    let far_too_long = [&b"y".repeat(2 * max)[..], b"\r\n"].concat();
    let too_long = [b"x", &longest[..], b"\r\n"].concat();
    let no_end = "x".repeat(max).into_bytes();
    let cut_at_the_limit = [&longest[..], b"x\r"].concat();
    for bytes in [far_too_long, too_long, no_end, cut_at_the_limit] {
        let program = begin(max);
        program.feed(&[good, &bytes[..]].concat());
        let lines = [
            line(0, b"good"),
            refused("line_over_limit", good.len() as u64),
        ]
        .concat();
        program.expect_last_lines(&lines);
        program.expect_exit(1);
    }
    bench.finish();
}

#[test]
fn joins_utf8_cut_anywhere() {
    let bench = Bench::new("frames");
    let begin = || start(&bench, &["text"]);

    // RFC 3629 section 7, and the first and the last character of each length.
    let examples =
        "A\u{2262}\u{391}.\u{d55c}\u{ad6d}\u{c5b4}\u{65e5}\u{672c}\u{8a9e}\u{feff}\u{233b4}";
    let edges = "\0\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}\u{fffd}";
    let mut random = String::new();
    for _ in 0..20 {
        let mut source = bench.random();
        let last = *source
            .choice(&['\u{7f}', '\u{7ff}', '\u{ffff}', '\u{10ffff}'])
            .unwrap_or(&'z');
        random.push(source.char('\0'..=last));
    }
    let program = begin();
    let mut at = 0;
    for text in [examples, edges, &random] {
        for character in text.chars() {
            let mut buffer = [0; 4];
            program.feed_piece_by_piece(&one_by_one(character.encode_utf8(&mut buffer).as_bytes()));
            program.expect_lines(&characters(&mut at, &character.to_string()));
        }
    }

    bench.tell("now cut here and there, so that a piece ends one character and begins another");
    let text = [examples, edges, &random].concat().repeat(3);
    let program = begin();
    program.feed_piece_by_piece(&cut(&bench, text.as_bytes(), 1..=7));
    program.expect_lines(&characters(&mut 0, &text));
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);

    bench.tell("now what can never be UTF-8, each after something good; stdin stays open");
    let never: [&[&[u8]]; 14] = [
        &[b"\x80"],
        &[b"\xc0"],
        &[b"\xc1"],
        &[b"\xf5"],
        &[b"\xff"],
        &[b"\xe0", b"\x80"],
        &[b"\xe0", b"\x9f"],
        &[b"\xed", b"\xa0"],
        &[b"\xf0", b"\x8f"],
        &[b"\xf4", b"\x90"],
        &[b"\xc3", b"\x28"],
        &[b"\xe2", b"\x82", b"\x28"],
        &[b"\xf0", b"\x9f\x98", b"\xc3"],
        &[b"\xe2\x82", b"A and more"],
    ];
    let good = format!("{}\u{e9}", bench.random_word(3..=3));
    for bad in never {
        let program = begin();
        let pieces: Vec<&[u8]> = [good.as_bytes()].iter().chain(bad).copied().collect();
        program.feed_piece_by_piece(&pieces);
        let mut at = 0;
        let lines = [characters(&mut at, &good), refused("not_utf8", at)].concat();
        program.expect_last_lines(&lines);
        program.expect_exit(1);
    }
    bench.tell("now all in one piece");
    let program = begin();
    program.feed(&[good.as_bytes(), b"\xe2\x82\xac\xc0\xafetc"].concat());
    let mut at = 0;
    let lines = [
        characters(&mut at, &format!("{good}\u{20ac}")),
        refused("not_utf8", at),
    ]
    .concat();
    program.expect_last_lines(&lines);
    program.expect_exit(1);

    bench.tell("now an end within a character");
    let program = begin();
    program.feed(&[good.as_bytes(), b"\xf0\x9f\x98"].concat());
    program.end_input();
    let mut at = 0;
    let lines = [characters(&mut at, &good), refused("end_in_character", at)].concat();
    program.expect_last_lines(&lines);
    program.expect_exit(1);
    bench.finish();
}

#[test]
fn tells_an_end_from_a_cut() {
    let bench = Bench::new("frames");
    let judge = |rest: &[u8], event: &str, status: i32| {
        let program = start(&bench, &["end"]);
        program.feed(rest);
        program.end_input();
        program.expect_last_lines(event);
        program.expect_exit(status);
    };
    judge(b"", &ended(0), 0);

    bench.tell("now ends within a length, of which the bytes say nothing yet");
    let length = bench.random().u32(1 << 24..);
    for n in 1..4 {
        judge(
            &length.to_be_bytes()[..n],
            &cut_short("end_in_length", 0, 4 - n as u64),
            1,
        );
    }
    judge(b"\0\0\0", &cut_short("end_in_length", 0, 1), 1);

    bench.tell("now ends within a payload");
    let ten = frame(&bench.random_bytes(10));
    judge(&ten[..9], &cut_short("end_in_payload", 0, 5), 1);
    let n = bench.random().usize(300..3000);
    let bytes = frame(&bench.random_bytes(n));
    for come in [0, 1, n / 2, n - 1] {
        judge(
            &bytes[..4 + come],
            &cut_short("end_in_payload", 0, (n - come) as u64),
            1,
        );
    }
    judge(b"\0\0\0\x01", &cut_short("end_in_payload", 0, 1), 1);
    judge(
        b"\xff\xff\xff\xffabc",
        &cut_short("end_in_payload", 0, u64::from(u32::MAX) - 3),
        1,
    );
    bench.finish();
}

#[test]
fn any_cutting_gives_the_same_frames() {
    let bench = Bench::new("frames");
    let max = bench.random().usize(10..100);
    let max_frame = max.to_string();
    let decode = || {
        bench
            .program(&["decode", "--max-frame", &max_frame])
            .with_input()
            .with_address_space(MEMORY)
            .start()
    };
    let payloads = vec![bench.random_bytes(2), Vec::new(), bench.random_bytes(3)];
    let good: Vec<u8> = payloads.iter().flat_map(|payload| frame(payload)).collect();
    let end = good.len() as u64;
    let lines = told(&payloads).concat();

    bench.tell("each frame as soon as it is whole, and then an end");
    let program = decode();
    program.feed(&frame(&payloads[0]));
    program.expect_lines(&told(&payloads)[0]);
    for (payload, line) in payloads.iter().zip(told(&payloads)).skip(1) {
        program.feed_piece_by_piece(&one_by_one(&frame(payload)));
        program.expect_lines(&line);
    }
    program.end_input();
    program.expect_last_lines(&ended(end));
    program.expect_exit(0);

    bench.tell("a length over the limit behind three good frames, cut in two at every place; stdin stays open");
    let lie = (max as u32 + 1).to_be_bytes();
    let lied = [&good[..], &lie, b"etc"].concat();
    let events = [&lines[..], &refused("length_over_limit", end)].concat();
    for at in 1..lied.len() {
        let program = decode();
        program.feed_piece_by_piece(&[&lied[..at], &lied[at..]]);
        program.expect_last_lines(&events);
        program.expect_exit(1);
    }

    bench.tell("ends within a frame, cut at random");
    let in_length = [&good[..], b"\0\0"].concat();
    let in_payload = [&good[..], b"\0\0\0\x05hel"].concat();
    let in_length = (in_length, cut_short("end_in_length", end, 2));
    let in_payload = (in_payload, cut_short("end_in_payload", end, 2));
    for (bytes, last) in [
        (Vec::new(), ended(0)),
        (good.clone(), ended(end)),
        in_length,
        in_payload,
    ] {
        for _ in 0..3 {
            let program = decode();
            program.feed_piece_by_piece(&cut(&bench, &bytes, 1..=9));
            program.end_input();
            let lines = if bytes.is_empty() { "" } else { &lines };
            program.expect_last_lines(&[lines, &last].concat());
            program.expect_exit(i32::from(last.contains("error")));
        }
    }

    bench.tell("ends within a length that would be over the limit, if it were whole");
    for n in 1..4 {
        let program = decode();
        program.feed_piece_by_piece(&one_by_one(&[0xff; 3][..n]));
        program.end_input();
        program.expect_last_lines(&cut_short("end_in_length", 0, 4 - n as u64));
        program.expect_exit(1);
    }

    bench.tell("an end within a frame of 16,777,221 bytes, which the limit allows");
    let program = start(&bench, &["decode", "--max-frame", "33554432"]);
    program.feed(BEGUN);
    program.end_input();
    program.expect_last_lines(&cut_short("end_in_payload", 0, 1 << 24));
    program.expect_exit(1);

    bench.tell("now over TCP");
    let program = bench
        .program(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--max-frame",
            &max_frame,
        ])
        .with_address_space(MEMORY)
        .start();
    over_tcp(&bench, &program, &payloads, max);
    bench.finish();
}

/// The last step's second half: one client waits within a frame while others come and go.
fn over_tcp(bench: &Bench, program: &Program, payloads: &[Vec<u8>], max: usize) {
    let address = program.listens();
    let good: Vec<u8> = payloads.iter().flat_map(|payload| frame(payload)).collect();
    let end = good.len() as u64;
    let lines = told(payloads).concat();
    let expect = |client: &mut Connection, text: &str| client.expect(text.as_bytes());

    let mut waits = bench.connect("waits", address);
    waits.send(&good[..good.len() - 1]);
    expect(&mut waits, &told(payloads)[..payloads.len() - 1].concat());
    for n in 1..=3 {
        let mut client = bench.connect(&format!("n{n}"), address);
        client.send_piece_by_piece(&cut(bench, &good, 1..=9));
        expect(&mut client, &lines);
        client.finish_sending();
        expect(&mut client, &ended(end));
        client.expect_end();
    }

    bench.tell("now lengths that lie; the connection stays open");
    for length in [max as u32 + 1, u32::MAX] {
        let mut liar = bench.connect("liar", address);
        liar.send(&[&good[..], &length.to_be_bytes()].concat());
        expect(
            &mut liar,
            &[&lines[..], &refused("length_over_limit", end)].concat(),
        );
        liar.expect_end();
    }
    waits.send(&good[good.len() - 1..]);
    expect(&mut waits, &told(payloads)[payloads.len() - 1]);
    waits.finish_sending();
    expect(&mut waits, &ended(end));
    waits.expect_end();

    bench.tell("now 64 KiB of frames, in pieces as they come");
    let mut payloads = Vec::new();
    let mut bytes = Vec::new();
    while bytes.len() < 64 * KIB {
        let n = bench.random().usize(0..=max);
        payloads.push(bench.random_bytes(n));
        bytes.extend(frame(&payloads[payloads.len() - 1]));
    }
    let mut client = bench.connect("much", address);
    client.send_in_pieces(&bytes, 1..=KIB, &mut bench.random());
    expect(&mut client, &told(&payloads).concat());
    client.finish_sending();
    expect(&mut client, &ended(bytes.len() as u64));
    client.expect_end();
}

/// While stdin is open, these bytes give no line. What the given code does at the end prints none either, so whatever
/// is there then was said too early; no clock is needed to see it.
fn nothing(bench: &Bench, args: &[&str], bytes: &[u8], status: i32) {
    let program = start(bench, args);
    program.feed_piece_by_piece(&[bytes]);
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(status);
}

/// With a stdin that stays open until the test ends it.
fn start(bench: &Bench, args: &[&str]) -> Program {
    bench.program(args).with_input().start()
}
