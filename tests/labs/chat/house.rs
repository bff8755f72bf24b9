//! The whole server, and many guests.

use std::collections::HashMap;

use hidden_tests::{Bench, CauseId, Connection, MIB, Program};

use super::MAX_LINE;
use super::people::{differs, hears, hears_leave, is_with, line};

/// More than the system keeps for a connection whose other side takes nothing: here that was 2.7 MiB.
const MORE_THAN_FITS: usize = 16 * MIB;
/// What a server may have used that owes its guests nothing but what is in their queues.
const MODEST: usize = 48 * MIB;

/// Ten of them say two lines each, all at once. Everybody hears the others, each line once, each speaker's in order.
pub fn all_hear_each_other(bench: &Bench, guests: &mut [Connection]) {
    const SPEAKERS: usize = 10;
    bench.tell("now ten speak at once, two lines each");
    bench.rule("everybody in the room hears what the others say, each line once");
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
    bench.rule("those in the old room hear that they leave");
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
    bench.rule("one who takes nothing is let go, and those who sit with them miss nothing");
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
    bench.rule("what lay in the queue is sent, in order, and then the end");
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
    bench.rule("what is said in a room is for that room");
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
