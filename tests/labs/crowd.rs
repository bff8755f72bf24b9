//! 03 crowd: a server that says the time to everyone and answers whoever asks.
//!
//! Periods are no parts of a tenth of a second: so often the bench looks whether a program sleeps, and one that wakes in
//! step with it would seem never to.

mod speech;

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB, Program};

use speech::{beat, exchange, frame, frames, hears, hears_quietly};

/// How long the bench listens for what should not come.
const SILENCE: Duration = Duration::from_millis(100);
/// The patience that clients meet here.
const IDLE: Duration = Duration::from_millis(1_000);
/// Signs of life, a fifth of the patience apart: more than one and a half times the patience in all.
const TURNS: usize = 8;
/// What is said before a patience that a busy machine has exhausted is doubled.
const TOO_BUSY: &str =
    "this machine was too busy for signs of life in time; once more, with twice as much of it";
/// More than any step may take.
const NEVER: &str = "60000";
/// The panics that this lab's clients ask for.
const ASKED: &str = "asked to";
/// What a server may have used by the time that 32 MB are owed to somebody who takes nothing.
const MODEST: usize = 16 * MIB;

#[test]
fn one_client_ends_nobody_else() {
    let bench = Bench::new("crowd");
    let program = bench
        .program(&["accept", "--listen", "127.0.0.1:0"])
        .that_may_panic(ASKED)
        .start();
    let address = program.listens();
    let connect = |n: usize| bench.connect(&format!("n{n}"), address);
    let mut clients: Vec<_> = (1..=24).map(connect).collect();
    // The last to come speaks first, so that whoever is served in turn is waited for.
    for client in clients.iter_mut().rev() {
        exchange(&bench, client);
    }
    bench.tell("now some make their task panic, some break a rule, some break the connection");
    for (n, mut client) in clients.split_off(8).into_iter().enumerate() {
        match n % 3 {
            0 => {
                client.send(&frame("panic"));
                client.expect_end_or_reset();
            }
            1 => {
                client.send(&[0xff; 4]);
                client.expect_end_or_reset();
            }
            _ => {
                client.send(&frame("half a question")[..9]);
                client.reset();
            }
        }
    }
    clients.push(connect(25));
    for client in &mut clients {
        exchange(&bench, client);
    }

    bench.tell("now a client breaks a rule, and whoever runs the server is told");
    let program = bench.start(&["accept", "--listen", "127.0.0.1:0"]);
    let mut client = bench.connect("n26", program.listens());
    client.send(&[0xff; 4]);
    client.expect_end_or_reset();
    program.expect_a_line_on_stderr("about a client that broke a rule");

    bench.tell("now more clients than the server can have descriptors (40)");
    let program = bench
        .program(&["accept", "--listen", "127.0.0.1:0"])
        .with_open_files(40)
        .start();
    let address = program.listens();
    let mut clients: Vec<_> = (1..=60)
        .map(|n| bench.connect(&format!("c{n}"), address))
        .collect();
    for client in &mut clients {
        client.send(&frame("echo ?"));
    }
    // Nobody leaves before the server has come near its limit, and had the time to reach it.
    for client in &mut clients[..20] {
        hears(&bench, client, "answer ?");
    }
    program.expect_rest(
        4 * SILENCE,
        "Your program tries to accept again and again, and there is no descriptor left: it spins.",
    );
    // Now those who were served leave, and everybody else's turn comes.
    for (n, mut client) in clients.into_iter().enumerate() {
        if n >= 20 {
            hears(&bench, &mut client, "answer ?");
        }
        client.close();
    }
    bench.finish();
}

#[test]
fn at_most_n_guests() {
    let bench = Bench::new("crowd");
    let program = bench
        .program(&["accept", "--listen", "127.0.0.1:0", "--max", "3"])
        .that_may_panic(ASKED)
        .start();
    let address = program.listens();
    let mut names = (1..).map(|n| format!("n{n}"));
    let mut connect = || bench.connect(&names.next().unwrap_or_default(), address);
    let mut guests: Vec<_> = (0..3).map(|_| connect()).collect();
    for guest in &mut guests {
        exchange(&bench, guest);
    }
    for how in [
        "says goodbye",
        "breaks its connection",
        "makes its task panic",
    ] {
        let mut waits = connect();
        waits.send(&frame("echo let me in"));
        waits.expect_silence(SILENCE);
        for guest in &mut guests {
            exchange(&bench, guest);
        }
        waits.expect_silence(SILENCE);
        waits.expect_in_queue();
        bench.tell(&format!("now a guest {how}: a place"));
        let mut leaves = guests.remove(0);
        match how {
            "says goodbye" => leaves.close(),
            "breaks its connection" => leaves.reset(),
            _ => {
                leaves.send(&frame("panic"));
                leaves.expect_end_or_reset();
            }
        }
        hears(&bench, &mut waits, "answer let me in");
        guests.push(waits);
    }

    bench.tell("now somebody waits and gives up, and then a guest leaves");
    let gives_up = connect();
    let mut patient = connect();
    patient.send(&frame("echo my turn"));
    patient.expect_silence(SILENCE);
    gives_up.close();
    guests.remove(0).close();
    hears(&bench, &mut patient, "answer my turn");
    guests.push(patient);
    for guest in &mut guests {
        exchange(&bench, guest);
    }
    bench.finish();
}

#[test]
fn nothing_is_lost_when_cancelled() {
    let bench = Bench::new("crowd");
    let hear = |more: &[&str]| -> (Program, Connection) {
        let program = bench.start(&[&["hear", "--listen", "127.0.0.1:0"], more].concat());
        let address = program.listens();
        (program, bench.connect("near", address))
    };
    let (program, mut near) = hear(&[]);
    near.send(&frames(["one", "", "drei, größer"]));
    program.expect_printed("question: one\nquestion: \nquestion: drei, größer\n".as_bytes());
    let longest = "x".repeat(KIB);
    let bytes = frame(&longest);
    near.send_piece_by_piece(&[&bytes[..1], &bytes[1..4], &bytes[4..9], &bytes[9..]]);
    program.expect_printed(format!("question: {longest}\n").as_bytes());
    near.finish_sending();
    program.expect_output(b"the end\n");
    program.expect_exit(0);

    bench.tell("now with a caller who loses patience every 23 ms");
    let (program, mut near) = hear(&["--cancel-ms", "23"]);
    let word = bench.random_word(4..=8);
    for byte in frame(&word) {
        near.send_piece_by_piece(&[&[byte]]);
        bench.pass(Duration::from_millis(50));
    }
    program.expect_printed(format!("question: {word}\n").as_bytes());
    near.send(&frames(["two", "at once"]));
    program.expect_printed(b"question: two\nquestion: at once\n");
    near.close();
    program.expect_output(b"the end\n");
    program.expect_exit(0);

    for (what, bytes) in [
        (
            "a length of 1,025 bytes, and nothing behind it",
            &b"\0\0\x04\x01"[..],
        ),
        (
            "a length of 4 GiB, and nothing behind it",
            b"\xff\xff\xff\xff",
        ),
        ("a text that is not UTF-8", b"\0\0\0\x02\xc3\x28"),
    ] {
        bench.tell(&format!("now {what}"));
        let (program, mut near) = hear(&[]);
        near.send(&frame("before"));
        program.expect_printed(b"question: before\n");
        near.send(bytes);
        program.expect_output(b"");
        program.expect_failure();
    }
    for cut in [2, 7] {
        bench.tell("now an end in the middle of a frame");
        let (program, mut near) = hear(&[]);
        near.send(&frame("too early")[..cut]);
        near.finish_sending();
        program.expect_output(b"");
        program.expect_failure();
    }
    bench.finish();
}

#[test]
fn lets_go_of_the_silent() {
    let bench = Bench::new("crowd");
    let mut idle = IDLE;
    while !only_the_silent_are_let_go(&bench, idle) {
        bench.tell(TOO_BUSY);
        idle *= 2;
    }
    bench.finish();
}

/// False if the test itself was too late with a sign of life: then nothing is proven.
fn only_the_silent_are_let_go(bench: &Bench, idle: Duration) -> bool {
    let real = bench.slowed(idle);
    let idle_ms = real.as_millis().to_string();
    let began = Instant::now();
    let hear = |name: &str| {
        let options = ["--idle-ms", &idle_ms, "--cancel-ms", "130"];
        let program = bench.start(&[&["hear", "--listen", "127.0.0.1:0"], &options[..]].concat());
        let address = program.listens();
        (program, bench.connect(name, address))
    };
    let (silent_program, mut silent) = hear("silent");
    let (drip_program, mut drip) = hear("drip");
    let mut alive = Instant::now();
    let (program, mut talks) = hear("talks");
    bench.tell("one says nothing, one sends a byte now and then, one asks now and then");
    for byte in &frame(&"x".repeat(KIB))[..TURNS] {
        drip.send_what_fits(&[*byte]);
        not_too_early(&mut silent, began, real);
        not_too_early(&mut drip, began, real);
        if talks.is_over() && alive.elapsed() > real / 2 {
            return false;
        }
        alive = Instant::now();
        let word = bench.random_word(3..=9);
        talks.send(&frame(&word));
        program.expect_printed(format!("question: {word}\n").as_bytes());
        bench.pass(idle / 5);
    }
    if talks.is_over() && alive.elapsed() > real / 2 {
        return false;
    }
    talks.send(&frame("still here"));
    program.expect_printed(b"question: still here\n");
    silent.expect_end_or_reset();
    silent_program.expect_failure();
    drip.expect_end_or_reset();
    drip_program.expect_failure();
    true
}

#[test]
fn whole_letters_in_order() {
    let bench = Bench::new("crowd");
    let (program, mut near) = tell(&bench, &[]);
    program.feed(b"Ada\n");
    near.expect(&frame("answer Ada"));
    program.feed(b"\nBob\n");
    near.expect(&frames(["answer ", "answer Bob"]));

    bench.tell("now 12 MiB, while the client takes nothing for some time");
    near.stop_reading();
    let letters: Vec<_> = (0..300)
        .map(|n| {
            let length = bench.random().usize(1..60 * KIB);
            let letter = char::from(bench.random().u8(b'a'..=b'z'));
            format!("{n} {}", letter.to_string().repeat(length))
        })
        .chain((0..32).map(|n| format!("{n} {}", "-".repeat(60 * KIB))))
        .collect();
    program.feed((letters.join("\n") + "\n").as_bytes());
    bench.pass(SILENCE * 3);
    near.read_again();
    near.expect(&frames(letters.iter().map(|text| format!("answer {text}"))));
    program.end_input();
    near.expect_end();
    program.expect_output(b"delivered\n");
    near.close();
    program.expect_exit(0);

    let mut patience = IDLE;
    while !each_letter_has_its_patience(&bench, patience) {
        bench.tell(TOO_BUSY);
        patience *= 2;
    }

    bench.tell("now a client that never takes anything");
    let idle_ms = (bench.slowed(IDLE) / 2).as_millis().to_string();
    let (program, mut deaf) = tell(&bench, &["--idle-ms", &idle_ms]);
    deaf.stop_reading();
    let line = "x".repeat(60 * KIB) + "\n";
    program.feed(line.repeat(400).as_bytes());
    program.expect_output(b"");
    program.expect_failure();
    bench.finish();
}

/// Patience is for a letter that waits, and begins with it. False: this machine was too busy to tell.
fn each_letter_has_its_patience(bench: &Bench, patience: Duration) -> bool {
    bench.tell(
        "now letters that come seldom, and then many, while the client takes nothing for a moment",
    );
    let ms = bench.slowed(patience).as_millis().to_string();
    let (program, mut near) = tell(bench, &["--idle-ms", &ms]);
    program.feed(b"Ada\n");
    near.expect(&frame("answer Ada"));
    bench.pass(patience + SILENCE);
    let stopped = Instant::now();
    near.stop_reading();
    let letters: Vec<_> = (0..100)
        .map(|n| format!("{n} {}", "-".repeat(60 * KIB)))
        .collect();
    program.feed((letters.join("\n") + "\n").as_bytes());
    // Until the next letter has to wait, however busy the machine is.
    program.settle(bench.slowed(patience) / 2);
    near.read_again();
    let all = frames(letters.iter().map(|text| format!("answer {text}")));
    if !near.comes_or_ends(&all) {
        if stopped.elapsed() > bench.slowed(patience) / 2 {
            return false;
        }
        near.expect(&all);
    }
    program.end_input();
    near.expect_end();
    program.expect_output(b"delivered\n");
    true
}

/// A program that sends each line of its input to one client, and the client.
fn tell(bench: &Bench, more: &[&str]) -> (Program, Connection) {
    let args = [&["tell", "--listen", "127.0.0.1:0"], more].concat();
    let program = bench.program(&args).with_input().start();
    let address = program.listens();
    (program, bench.connect("near", address))
}

#[test]
fn a_full_queue_has_a_policy() {
    let bench = Bench::new("crowd");
    let places = bench.random().usize(2..=5);
    let program = bench
        .program(&["queue", "--places", &places.to_string()])
        .with_input()
        .start();
    let says = |line: &str, answers: &[&str]| {
        program.feed(format!("{line}\n").as_bytes());
        program.expect_printed((answers.join("\n") + "\n").as_bytes());
    };
    bench.tell(&format!("a queue with {places} places"));
    let words: Vec<_> = (1..places).map(|_| bench.random_word(3..=9)).collect();
    says("time 100", &["kept"]);
    for word in &words {
        says(&format!("answer {word}"), &["kept"]);
    }
    bench.tell("now it is full");
    says("time 200", &["skipped"]);
    says("answer first", &["waits"]);
    says("time 300", &["skipped"]);
    says("sorry second", &["waits"]);
    says("take", &["took: time 100", "kept"]);
    says("time 400", &["skipped"]);
    let mut gets_in = vec!["kept"];
    for word in &words {
        says(
            "take",
            &[&[&format!("took: answer {word}")[..]], &gets_in[..]].concat(),
        );
        gets_in.clear();
    }
    says("take", &["took: answer first"]);
    says("take", &["took: sorry second"]);
    says("take", &["nothing to take"]);
    says("time 500", &["kept"]);
    says("take", &["took: time 500"]);

    bench.tell("now nobody takes any more");
    for word in &words {
        says(&format!("answer {word}"), &["kept"]);
    }
    says("answer last place", &["kept"]);
    says("answer no place", &["waits"]);
    says("close", &["gone"]);
    says("answer nobody", &["gone"]);
    says("time 600", &["gone"]);
    program.end_input();
    program.expect_output(b"");
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn slow_work_holds_nobody_up() {
    let bench = Bench::new("crowd");
    let program = bench
        .program(&["accept", "--listen", "127.0.0.1:0"])
        .that_may_panic(ASKED)
        .start();
    let address = program.listens();
    let mut alone = bench.connect("alone", address);
    alone.send(&frame("work 50"));
    hears(&bench, &mut alone, "answer worked 50 ms");

    bench.tell("now four questions that take a minute; the server has two threads for its tasks");
    let mut slow: Vec<_> = (1..=4)
        .map(|n| bench.connect(&format!("slow{n}"), address))
        .collect();
    for client in &mut slow {
        client.send_piece_by_piece(&[&frame("work 60000")]);
    }
    exchange(&bench, &mut alone);
    exchange(&bench, &mut bench.connect("late", address));
    bench.tell("now a short one beside them, and one that panics");
    alone.send(&frame("work 20"));
    hears(&bench, &mut alone, "answer worked 20 ms");
    alone.send(&frame("fail 20"));
    let said = speech::letter(&bench, &mut alone, "a letter \"sorry ...\"");
    if !said.starts_with("sorry ") {
        bench.fail(
            CauseId::BytesDiffer,
            "a letter \"sorry ...\", since the work panicked",
            &format!("{said:?}"),
            None,
        );
    }
    exchange(&bench, &mut alone);
    for client in &mut slow {
        client.expect_still_open("its work is not done");
    }
    bench.finish();
}

#[test]
fn beats_while_a_question_dribbles() {
    let bench = Bench::new("crowd");
    let converse = |more: &[&str]| -> (Program, Connection) {
        let program = bench.start(&[&["converse", "--listen", "127.0.0.1:0"], more].concat());
        let address = program.listens();
        (program, bench.connect("near", address))
    };
    let (program, mut near) = converse(&["--heartbeat-ms", "37"]);
    let mut last = 0;
    let word = bench.random_word(3..=6);
    for byte in frame(&format!("echo {word}")) {
        // At least one of two beats comes after the byte before this one.
        for _ in 0..2 {
            let now = program.says_number("time ", "");
            if now <= last {
                let got = format!("{now} after {last}");
                bench.fail(CauseId::OutputDiffers, "a later time", &got, None);
            }
            last = now;
        }
        near.send(&[byte]);
    }
    prints(&bench, &program, &format!("answer {word}"));
    near.send(&frames(["echo 1", "hm", "wait 100", "echo 2"]));
    for wanted in ["answer 1", "sorry ", "answer waited 100 ms", "answer 2"] {
        prints(&bench, &program, wanted);
    }
    near.send(&frames(["wait 100", "echo 3"]));
    near.finish_sending();
    for wanted in ["answer waited 100 ms", "answer 3", "the end"] {
        prints(&bench, &program, wanted);
    }
    program.expect_exit(0);

    bench.tell("now patience: one sends a byte now and then, one asks now and then");
    let mut idle = IDLE;
    while !beats_are_no_signs_of_life(&bench, idle) {
        bench.tell(TOO_BUSY);
        idle *= 2;
    }

    bench.tell("now the server is asked to stop: one is being answered, one is silent");
    let (program, mut busy) = converse(&["--heartbeat-ms", NEVER]);
    let (silent_program, _silent) = converse(&["--heartbeat-ms", NEVER]);
    busy.send(&frames(["echo now", "wait 500"]));
    prints(&bench, &program, "answer now");
    is_heard(&bench, &mut busy);
    program.terminate();
    prints(&bench, &program, "answer waited 500 ms");
    prints(&bench, &program, "the end");
    program.expect_exit(0);
    silent_program.terminate();
    silent_program.expect_output(b"the end\n");
    silent_program.expect_exit(0);
    bench.finish();
}

/// False if the test itself was too late with a sign of life: then nothing is proven.
fn beats_are_no_signs_of_life(bench: &Bench, idle: Duration) -> bool {
    let real = bench.slowed(idle);
    let idle_ms = real.as_millis().to_string();
    let converse = |name: &str| {
        let options = ["--heartbeat-ms", "230", "--idle-ms", &idle_ms];
        let args = [&["converse", "--listen", "127.0.0.1:0"], &options[..]].concat();
        let program = bench.start(&args);
        let address = program.listens();
        (program, bench.connect(name, address))
    };
    let began = Instant::now();
    let (drip_program, mut drip) = converse("drip");
    let mut alive = Instant::now();
    let (program, mut talks) = converse("talks");
    for byte in &frame(&"x".repeat(KIB))[..TURNS] {
        drip.send_what_fits(&[*byte]);
        not_too_early(&mut drip, began, real);
        if talks.is_over() && alive.elapsed() > real / 2 {
            return false;
        }
        alive = Instant::now();
        talks.send(&frame("echo here"));
        prints(bench, &program, "answer here");
        bench.pass(idle / 5);
    }
    if talks.is_over() && alive.elapsed() > real / 2 {
        return false;
    }
    bench.tell("and one waits for an answer longer than its patience is");
    let long = (real + real / 5).as_millis();
    talks.send(&frame(&format!("wait {long}")));
    prints(bench, &program, &format!("answer waited {long} ms"));
    alive = Instant::now();
    bench.pass(idle / 5);
    if talks.is_over() {
        if alive.elapsed() > real / 2 {
            return false;
        }
        bench.fail(
            CauseId::ClosedEarly,
            "an open connection: its time has begun anew with the answer",
            "the end",
            None,
        );
    }
    talks.send(&frame("echo still here"));
    prints(bench, &program, "answer still here");
    talks.close();
    prints(bench, &program, "the end");
    program.expect_exit(0);
    drip.expect_end_or_reset();
    drip_program.expect_failure();
    true
}

#[test]
fn survives_200_silent_clients() {
    let bench = Bench::new("crowd");
    let serve =
        |more: &[&str]| bench.start(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
    let program = serve(&["--heartbeat-ms", "130", "--idle-ms", NEVER, "--queue", "4"]);
    let address = program.listens();
    let mut crowd = silent(&bench, address, 200);
    bench.tell("half of them take nothing, some have sent half a question");
    for (n, client) in crowd.iter_mut().enumerate() {
        match n % 4 {
            0 => client.stop_reading(),
            1 => drop(client.send_what_fits(&frame("echo")[..n % 8])),
            _ => {}
        }
    }
    let mut slow: Vec<_> = (1..=3)
        .map(|n| bench.connect(&format!("slow{n}"), address))
        .collect();
    for client in &mut slow {
        client.send(&frame("work 60000"));
    }
    let mut greedy = bench.connect("greedy", address);
    greedy.stop_reading();
    let sizes: Vec<_> = (0..500).map(|n| 64_000 + n).collect();
    greedy.send(&frames(sizes.iter().map(|n| format!("say {n}"))));

    bench.tell("now one who talks, and listens to the time");
    let mut talks = bench.connect("talks", address);
    let mut last = 0;
    for _ in 0..6 {
        exchange(&bench, &mut talks);
        last = beat(&bench, &mut talks).max(last);
    }
    if let Some(memory) = program.memory()
        && memory > MODEST
    {
        let got = format!("{} MiB", memory / MIB);
        bench.fail(
            CauseId::Overspent,
            "a server that has used at most 16 MiB",
            &got,
            Some("A client has asked for 32 MB and takes nothing. Your program keeps the answers for it: its queue has no end."),
        );
    }
    bench.tell("now the greedy one takes all it is owed");
    greedy.read_again();
    for n in &sizes {
        let answer = format!("answer {}", "x".repeat(*n));
        hears_quietly(&bench, &mut greedy, &answer);
    }
    exchange(&bench, &mut greedy);
    exchange(&bench, &mut talks);
    for client in crowd.into_iter().chain(slow).chain([greedy, talks]) {
        client.close();
    }

    let idle_ms = bench.slowed(IDLE).as_millis().to_string();
    let program = serve(&[
        "--max",
        "60",
        "--idle-ms",
        &idle_ms,
        "--heartbeat-ms",
        NEVER,
    ]);
    let address = program.listens();
    bench.tell("now questions and then an end, and a question before a broken rule");
    for last_words in [&b""[..], b"\xff\xff\xff\xff"] {
        let mut client = bench.connect("owed", address);
        let owed = frames(["wait 100", "say 60000", "echo owed"]);
        client.send(&[&owed, last_words].concat());
        if last_words.is_empty() {
            client.finish_sending();
        }
        hears(&bench, &mut client, "answer waited 100 ms");
        hears(
            &bench,
            &mut client,
            &format!("answer {}", "x".repeat(60_000)),
        );
        hears(&bench, &mut client, "answer owed");
        client.expect_end_or_reset();
    }

    bench.tell("now one has asked and said its end, and does not take its answers: it still has its place, the only one");
    let program = serve(&[
        "--max",
        "1",
        "--queue",
        "500",
        "--idle-ms",
        NEVER,
        "--heartbeat-ms",
        NEVER,
    ]);
    let only = program.listens();
    let mut owed = bench.connect("owed", only);
    owed.stop_reading();
    owed.send(&frames(sizes[..120].iter().map(|n| format!("say {n}"))));
    owed.finish_sending();
    owed.wait_until_all_is_read();
    let mut waits = bench.connect("waits", only);
    waits.send(&frame("echo my turn"));
    waits.expect_silence(3 * SILENCE);
    owed.read_again();
    for n in &sizes[..120] {
        let answer = format!("answer {}", "x".repeat(*n));
        hears_quietly(&bench, &mut owed, &answer);
    }
    owed.expect_end();
    hears(&bench, &mut waits, "answer my turn");

    bench.tell("now all places are taken, by silent clients and by one that takes nothing");
    let mut crowd = silent(&bench, address, 59);
    let mut deaf = bench.connect("deaf", address);
    deaf.stop_reading();
    deaf.send(&frames(sizes.iter().map(|n| format!("say {n}"))));
    let mut later = silent(&bench, address, 60);
    for client in &mut later {
        client.send(&frame("echo at last"));
    }
    for client in &mut crowd {
        client.expect_end_or_reset();
    }
    for client in &mut later {
        hears(&bench, client, "answer at last");
    }
    deaf.expect_released();
    bench.finish();
}

#[test]
fn stops_in_order() {
    let bench = Bench::new("crowd");
    let drain = bench.slowed(Duration::from_millis(1_500));
    let drain_ms = drain.as_millis().to_string();
    let accept =
        |drain: &str| bench.start(&["accept", "--listen", "127.0.0.1:0", "--drain-ms", drain]);

    bench.tell("one is being answered, and after that nobody is left");
    let program = accept(NEVER);
    let address = program.listens();
    let mut busy = bench.connect("busy", address);
    exchange(&bench, &mut busy);
    busy.send(&frame("wait 300"));
    is_heard(&bench, &mut busy);
    program.terminate();
    bench.expect_closed_door(address);
    hears(&bench, &mut busy, "answer waited 300 ms");
    busy.expect_end();
    program.expect_output(b"stopped; cut off: 0\n");
    program.expect_exit(0);

    bench.tell("now an answer that takes longer than there is time");
    let program = accept(&drain_ms);
    let address = program.listens();
    let mut long = bench.connect("long", address);
    let mut silent = bench.connect("silent", address);
    let mut busy = bench.connect("busy", address);
    for client in [&mut long, &mut silent, &mut busy] {
        exchange(&bench, client);
    }
    long.send(&frame("wait 60000"));
    busy.send(&frame("wait 300"));
    is_heard(&bench, &mut long);
    is_heard(&bench, &mut busy);
    let asked = Instant::now();
    program.terminate();
    hears(&bench, &mut busy, "answer waited 300 ms");
    busy.expect_end();
    silent.expect_end();
    not_too_early(&mut long, asked, drain);
    long.expect_end_or_reset();
    if asked.elapsed() < drain * 9 / 10 {
        let got = format!("cut off after {} ms", asked.elapsed().as_millis());
        let expected = format!("{drain_ms} ms for those who are in");
        bench.fail(CauseId::ClosedEarly, &expected, &got, None);
    }
    program.expect_output(b"stopped; cut off: 1\n");
    program.expect_exit(0);

    bench.tell("now the whole server: nobody is cut off, not even the silent");
    let program = bench.start(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--heartbeat-ms",
        NEVER,
        "--drain-ms",
        NEVER,
    ]);
    let address = program.listens();
    let mut busy = bench.connect("busy", address);
    let mut silent = silent_one(&bench, address);
    busy.send(&frames(["echo now", "wait 300"]));
    hears(&bench, &mut busy, "answer now");
    is_heard(&bench, &mut busy);
    program.terminate();
    silent.expect_end();
    hears(&bench, &mut busy, "answer waited 300 ms");
    busy.expect_end();
    bench.expect_closed_door(address);
    program.expect_output(b"stopped; cut off: 0\n");
    program.expect_exit(0);
    bench.finish();
}

/// Clients that only connect.
fn silent(bench: &Bench, address: std::net::SocketAddr, n: usize) -> Vec<Connection> {
    (1..=n)
        .map(|n| bench.connect(&format!("s{n}"), address))
        .collect()
}

/// The end of a client's patience may have come, but not before its time.
fn not_too_early(client: &mut Connection, began: Instant, idle: Duration) {
    // Looked at first, so that a test that is late sees nothing too early.
    if client.is_over() && began.elapsed() < idle * 9 / 10 {
        client.expect_still_open("its time is not over");
    }
}

/// Waits until this client's last question is being answered: it has been read, and a little time has passed.
fn is_heard(bench: &Bench, client: &mut Connection) {
    client.expect_read();
    bench.pass(SILENCE / 2);
}

/// A client that is in: it has been answered, and says no more.
fn silent_one(bench: &Bench, address: std::net::SocketAddr) -> Connection {
    let mut client = bench.connect("silent", address);
    exchange(bench, &mut client);
    client
}

/// Waits for a line of stdout that begins so; beats may come before it.
fn prints(bench: &Bench, program: &Program, wanted: &str) {
    let expected = format!("a line {wanted:?} on stdout");
    loop {
        let line = program.says_line(&expected);
        if line.starts_with(wanted) {
            return;
        }
        if !line.starts_with("time ") {
            bench.fail(
                CauseId::OutputDiffers,
                &expected,
                &format!("{line:?}"),
                None,
            );
        }
    }
}
