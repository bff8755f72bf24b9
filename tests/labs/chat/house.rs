//! The whole server, and many guests.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use hidden_tests::{Bench, CauseId, Connection, KIB, MIB, Program};

use super::people::{differs, guest, hears, hears_leave, hears_sorry, is_with, line};

/// The longest line of a guest, without its end.
const MAX_LINE: usize = KIB;
/// More than the system keeps for a connection whose other side takes nothing: here that was 2.7 MiB.
const MORE_THAN_FITS: usize = 16 * MIB;
/// What a server may have used that owes its guests nothing but what is in their queues.
const MODEST: usize = 48 * MIB;
/// How long the bench waits where nothing shows that a program has done what it had to.
const MOMENT: Duration = Duration::from_millis(100);

/// Ten of them say two lines each, all at once. Everybody hears the others, each line once, each speaker's in order.
pub fn all_hear_each_other(bench: &Bench, guests: &mut [Connection]) {
    const SPEAKERS: usize = 10;
    bench.tell("now ten speak at once, two lines each");
    let step = guests.len() / SPEAKERS;
    let words: Vec<_> = (0..SPEAKERS)
        .map(|_| [(); 2].map(|()| bench.random_word(3..=30)))
        .collect();
    for (n, [one, two]) in words.iter().enumerate() {
        guests[n * step].send(format!("{one}\n{two}\n").as_bytes());
    }
    for (i, guest) in guests.iter_mut().enumerate() {
        let mut heard = HashMap::new();
        let others = (0..SPEAKERS).filter(|n| n * step != i).count();
        for _ in 0..2 * others {
            let expected = format!("what {others} others say, two lines each");
            let line = loop {
                let line = line(guest, &expected);
                if !line.starts_with("joined ") {
                    break line;
                }
            };
            let said = line
                .strip_prefix("said g")
                .and_then(|said| said.split_once(' '));
            let speaker = said.and_then(|(by, _)| by.parse::<usize>().ok());
            let right = |speaker: usize, text: &str, before: usize| {
                speaker != i
                    && speaker.is_multiple_of(step)
                    && words[speaker / step]
                        .get(before)
                        .is_some_and(|word| word == text)
            };
            match (speaker, said) {
                (Some(speaker), Some((_, text)))
                    if right(speaker, text, *heard.entry(speaker).or_insert(0)) =>
                {
                    *heard.entry(speaker).or_insert(0) += 1;
                }
                _ => differs(bench, &expected, &line),
            }
        }
    }
    bench.tell("all of them have heard all others, each line once");
}

/// Those who take nothing are let go; those who sit with them miss nothing, and those in another room notice nothing.
pub fn slow_ones_are_let_go(bench: &Bench, program: &Program, mut guests: Vec<Connection>) {
    bench.tell("now 12 go into a room of their own, and 10 of those take nothing any more");
    let mut room = guests.split_off(128);
    for guest in &mut room {
        guest.send(b"/room attic\n");
    }
    let left: Vec<_> = (128..140).map(|n| format!("g{n}")).collect();
    hears_leave(bench, &mut guests[0], &left);
    let mut ada = room.remove(0);
    let mut bob = room.remove(0);
    let all: Vec<_> = (128..140).map(|n| format!("g{n}")).collect();
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    for (guest, name) in [(&mut ada, "g128"), (&mut bob, "g129")] {
        guest.send(b"/tell g0 here\n");
        hears(bench, &mut guests[0], &format!("told {name} here"));
        // Everybody has come in by now, in whatever order.
        guest.send(b"/who\n");
        let mut here = String::new();
        while !here.starts_with("here ") {
            here = line(guest, "the list of the room");
        }
        let mut here: Vec<_> = here.split(' ').skip(1).collect();
        here.sort_unstable();
        if here != all {
            differs(bench, &format!("here {}", all.join(" ")), &here.join(" "));
        }
    }
    for deaf in &mut room {
        deaf.stop_reading();
    }
    let mut missing: Vec<_> = (130..140).map(|n| format!("left g{n}")).collect();
    let padding = "x".repeat(MAX_LINE - 24);
    let mut said = 0;
    while !missing.is_empty() {
        if said * MAX_LINE > MORE_THAN_FITS {
            deaf_are_not_let_go(bench, program, &missing);
        }
        for n in said..said + 32 {
            ada.send_again(format!("{n} {padding}\n").as_bytes());
        }
        for n in said..said + 32 {
            let wanted = format!("said g128 {n} {padding}");
            loop {
                let line = line(&mut bob, &format!("the line {n} of ada"));
                if line == wanted {
                    break;
                }
                match missing.iter().position(|left| *left == line) {
                    Some(at) => drop(missing.remove(at)),
                    None => differs(bench, &format!("the line {n} of ada"), &line),
                }
            }
        }
        said += 32;
    }
    bob.note(&format!(
        "heard {said} lines of ada, each once and in order, and the ten leave"
    ));
    is_modest(
        bench,
        program,
        "megabytes were said to ten who take nothing",
    );
    bench.tell("now one of the ten takes what there is: a beginning without a gap");
    let mut deaf = room.remove(0);
    deaf.read_again();
    let mut n = 0;
    while let Some(line) = deaf.receive_line_or_end("a line of ada, or the end") {
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.starts_with("said ") {
            if line != format!("said g128 {n} {padding}") {
                differs(bench, &format!("the line {n} of ada"), &line);
            }
            n += 1;
        }
    }
    deaf.note(&format!(
        "heard the first {n} lines of ada, and then the end"
    ));

    bench.tell("those in the hall have heard nothing of it");
    let names: Vec<_> = (0..128).map(|n| format!("g{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    for n in [1, 64, 127] {
        hears_leave(bench, &mut guests[n], &left);
        is_with(bench, &mut guests[n], &names);
    }
    for guest in guests.into_iter().chain(room).chain([ada, bob, deaf]) {
        guest.close();
    }
}

fn deaf_are_not_let_go(bench: &Bench, program: &Program, missing: &[String]) -> ! {
    let expected = format!(
        "the line {:?}, and {} like it",
        missing[0],
        missing.len() - 1
    );
    let owed = MORE_THAN_FITS / MIB;
    let memory = program.memory().unwrap_or_default();
    let got = format!(
        "none, after {owed} MiB; the server has used {} MiB",
        memory / MIB
    );
    let (id, likely) = match memory > MORE_THAN_FITS {
        true => (
            CauseId::Overspent,
            "Your program keeps everything for those who take nothing: a queue has no end.",
        ),
        false => (
            CauseId::NotClosed,
            "Those who take nothing are in the room still, though what they were told cannot be in their queues: it was dropped.",
        ),
    };
    bench.fail(id, &expected, &got, Some(likely))
}

/// More guests than the server can have descriptors: those who leave make room.
pub fn more_than_descriptors(bench: &Bench) {
    bench.tell("now more guests than the server can have descriptors (60)");
    let program = bench
        .program(&["serve", "--listen", "127.0.0.1:0"])
        .with_open_files(60)
        .start();
    let address = program.listens();
    let mut guests: Vec<_> = (0..80)
        .map(|n| bench.connect(&format!("c{n}"), address))
        .collect();
    for (n, guest) in guests.iter_mut().enumerate() {
        guest.send(format!("c{n}\n").as_bytes());
    }
    // Nobody leaves before the server has had the time to reach its limit. A guest may cost it up to three descriptors.
    for (n, guest) in guests[..12].iter_mut().enumerate() {
        hears(bench, guest, &format!("welcome c{n} hall"));
    }
    program.expect_rest(
        4 * MOMENT,
        "Your program tries to accept again and again, and there is no descriptor left: it spins.",
    );
    let rest = guests.split_off(12);
    for guest in guests {
        guest.close();
    }
    for (n, mut guest) in rest.into_iter().enumerate() {
        let welcome = format!("welcome c{} hall", n + 12);
        // One who was let in may be sent away, where a guest needs more than one descriptor.
        while let Some(line) = guest.receive_line_or_end(&welcome) {
            if line == welcome.as_bytes() {
                break;
            }
        }
        guest.close();
    }
    guest(bench, address, "late").close();
}

/// A guest who takes nothing, while Ada tells them more than fits between them.
pub fn is_owed(bench: &Bench, address: SocketAddr, ada: &mut Connection) -> Connection {
    let mut deaf = guest(bench, address, "deaf");
    hears(bench, ada, "joined deaf");
    deaf.stop_reading();
    let line = format!("/tell deaf {}\n", "x".repeat(MAX_LINE - 16));
    ada.send(line.repeat(6_000).as_bytes());
    // The answer says that all before it has been dealt with.
    is_with(bench, ada, &["ada", "bob", "deaf"]);
    deaf
}

/// Somebody without a name whom the host knows: the host has refused one.
pub fn is_met(bench: &Bench, address: SocketAddr, name: &str) -> Connection {
    let mut guest = bench.connect(name, address);
    guest.send(b"not a name\n");
    hears_sorry(bench, &mut guest);
    guest
}

fn is_modest(bench: &Bench, program: &Program, what: &str) {
    if let Some(memory) = program.memory()
        && memory > MODEST
    {
        let expected = format!("a server that has used at most {} MiB", MODEST / MIB);
        let got = format!("{} MiB", memory / MIB);
        let likely = format!("Your program keeps what it cannot send: {what}. A queue has no end.");
        bench.fail(CauseId::Overspent, &expected, &got, Some(&likely));
    }
}
