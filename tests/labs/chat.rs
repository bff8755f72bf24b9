//! 17 chat: a server through which many talk at once, and a client for one of them.

mod deciding;
mod hosted;
mod house;
mod people;

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Connection, KIB, Program};

use deciding::Deciding;
use hosted::Hosted;
use house::{all_hear_each_other, is_met, is_owed, more_than_descriptors, slow_ones_are_let_go};
use people::{differs, guest, hears, hears_leave, hears_sorry, is_with};

/// How long the bench waits where nothing shows that a program has done what it had to.
const MOMENT: Duration = Duration::from_millis(100);
/// The time for a name, and the patience, that guests meet here.
const SHORT: Duration = Duration::from_millis(1_000);
/// More than any step may take.
const NEVER: &str = "60000";
/// Enough for everything that is said in a test.
const PLENTY: &str = "1000000";
/// The longest line of a guest, without its end.
const MAX_LINE: usize = KIB;

#[test]
fn takes_a_name() {
    let bench = Bench::new("chat");
    let hall = Deciding::start(&bench);
    let name = bench.random_word(3..=16);
    hall.leads_to(&format!("join 1 {name}"), &[&welcome(1, &name)]);
    bench.tell("now names that nobody may have, or that somebody has");
    let long = "x".repeat(17);
    let longer = "x".repeat(900);
    let loud = name.to_ascii_uppercase();
    for bad in [
        "", &name, &loud, &long, &longer, "a b", " b", "b ", "zoë", "a.b", "/who", "ada!", "ада",
        "a\tb", "a\u{7f}",
    ] {
        hall.leads_to(&format!("join 2 {bad}"), &["2 hears: sorry"]);
    }
    bench.tell("now names that are allowed");
    let longest = "x".repeat(16);
    let mut inside = vec![1];
    for (n, good) in ["A", "0", "-", "_-_", "Ada-9", &longest, "server"]
        .iter()
        .enumerate()
    {
        let guest = n as u64 + 2;
        let mut wanted = vec![welcome(guest, good)];
        wanted.extend(
            inside
                .iter()
                .map(|other| format!("{other} hears: joined {good}")),
        );
        let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
        hall.leads_to(&format!("join {guest} {good}"), &wanted);
        inside.push(guest);
    }
    hall.leads_to("join 20 ada-9", &["20 hears: sorry"]);
    hall.ends();

    bench.tell("now a name that is free again");
    let hall = Deciding::start(&bench);
    hall.leads_to("join 1 Ada", &[&welcome(1, "Ada")]);
    hall.leads_to("join 2 bob", &[&welcome(2, "bob"), "1 hears: joined bob"]);
    hall.leads_to("gone 1", &["2 hears: left Ada"]);
    hall.leads_to("join 3 ada", &[&welcome(3, "ada"), "2 hears: joined ada"]);
    hall.leads_to("join 1 Ada", &["1 hears: sorry"]);
    hall.ends();
    bench.finish();
}

#[test]
fn everyone_else_hears() {
    let bench = Bench::new("chat");
    let hall = Deciding::start(&bench);
    hall.leads_to("line 7 ada", &[&welcome(7, "ada")]);
    hall.leads_to("line 7 anybody here?", &[]);
    hall.leads_to("line 2 bob", &[&welcome(2, "bob"), "7 hears: joined bob"]);
    hall.leads_to("line 3 Bob", &["3 hears: sorry"]);
    bench.tell("3 has no name yet: they hear nothing, and what they say is a name");
    hall.leads_to("line 2 good morning", &["7 hears: said bob good morning"]);
    hall.leads_to("line 3 what is a name?", &["3 hears: sorry"]);
    hall.leads_to("line 3 ", &["3 hears: sorry"]);
    hall.leads_to("line 3 /who", &["3 hears: sorry"]);
    let eve = [
        &welcome(3, "eve"),
        "2 hears: joined eve",
        "7 hears: joined eve",
    ];
    hall.leads_to("line 3 eve", &eve);
    bench.tell("now they are three");
    for text in [
        "eve",
        "  two  spaces ",
        "said bob I am ada",
        "größer 🦀",
        "a/who",
        ".",
    ] {
        let said = |to: u64, by: &str| format!("{to} hears: said {by} {text}");
        hall.leads_to(
            &format!("line 7 {text}"),
            &[&said(2, "ada"), &said(3, "ada")],
        );
        hall.leads_to(
            &format!("line 3 {text}"),
            &[&said(2, "eve"), &said(7, "eve")],
        );
    }
    hall.leads_to("line 2 ", &[]);
    let long = "x".repeat(MAX_LINE);
    let said = |to: u64| format!("{to} hears: said bob {long}");
    hall.leads_to(&format!("line 2 {long}"), &[&said(3), &said(7)]);
    hall.leads_to("gone 3", &["2 hears: left eve", "7 hears: left eve"]);
    hall.leads_to("line 7 she has gone", &["2 hears: said ada she has gone"]);
    hall.leads_to("gone 3", &[]);
    hall.ends();
    bench.finish();
}

#[test]
fn rooms_whispers_and_lists() {
    let bench = Bench::new("chat");
    let hall = Deciding::start(&bench);
    hall.leads_to("line 1 ada", &[&welcome(1, "ada")]);
    hall.leads_to("line 2 bob", &[&welcome(2, "bob"), "1 hears: joined bob"]);
    let eve = [
        &welcome(3, "eve"),
        "1 hears: joined eve",
        "2 hears: joined eve",
    ];
    hall.leads_to("line 3 eve", &eve);
    let zoe = [
        &welcome(4, "zoe"),
        "1 hears: joined zoe",
        "2 hears: joined zoe",
        "3 hears: joined zoe",
    ];
    hall.leads_to("line 4 zoe", &zoe);
    hall.leads_to("line 2 /who", &["2 hears: here ada bob eve zoe"]);

    let room = bench.random_word(3..=16);
    bench.tell(&format!("ada and zoe go into the room {room}"));
    let left = [
        "2 hears: left ada",
        "3 hears: left ada",
        "4 hears: left ada",
    ];
    let ada = format!("1 hears: welcome ada {room}");
    hall.leads_to(
        &format!("line 1 /room {room}"),
        &[&[&ada[..]], &left[..]].concat(),
    );
    let zoe = format!("4 hears: welcome zoe {room}");
    let moved = [
        &zoe,
        "1 hears: joined zoe",
        "2 hears: left zoe",
        "3 hears: left zoe",
    ];
    hall.leads_to(&format!("line 4 /room {room}"), &moved);
    hall.leads_to(
        "line 1 nobody else is to know",
        &["4 hears: said ada nobody else is to know"],
    );
    hall.leads_to("line 3 they are gone", &["2 hears: said eve they are gone"]);
    hall.leads_to("line 4 /who", &["4 hears: here ada zoe"]);
    hall.leads_to("line 3 /who", &["3 hears: here bob eve"]);
    let dan = [
        &welcome(5, "dan"),
        "2 hears: joined dan",
        "3 hears: joined dan",
    ];
    hall.leads_to("line 5 dan", &dan);

    bench.tell("now whispers, in the room and through the wall");
    hall.leads_to(
        "line 1 /tell zoe tea at four",
        &["4 hears: told ada tea at four"],
    );
    hall.leads_to(
        "line 3 /tell ADA  two spaces ",
        &["1 hears: told eve  two spaces "],
    );
    hall.leads_to("line 2 /tell eve /who", &["3 hears: told bob /who"]);

    bench.tell("now what cannot be done");
    hall.leads_to("line 6 ADA", &["6 hears: sorry"]);
    let long = format!("line 2 /room {}", "x".repeat(17));
    for bad in [
        "line 2 /room a b",
        "line 2 /room größer",
        &long,
        "line 2 /tell nobody hello",
        "line 2 /tell ad hello",
        "line 2 /tell",
        "line 2 /sing",
        "line 2 /",
    ] {
        hall.leads_to(bad, &["2 hears: sorry"]);
    }
    hall.leads_to("line 2 /who", &["2 hears: here bob dan eve"]);

    bench.tell("now leaving a room by leaving, and coming back");
    hall.leads_to("gone 4", &["1 hears: left zoe"]);
    hall.leads_to("line 2 /tell zoe hello", &["2 hears: sorry"]);
    let back = [
        &welcome(1, "ada"),
        "2 hears: joined ada",
        "3 hears: joined ada",
        "5 hears: joined ada",
    ];
    hall.leads_to("line 1 /room hall", &back);
    hall.leads_to("gone 6", &[]);
    hall.ends();
    bench.finish();
}

#[test]
fn makes_lines_harmless() {
    let bench = Bench::new("chat");
    let program = bench.program(&["harmless"]).with_input().start();
    let becomes = |line: &str, wanted: &str| {
        program.feed(format!("{line}\n").as_bytes());
        program.expect_lines(wanted);
    };
    becomes("plain text, 100 %", "plain text, 100 %");
    becomes(
        "größer 漢字 العربية 🦀 👩\u{200d}💻",
        "größer 漢字 العربية 🦀 👩\u{200d}💻",
    );
    bench.tell("now a line that would clear the screen and say something else");
    becomes(
        "eve: \u{1b}[2J\u{1b}[Hada: I quit\r",
        "eve: ?[2J?[Hada: I quit?",
    );
    becomes("a\ttab", "a tab");
    becomes(
        "the title \u{9d}0;of the window\u{9c}",
        "the title ?0;of the window?",
    );
    becomes("pay \u{202e}001\u{202c} now", "pay ?001? now");
    bench.tell("now every one of them, and its neighbours");
    let bad = ['\0'..='\u{8}', '\u{b}'..='\u{1f}', '\u{7f}'..='\u{9f}']
        .into_iter()
        .chain(['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'])
        .flatten();
    let good = " ~\u{a0}\u{200c}\u{200d}\u{2029}\u{202f}\u{2065}\u{206a}é\u{7ff}\u{feff}\u{fffd}\u{10ffff}?[;m";
    let mut letters: Vec<_> = bad
        .map(|c| (c, '?'))
        .chain(good.chars().map(|c| (c, c)))
        .collect();
    letters.push(('\t', ' '));
    for _ in 0..5 {
        bench.random().shuffle(&mut letters);
        let line: String = letters.iter().map(|(c, _)| c).collect();
        let wanted: String = letters.iter().map(|(_, c)| c).collect();
        program.feed(format!("{line}\n").as_bytes());
        program.expect_printed(format!("{wanted}\n").as_bytes());
    }
    becomes(" ", " ");
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn limits_a_flood() {
    let bench = Bench::new("chat");
    let flood = |burst: u64, every: u64, times: &[u64]| {
        let (burst_arg, every_arg) = (burst.to_string(), every.to_string());
        let args = ["flood", "--burst", &burst_arg, "--every-ms", &every_arg];
        let program = bench.program(&args).with_input().start();
        bench.tell(&format!("{burst} lines at once, then one every {every} ms"));
        let mut paid_at = 0;
        for time in times {
            let debt = paid_at.max(*time) + every - time;
            let passes = debt <= burst * every;
            if passes {
                paid_at = time + debt;
            }
            program.feed(format!("{time}\n").as_bytes());
            program.expect_lines(if passes { "passes" } else { "does not" });
        }
        program.end_input();
        program.expect_output(b"");
        program.expect_exit(0);
    };
    flood(3, 1000, &[0, 0, 0, 0, 999, 1000, 1000, 1999, 2000]);
    bench.tell("now somebody who tries again and again");
    let often: Vec<_> = (0..40).map(|n| n * 130).collect();
    flood(2, 1000, &often);
    bench.tell("now a long silence, which earns no more than a short one");
    flood(
        3,
        500,
        &[
            10, 3_600_000, 3_600_000, 3_600_000, 3_600_000, 3_600_499, 3_600_500,
        ],
    );
    bench.tell("now at random");
    for _ in 0..3 {
        let (burst, every) = {
            let mut random = bench.random();
            (random.u64(1..6), random.u64(2..3_000))
        };
        let mut now = 0;
        let mut times = Vec::new();
        for _ in 0..60 {
            now += bench.random().u64(0..every * 3 / 2);
            times.push(now);
        }
        flood(burst, every, &times);
    }
    bench.finish();
}

#[test]
fn a_slow_reader_holds_nobody_up() {
    let bench = Bench::new("chat");
    let host = |places: usize| Hosted::start(&bench, places);

    let places = bench.random().usize(4..=7);
    bench.tell(&format!(
        "ada speaks, bob listens, eve takes nothing; {places} places in each queue"
    ));
    let house = host(places);
    for (guest, name) in [(1, "ada"), (2, "bob"), (3, "eve")] {
        house.acts(&format!("come {guest}"));
        house.acts(&format!("line {guest} {name}"));
        house.takes(guest, &format!("welcome {name} hall"));
    }
    house.takes(1, "joined bob");
    house.takes(1, "joined eve");
    house.takes(2, "joined eve");
    let words: Vec<_> = (0..places).map(|_| bench.random_word(3..=12)).collect();
    for word in &words {
        house.acts(&format!("line 1 {word}"));
        house.takes(2, &format!("said ada {word}"));
    }
    bench.tell("now her queue is full");
    house.acts("line 1 one too many");
    house.takes_all(2, &["said ada one too many", "left eve"]);
    house.acts("line 3 back");
    house.acts("sorry 3 never heard");
    house.acts("line 1 still there?");
    house.takes(2, "said ada still there?");
    house.takes(1, "left eve");
    house.acts("gone 3");
    house.acts("line 2 yes");
    house.takes(1, "said bob yes");
    bench.tell("what was in her queue is hers; then it ends");
    for word in &words {
        house.takes(3, &format!("said ada {word}"));
    }
    house.takes(3, "the end");
    bench.tell("her name is free");
    house.acts("come 4");
    house.acts("line 4 eve");
    house.takes(4, "welcome eve hall");
    house.takes(1, "joined eve");
    house.takes(2, "joined eve");
    bench.tell("now a queue whose reader is gone, without a word");
    house.acts("deaf 4");
    house.acts("line 1 eve?");
    house.acts("gone 4");
    house.takes_all(2, &["said ada eve?", "left eve"]);
    house.acts("line 1 so");
    house.takes(2, "said ada so");
    bench.tell("now reasons: they are for one guest");
    house.takes(1, "left eve");
    house.acts("come 5");
    house.acts("sorry 5 say a name first");
    house.takes(5, "sorry say a name first");
    bench.tell("now one who goes: the queue ends, and what still comes from there is nobody's");
    house.acts("come 6");
    house.acts("line 6 dan");
    house.takes(6, "welcome dan hall");
    house.acts("gone 6");
    house.takes(6, "the end");
    for guest in [1, 2] {
        house.takes(guest, "joined dan");
        house.takes(guest, "left dan");
    }
    house.acts("line 6 fay");
    house.acts("line 1 who?");
    house.takes(2, "said ada who?");
    bench.tell("now the end: everybody hears of it, also who has no name");
    house.acts("stop");
    for guest in [1, 2, 5] {
        house.takes(guest, "bye");
        house.takes(guest, "the end");
    }
    house.ends();

    bench.tell("now the end, while one queue is full: nobody waits for it");
    let house = host(2);
    for (guest, name) in [(1, "eve"), (2, "ada")] {
        house.acts(&format!("come {guest}"));
        house.acts(&format!("line {guest} {name}"));
    }
    house.acts("stop");
    for line in ["welcome ada hall", "bye", "the end"] {
        house.takes(2, line);
    }
    for line in ["welcome eve hall", "joined ada", "the end"] {
        house.takes(1, line);
    }
    house.ends();

    bench.tell("now two who are slow: the leaving of one is too much for the other");
    let house = host(3);
    for (guest, name) in [(1, "ada"), (2, "bob"), (3, "eve"), (4, "dan")] {
        house.acts(&format!("come {guest}"));
        house.acts(&format!("line {guest} {name}"));
        house.takes(guest, &format!("welcome {name} hall"));
        for other in 1..guest {
            house.takes(other, &format!("joined {name}"));
        }
    }
    house.acts("line 1 a");
    house.takes(2, "said ada a");
    for act in ["sorry 3 x", "sorry 3 y", "sorry 4 x", "sorry 4 y"] {
        house.acts(act);
    }
    bench.tell("eve's queue is full now, and so is dan's");
    house.acts("sorry 3 z");
    for guest in [1, 2] {
        house.takes_all(guest, &["left eve", "left dan"]);
    }
    house.acts("line 2 c");
    house.takes(1, "said bob c");
    for guest in [3, 4] {
        for line in ["said ada a", "sorry x", "sorry y", "the end"] {
            house.takes(guest, line);
        }
    }
    house.ends();

    bench.tell("now twenty who take nothing");
    let house = host(64);
    for guest in 1..=22_u64 {
        house.acts(&format!("come {guest}"));
        house.acts(&format!("line {guest} g{guest}"));
        house.takes(guest, &format!("welcome g{guest} hall"));
    }
    house.takes(21, "joined g22");
    let line = "x".repeat(MAX_LINE - 10);
    let mut missing: Vec<_> = (1..=20).map(|n| format!("left g{n}")).collect();
    for n in 0..=64 {
        house.acts(&format!("line 22 {n} {line}"));
        let wanted = format!("said g22 {n} {line}");
        let mut said = false;
        // That somebody is let go may be heard before the line or after it.
        while !said {
            let line = house.next(21);
            match missing.iter().position(|left| *left == line) {
                Some(at) => drop(missing.remove(at)),
                None if line == wanted => said = true,
                None => differs(
                    &bench,
                    &format!("line {n}, or that one of {} leaves", missing.len()),
                    &line,
                ),
            }
        }
    }
    bench.tell("the queues have 64 places: all twenty have been let go");
    let missing: Vec<_> = missing.iter().map(String::as_str).collect();
    house.takes_all(21, &missing);
    house.ends();
    bench.finish();
}

#[test]
fn leaving_is_told() {
    let bench = Bench::new("chat");
    let visit = |more: &[&str]| -> (Program, Connection) {
        let args = [&["visit", "--listen", "127.0.0.1:0", "--queue", "64"], more].concat();
        let program = bench.program(&args).with_input().start();
        let address = program.listens();
        let guest = bench.connect("guest", address);
        program.expect_lines("came");
        (program, guest)
    };
    let is_over = |program: &Program| {
        program.expect_last_lines("gone\nthe visit is over");
        program.expect_exit(0);
    };

    let (program, mut guest) = visit(&[]);
    guest.send(b"ada\n");
    program.expect_lines("line: ada");
    guest.send_piece_by_piece(&[
        b"a line ",
        b"in pie",
        b"ces, gr\xc3",
        b"\xb6\xc3\x9fer\r",
        b"\n",
    ]);
    program.expect_lines("line: a line in pieces, größer");
    let longest = "x".repeat(MAX_LINE);
    guest.send(format!("one\n\nthree \u{1b}[2J\n{longest}\n").as_bytes());
    program.expect_lines(&format!(
        "line: one\nline: \nline: three ?[2J\nline: {longest}"
    ));
    program.feed(b"tell hello\ntell again\n");
    program.expect_lines("told\ntold");
    guest.expect(b"told host hello\ntold host again\n");
    bench.tell("now the guest says \"no more from me\"");
    guest.finish_sending();
    is_over(&program);
    guest.expect_end();

    bench.tell("now a guest who breaks the connection");
    let (program, mut guest) = visit(&[]);
    guest.send(b"eve\nI am\n");
    program.expect_lines("line: eve\nline: I am");
    guest.reset();
    is_over(&program);

    bench.tell("now one who floods");
    let (program, mut guest) = visit(&["--burst", "3", "--every-ms", NEVER]);
    guest.send(b"dan\n1\n2\n3\n4\n");
    program.expect_lines("line: dan\nline: 1\nline: 2\nsorry\nsorry");
    hears_sorry(&bench, &mut guest);
    hears_sorry(&bench, &mut guest);
    guest.close();
    is_over(&program);

    for (what, bytes) in [
        (
            "a line of 1,025 bytes",
            [&[b'x'; MAX_LINE + 1][..], b"\nheard?\n"].concat(),
        ),
        ("3,000 bytes without the end of a line", vec![b'x'; 3_000]),
        (
            "a line that is not UTF-8",
            b"gr\xf6\xdfer\nheard?\n".to_vec(),
        ),
    ] {
        bench.tell(&format!("now {what}"));
        let (program, mut guest) = visit(&[]);
        guest.send(b"ada\n");
        program.expect_lines("line: ada");
        guest.send(&bytes);
        program.expect_lines("sorry");
        is_over(&program);
        program.expect_a_line_on_stderr("about what was wrong");
        hears_sorry(&bench, &mut guest);
        guest.expect_end_or_reset();
    }

    bench.tell(
        "now the host lets a silent guest go: what is in the queue is sent, and then the end",
    );
    let (program, mut guest) = visit(&[]);
    guest.send(b"zoe\n");
    program.expect_lines("line: zoe");
    program.feed(b"tell one\ntell two\nlet go\n");
    program.expect_lines("told\ntold");
    guest.expect(b"told host one\ntold host two\n");
    guest.expect_end();
    is_over(&program);

    bench.tell("now a guest who takes nothing for some time, and says the end when 12 MB are owed");
    let (program, mut guest) = visit(&[]);
    guest.stop_reading();
    guest.send(b"zoe\n");
    program.expect_lines("line: zoe");
    let text = "x".repeat(200 * KIB);
    program.feed(format!("tell {text}\n").repeat(60).as_bytes());
    program.expect_lines(&"told\n".repeat(60));
    guest.finish_sending();
    program.expect_lines("gone");
    guest.read_again();
    guest.expect(format!("told host {text}\n").repeat(60).as_bytes());
    guest.expect_end();
    program.expect_last_lines("the visit is over");
    program.expect_exit(0);

    bench.tell("now a guest who takes nothing at all, and does not leave");
    let patience = (bench.slowed(SHORT) / 2).as_millis().to_string();
    let (program, mut guest) = visit(&["--patience-ms", &patience]);
    guest.stop_reading();
    guest.send(b"zoe\n");
    program.expect_lines("line: zoe");
    program.feed(format!("tell {text}\n").repeat(120).as_bytes());
    let mut said = program.says_line("the line \"gone\"");
    while said == "told" {
        said = program.says_line("the line \"gone\"");
    }
    if said != "gone" {
        differs(&bench, "the line \"gone\"", &said);
    }
    program.expect_last_lines("the visit is over");
    program.expect_exit(0);
    guest.expect_released();

    let mut time = SHORT;
    while !only_the_nameless_are_let_go(&bench, time) {
        bench.tell(
            "this machine was too busy for a name in time; once more, with twice as much of it",
        );
        time *= 2;
    }
    bench.finish();
}

/// False if the test itself was too late with a name: then nothing is proven.
fn only_the_nameless_are_let_go(bench: &Bench, time: Duration) -> bool {
    let real = bench.slowed(time);
    let name_ms = real.as_millis().to_string();
    let visit = |name: &str| {
        let program = bench.start(&["visit", "--listen", "127.0.0.1:0", "--name-ms", &name_ms]);
        let address = program.listens();
        let began = Instant::now();
        let guest = bench.connect(name, address);
        program.expect_lines("came");
        (program, guest, began)
    };
    bench.tell("one says a name and no more, one says half a name, one says nothing");
    let (named_program, mut named, began) = visit("named");
    if named.is_over() || began.elapsed() > real / 2 {
        return false;
    }
    named.send(b"ada\n");
    let in_time = began.elapsed() < real / 2;
    if !in_time {
        return false;
    }
    named_program.expect_lines("line: ada");
    let (half_program, mut half, _) = visit("half");
    let (silent_program, mut silent, began) = visit("silent");
    half.send(b"b");
    if silent.is_over() && began.elapsed() < real * 9 / 10 {
        silent.expect_still_open("its time is not over");
    }
    bench.tell("half a name goes on, a byte now and then, for more than twice the time");
    for _ in 0..12 {
        half.send_what_fits(b"b");
        bench.pass(time / 5);
    }
    if !half.is_over() {
        let likely = match silent.is_over() {
            true => {
                "Each byte gave this guest the whole time anew. The time is for the name, however it comes."
            }
            false => {
                "Your program waits for a name for ever: whoever said nothing at all is still connected too."
            }
        };
        bench.fail(
            CauseId::NotClosed,
            "the end: the name did not come in its time",
            "an open connection",
            Some(likely),
        );
    }
    for (program, guest) in [(half_program, &mut half), (silent_program, &mut silent)] {
        guest.expect_end_or_reset();
        program.expect_last_lines("gone\nthe visit is over");
        program.expect_exit(0);
    }
    named.expect_still_open("a guest with a name may be silent");
    named.send(b"still here\n");
    named_program.expect_lines("line: still here");
    true
}

#[test]
fn two_hundred_guests() {
    let bench = Bench::new("chat");
    let serve = |more: &[&str]| {
        let times = ["--name-ms", NEVER, "--patience-ms", NEVER];
        bench
            .program(&[&["serve", "--listen", "127.0.0.1:0"], &times[..], more].concat())
            .start()
    };
    let program = serve(&["--queue", "512", "--burst", PLENTY]);
    let address = program.listens();
    bench.tell("180 guests, and 20 who do not say who they are");
    let mut nameless = Vec::new();
    let mut guests = Vec::new();
    for n in 0..180 {
        if n % 9 == 0 {
            nameless.push(bench.connect(&format!("s{n}"), address));
        }
        guests.push(guest(&bench, address, &format!("g{n}")));
    }
    for (n, silent) in nameless.iter_mut().enumerate() {
        silent.send_what_fits(&b"half"[..n % 5]);
    }
    all_hear_each_other(&bench, &mut guests);

    bench.tell("now 20 break their connections, and 20 say goodbye");
    let gone: Vec<_> = (140..180).map(|n| format!("g{n}")).collect();
    for (n, guest) in guests.drain(140..).enumerate() {
        match n % 2 {
            0 => guest.reset(),
            _ => guest.close(),
        }
    }
    for witness in [0, 1, 64, 77, 127] {
        hears_leave(&bench, &mut guests[witness], &gone);
    }
    let names: Vec<_> = (0..140).map(|n| format!("g{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    is_with(&bench, &mut guests[77], &names);

    slow_ones_are_let_go(&bench, &program, guests);
    for silent in nameless {
        silent.close();
    }

    bench.tell("now a limit for each: who floods is told, and nobody else is");
    let program = serve(&["--burst", "3", "--every-ms", NEVER]);
    let address = program.listens();
    let mut bob = guest(&bench, address, "bob");
    let mut ada = guest(&bench, address, "ada");
    hears(&bench, &mut bob, "joined ada");
    ada.send(b"1\n2\n3\n4\n");
    hears(&bench, &mut bob, "said ada 1");
    hears(&bench, &mut bob, "said ada 2");
    hears_sorry(&bench, &mut ada);
    hears_sorry(&bench, &mut ada);
    bob.send(b"slowly\n");
    hears(&bench, &mut ada, "said bob slowly");
    is_with(&bench, &mut bob, &["ada", "bob"]);

    bench.tell("now a guest breaks a rule, and whoever runs the server is told");
    let program = serve(&[]);
    let mut eve = guest(&bench, program.listens(), "eve");
    eve.send(&[&[b'x'; MAX_LINE + 1][..], b"\n"].concat());
    program.expect_a_line_on_stderr("about a guest who broke a rule");

    more_than_descriptors(&bench);
    bench.finish();
}

#[test]
fn ends_in_order() {
    let bench = Bench::new("chat");
    let serve = |drain: &str| {
        let more = ["--drain-ms", drain, "--queue", "20000", "--burst", PLENTY];
        let times = ["--name-ms", NEVER, "--patience-ms", NEVER];
        let program =
            bench.start(&[&["serve", "--listen", "127.0.0.1:0"], &times[..], &more].concat());
        let address = program.listens();
        (program, address)
    };
    bench.tell("two in the hall, one without a name, and one who takes nothing and is owed 6 MB");
    let (program, address) = serve(NEVER);
    let mut ada = guest(&bench, address, "ada");
    let mut bob = guest(&bench, address, "bob");
    let mut silent = is_met(&bench, address, "silent");
    let deaf = is_owed(&bench, address, &mut ada);
    hears(&bench, &mut bob, "joined deaf");
    program.terminate();
    for guest in [&mut ada, &mut bob, &mut silent] {
        guest.expect(b"bye\n");
        guest.expect_end();
    }
    bench.expect_closed_door(address);
    bench.tell("now the last one goes");
    deaf.close();
    program.expect_output(b"stopped; all had gone\n");
    program.expect_exit(0);

    bench.tell("now without guests");
    let (program, _) = serve(NEVER);
    program.terminate();
    program.expect_output(b"stopped; all had gone\n");
    program.expect_exit(0);

    bench.tell("now the one who takes nothing does not go");
    let drain = bench.slowed(SHORT);
    let (program, address) = serve(&drain.as_millis().to_string());
    let mut ada = guest(&bench, address, "ada");
    let mut bob = guest(&bench, address, "bob");
    let _deaf = is_owed(&bench, address, &mut ada);
    hears(&bench, &mut bob, "joined deaf");
    let asked = Instant::now();
    program.terminate();
    for guest in [&mut ada, &mut bob] {
        guest.expect(b"bye\n");
        guest.expect_end();
    }
    program.expect_output(b"stopped; some were cut off\n");
    if asked.elapsed() < drain * 9 / 10 {
        let got = format!("the end after {} ms", asked.elapsed().as_millis());
        let expected = format!("{} ms for those who are in", drain.as_millis());
        bench.fail(CauseId::ClosedEarly, &expected, &got, None);
    }
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn keyboard_and_network_at_once() {
    let bench = Bench::new("chat");
    let door = bench.door("server");
    let join = |name: &str| -> (Program, Connection) {
        let program = bench
            .program(&["join", &door.address(), name])
            .with_input()
            .start();
        (program, door.accept())
    };
    let (program, mut server) = join("ada");
    server.expect(b"ada\n");
    bench.tell("nothing is typed, and something comes");
    server.send(b"welcome ada hall\n");
    program.expect_lines("welcome ada hall");
    server.send_piece_by_piece(&[b"said bob gr\xc3", b"\xb6\xc3\x9fer", b"\n"]);
    program.expect_lines("said bob größer");
    bench.tell("nothing comes, and something is typed");
    let words = [bench.random_word(3..=20), bench.random_word(3..=20)];
    for word in &words {
        program.feed(format!("{word} größer\n").as_bytes());
        server.expect(format!("{word} größer\n").as_bytes());
    }
    bench.tell("now what is typed is neither words nor short, and so is what comes");
    program.feed(b"  two  \n\n\t\n");
    server.expect(b"  two  \n\n\t\n");
    let names = format!("here {}", "bob ".repeat(15_000).trim_end());
    server.send(format!("{names}\n").as_bytes());
    program.expect_lines(&names);
    server.send(b"said eve \x1b[2J\x1b[Hada: I quit\n");
    program.expect_lines("said eve ?[2J?[Hada: I quit");
    bench.tell("now the keyboard ends: the server hears it, and still has something to say");
    program.end_input();
    server.expect_end();
    server.send(b"said bob wait\nbye\n");
    program.expect_lines("said bob wait\nbye");
    server.close();
    program.expect_output(b"");
    program.expect_exit(0);

    bench.tell("now the server ends, and no key is pressed");
    let (program, mut server) = join("bob");
    server.expect(b"bob\n");
    server.send(b"welcome bob hall\nbye\n");
    server.close();
    program.expect_last_lines("welcome bob hall\nbye");
    program.expect_exit(0);

    bench.tell("now a server that takes nothing for some time, while 8 MB are typed");
    let (program, mut server) = join("eve");
    server.expect(b"eve\n");
    server.stop_reading();
    let typed: Vec<_> = (0..8_000)
        .map(|n| format!("{n} {}\n", "x".repeat(MAX_LINE - 10)))
        .collect();
    let typed = typed.concat();
    let before = program.memory();
    program.feed(typed.as_bytes());
    bench.pass(MOMENT * 3);
    for n in 0..3 {
        server.send(format!("said bob {n}?\n").as_bytes());
        program.expect_lines(&format!("said bob {n}?"));
    }
    server.read_again();
    server.expect(typed.as_bytes());
    program.expect_steady_memory(before, typed.len());
    program.end_input();
    server.expect_end();
    server.close();
    program.expect_output(b"");
    program.expect_exit(0);

    for (what, bytes) in [
        (
            "100,000 bytes without the end of a line",
            vec![b'x'; 100_000],
        ),
        (
            "a line that is not UTF-8",
            b"said bob gr\xf6\xdfer\n".to_vec(),
        ),
    ] {
        bench.tell(&format!("now {what}"));
        let (program, mut server) = join("ada");
        server.expect(b"ada\n");
        server.send(b"welcome ada hall\n");
        program.expect_lines("welcome ada hall");
        server.send_what_fits(&bytes);
        program.expect_output(b"");
        program.expect_failure();
    }
    bench.finish();
}

fn welcome(guest: u64, name: &str) -> String {
    format!("{guest} hears: welcome {name} hall")
}
