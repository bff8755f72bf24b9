//! 01 echo: a server, a client that talks and listens at once, a relay.

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB};
use rustix::io::Errno;

/// How long the bench listens for what should not come.
const SILENCE: Duration = Duration::from_millis(100);
/// The time-out that idle clients are given here.
const IDLE: Duration = Duration::from_millis(500);
/// A guest who was turned away comes again after a moment, and does not fill the record.
const BETWEEN_KNOCKS: Duration = Duration::from_millis(20);
/// Signs of life, a fifth of the time-out apart: more than three time-outs in all.
const TURNS: usize = 16;

#[test]
fn opens_and_says_where() {
    let bench = Bench::new("echo");
    let mut addresses = vec!["127.0.0.1:0"];
    if bench.has_ipv6() {
        addresses.push("[::1]:0");
    }
    for address in addresses {
        let program = bench
            .program(&["open", "--listen", address])
            .with_input()
            .start();
        let door = program.listens();
        if !address.contains(&door.ip().to_string()) {
            let expected = format!("listening on {address}, with a port of its own");
            bench.fail(
                CauseId::OutputDiffers,
                &expected,
                &format!("listening on {door}"),
                None,
            );
        }
        bench.connect("near", door).close();
        program.end_input();
        program.expect_output(b"");
        program.expect_exit(0);
    }

    bench.tell("now at an address where somebody else listens");
    let taken = bench.door("other");
    let program = bench.start(&["open", "--listen", &taken.address()]);
    program.expect_output(b"");
    program.expect_failure();
    let port = taken.address().rsplit(':').next().unwrap_or("").to_string();
    program.expect_on_stderr(&port);
    bench.finish();
}

#[test]
fn echoes_one_client() {
    let bench = Bench::new("echo");
    let program = bench
        .program(&["echo", "--listen", "127.0.0.1:0"])
        .with_input()
        .start();
    let mut near = bench.connect("near", program.listens());
    near.send(b"Dear");
    near.expect(b"Dear");
    near.send_piece_by_piece(&[b"\0", b"\xff\xfe", b"\r", b"\n"]);
    near.expect(b"\0\xff\xfe\r\n");
    let letter = bench.random_bytes(2 * MIB);
    let before = program.memory();
    near.send_in_pieces(&letter, 1..=64 * KIB, &mut bench.random());
    near.expect(&letter);
    program.expect_steady_memory(before, letter.len());
    near.finish_sending();
    near.expect_end();
    program.end_input();
    program.expect_output(format!("echoed: {} bytes\n", 2 * MIB + 9).as_bytes());
    program.expect_exit(0);

    bench.tell("now a client that breaks its connection: that is an error, not an end");
    let program = bench.start(&["echo", "--listen", "127.0.0.1:0"]);
    let mut near = bench.connect("near", program.listens());
    near.send(b"so far");
    near.expect(b"so far");
    near.reset();
    program.expect_failure();
    bench.finish();
}

#[test]
fn serves_many_at_once() {
    let bench = Bench::new("echo");
    let program = bench.start(&["serve", "--listen", "127.0.0.1:0"]);
    let address = program.listens();
    let mut clients: Vec<_> = (1..=32)
        .map(|n| bench.connect(&format!("n{n}"), address))
        .collect();
    // The last to come speaks first, so that whoever is served in turn is waited for.
    for client in clients.iter_mut().rev() {
        say(&bench, client);
    }
    bench.tell("now every second client breaks its connection, with bytes of its own on the way");
    let mut stay = Vec::new();
    for (n, mut client) in clients.into_iter().enumerate() {
        if n % 2 == 0 {
            client.send(b"never read");
            client.reset();
        } else {
            stay.push(client);
        }
    }
    for client in &mut stay {
        say(&bench, client);
    }
    program.expect_a_line_on_stderr("about a visit that failed");
    let mut late = bench.connect("late", address);
    say(&bench, &mut late);
    late.finish_sending();
    late.expect_end();
    bench.finish();
}

#[test]
fn survives_a_reset_client() {
    let bench = Bench::new("echo");
    for (name, error) in [("ECONNABORTED", Errno::CONNABORTED), ("EINTR", Errno::INTR)] {
        bench.tell(&format!("{name}: one client's trouble"));
        let program = bench.start(&["pause-after", &error.raw_os_error().to_string()]);
        program.expect_output(b"pause: 0 ms\n");
        program.expect_exit(0);
    }
    let whole_system = [
        ("EMFILE", Errno::MFILE),
        ("ENFILE", Errno::NFILE),
        ("ENOBUFS", Errno::NOBUFS),
        ("ENOMEM", Errno::NOMEM),
    ];
    for (name, error) in whole_system {
        bench.tell(&format!("{name}: everybody's trouble"));
        let code = error.raw_os_error().to_string();
        let pause = bench
            .start(&["pause-after", &code])
            .says_number("pause: ", " ms");
        if !(10..=1000).contains(&pause) {
            let got = format!("pause: {pause} ms");
            bench.fail(
                CauseId::OutputDiffers,
                "a pause of 10 to 1,000 ms",
                &got,
                None,
            );
        }
    }

    bench.tell("now clients that break off before anybody has accepted them");
    let program = bench.start(&["serve", "--listen", "127.0.0.1:0"]);
    let address = program.listens();
    for n in 1..=40 {
        bench.connect(&format!("n{n}"), address).reset();
    }
    say(&bench, &mut bench.connect("after", address));

    bench.tell("now more clients than the server can have descriptors (16)");
    let program = bench
        .program(&["serve", "--listen", "127.0.0.1:0"])
        .with_open_files(16)
        .start();
    let address = program.listens();
    let mut clients: Vec<_> = (1..=24)
        .map(|n| bench.connect(&format!("c{n}"), address))
        .collect();
    for client in &mut clients {
        client.send(b"?");
    }
    bench.pass(SILENCE);
    let before = program.cpu();
    bench.pass(IDLE);
    let spent = program
        .cpu()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));
    if spent.is_some_and(|spent| spent > bench.slowed(IDLE) / 2) {
        let got = format!("{} ms of CPU", spent.unwrap_or_default().as_millis());
        bench.fail(
            CauseId::Spinning,
            "a server that waits while no descriptor is free",
            &got,
            Some("Your program spins: `accept` fails at once while the client stays in the queue, and is called again at once."),
        );
    }
    // Those who were served leave; everybody else's turn comes.
    for mut client in clients {
        client.expect(b"?");
        client.close();
    }
    bench.finish();
}

#[test]
fn lets_go_of_idle_clients() {
    let bench = Bench::new("echo");
    let mut idle = IDLE;
    while !only_the_idle_are_let_go(&bench, idle) {
        bench.tell("this machine was too busy for signs of life in time; once more, with twice as much of it");
        idle *= 2;
    }
    bench.finish();
}

/// False if the test itself was too late with a sign of life: then nothing is proven.
fn only_the_idle_are_let_go(bench: &Bench, idle: Duration) -> bool {
    let real = bench.slowed(idle);
    let idle_ms = real.as_millis().to_string();
    let connect = |name: &str| {
        let program = bench
            .program(&["echo", "--listen", "127.0.0.1:0", "--idle-ms", &idle_ms])
            .with_input()
            .start();
        bench.connect(name, program.listens())
    };
    let mut silent = connect("silent");
    let silent_since = Instant::now();
    let mut deaf = connect("deaf");
    deaf.stop_reading();
    let mut dribble = connect("drip");
    let mut slow = connect("slow");
    slow.stop_reading();

    bench.tell(
        "one client is silent, one never reads; one sends a byte now and then, one reads slowly",
    );
    let block = bench.random_bytes(MIB);
    let mut alive = Instant::now();
    for turn in 0..TURNS {
        if alive.elapsed() > real / 2 {
            return false;
        }
        alive = Instant::now();
        deaf.send_what_fits(&block);
        dribble.send(&block[turn..turn + 1]);
        dribble.expect(&block[turn..turn + 1]);
        // Two MiB a turn are ten in each idle time.
        for _ in 0..8 {
            slow.send_what_fits(&block[..256 * KIB]);
            slow.take_at_most(256 * KIB);
        }
        if alive.elapsed() > real / 2 {
            return false;
        }
        slow.expect_still_open("a slow reader is not idle");
        if silent_since.elapsed() < real * 9 / 10 {
            silent.expect_still_open("its time is not over");
        }
        bench.pass(idle / 5);
    }
    silent.expect_end_or_reset();
    deaf.push_until_let_go(&block);
    true
}

#[test]
fn talks_and_listens_at_once() {
    let bench = Bench::new("echo");
    let door = bench.door("far");
    let address = door.address();

    let program = bench.program(&["send", &address]).with_input().start();
    let mut far = door.accept();
    program.feed(b"Dear");
    far.expect(b"Dear");
    far.send(b"go on");
    program.expect_printed(b"go on");
    program.feed(b" Ada");
    far.expect(b" Ada");
    program.end_input();
    far.expect_end();
    far.send(b"Yours, \0\xff");
    program.expect_printed(b"Yours, \0\xff");
    far.finish_sending();
    program.expect_output(b"");
    program.expect_exit(0);

    bench.tell("now 64 MiB to a server that stops listening when its answer is not taken");
    let program = bench
        .program(&["send", &address])
        .with_input()
        .printing_up_to(65 * MIB)
        .start();
    let mut far = door.accept();
    let before = program.memory();
    let letter = bench.random_bytes(MIB).repeat(64);
    program.feed(&letter);
    program.end_input();
    far.echo_back(letter.len());
    program.expect_steady_memory(before, letter.len());
    far.expect_end();
    far.finish_sending();
    program.expect_output(&letter);
    program.expect_exit(0);

    bench.tell("now a server that says its end first");
    let program = bench.program(&["send", &address]).with_input().start();
    let mut far = door.accept();
    far.send(b"that is all");
    far.finish_sending();
    program.expect_printed(b"that is all");
    // The end counts as unread until the program has seen it, so the silence begins after that.
    far.wait_until_all_is_read();
    far.expect_silence(SILENCE);
    program.feed(b"but I was not done");
    program.end_input();
    far.expect(b"but I was not done");
    far.expect_end();
    program.expect_output(b"");
    program.expect_exit(0);

    bench.tell("now a server that breaks off, while stdin stays open");
    let program = bench.program(&["send", &address]).with_input().start();
    let mut far = door.accept();
    program.feed(b"Dear");
    far.expect(b"Dear");
    far.reset();
    program.expect_failure();
    bench.finish();
}

#[test]
fn relay_passes_one_direction() {
    let bench = Bench::new("echo");
    let door = bench.door("far");
    let program = bench.start(&["pass", "--listen", "127.0.0.1:0", "--to", &door.address()]);
    let mut near = bench.connect("near", program.listens());
    let mut far = door.accept();
    near.send(b"\xff");
    far.expect(b"\xff");
    let letter = bench.random_bytes(2 * MIB);
    let before = program.memory();
    near.send_in_pieces(&letter, 1..=64 * KIB, &mut bench.random());
    far.expect(&letter);
    program.expect_steady_memory(before, letter.len());
    near.finish_sending();
    far.expect_end();
    near.expect_silence(SILENCE);
    far.close();
    program.expect_output(format!("passed on: {} bytes\n", 2 * MIB + 1).as_bytes());
    program.expect_exit(0);
    bench.finish();
}

#[test]
fn relay_hangs_up_one_side() {
    let bench = Bench::new("echo");
    let door = bench.door("far");
    let relay = bench.start(&["relay", "--listen", "127.0.0.1:0", "--to", &door.address()]);
    let address = relay.listens();

    for near_ends_first in [true, false] {
        let near = bench.connect("near", address);
        let far = door.accept();
        let (mut first, mut second) = if near_ends_first {
            (near, far)
        } else {
            (far, near)
        };
        second.send(b"early");
        first.expect(b"early");
        let letter = bench.random_bytes(64 * KIB);
        first.send_in_pieces(&letter, 1..=4 * KIB, &mut bench.random());
        first.finish_sending();
        second.expect(&letter);
        second.expect_end();
        let answer = bench.random_bytes(64 * KIB);
        second.send(&answer);
        first.expect(&answer);
        second.finish_sending();
        first.expect_end();
    }

    bench.tell("now one side breaks its connection, and the other says nothing");
    for near_breaks in [true, false] {
        let near = bench.connect("near", address);
        let far = door.accept();
        let (mut breaks, mut waits) = if near_breaks {
            (near, far)
        } else {
            (far, near)
        };
        breaks.send(b"so far");
        waits.expect(b"so far");
        breaks.reset();
        waits.expect_end_or_reset();
        waits.expect_released();
    }

    bench.tell("now to where nobody listens");
    let nowhere = bench.closed_address().to_string();
    let relay = bench.start(&["relay", "--listen", "127.0.0.1:0", "--to", &nowhere]);
    let address = relay.listens();
    for _ in 0..2 {
        bench.connect("near", address).expect_end_or_reset();
    }
    relay.expect_on_stderr(&nowhere);
    bench.finish();
}

#[test]
fn at_most_n_guests() {
    let bench = Bench::new("echo");
    let program = bench.start(&["serve", "--listen", "127.0.0.1:0", "--max", "3"]);
    let address = program.listens();
    let guest = |n: usize| bench.connect(&format!("n{n}"), address);

    let mut guests: Vec<_> = (1..=3).map(guest).collect();
    for guest in &mut guests {
        say(&bench, guest);
    }
    turned_away(&bench, (4..=12).map(guest).collect());
    for guest in &mut guests {
        say(&bench, guest);
    }

    bench.tell("now one guest says goodbye and one breaks its connection: two places");
    guests.remove(0).close();
    guests.remove(0).reset();
    for n in 13..=14 {
        guests.push(let_in(&bench, || guest(n)));
    }
    turned_away(&bench, (15..=20).map(guest).collect());
    for guest in &mut guests {
        say(&bench, guest);
    }
    bench.finish();
}

/// Something random goes there and comes back.
fn say(bench: &Bench, client: &mut Connection) {
    let word = bench.random_word(3..=40);
    client.send(word.as_bytes());
    client.expect(word.as_bytes());
}

fn turned_away(bench: &Bench, clients: Vec<Connection>) {
    bench.tell("all places are taken: further guests are closed at once, without a byte");
    for mut client in clients {
        client.expect_turned_away();
    }
}

/// Knocks until there is a place: that it is free is told to nobody.
fn let_in(bench: &Bench, knock: impl Fn() -> Connection) -> Connection {
    let word = bench.random_word(8..=8);
    let began = Instant::now();
    while began.elapsed() < bench.slowed(Duration::from_secs(2)) {
        let mut client = knock();
        client.send_what_fits(word.as_bytes());
        if client.comes_or_ends(word.as_bytes()) {
            return client;
        }
        bench.pass(BETWEEN_KNOCKS);
    }
    bench.fail(
        CauseId::ClosedEarly,
        "a place for a new guest, since one has left",
        "every new guest was closed for 2 s",
        Some("The place of a guest who has left is not free again: something still counts it."),
    )
}
