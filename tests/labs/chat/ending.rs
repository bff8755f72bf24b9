//! The end of the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Program};

use super::people::{differs, guest, hears, hears_leave, is_with, line};
use super::serving::{is_met, is_refused, is_told_a_lot, takes_what_is_owed};
use super::{MOMENT, NEVER, PLENTY, SHORT};

const TOLD: &str = "rule 3: everybody who is in is told, and then their connections end";
const LAST: &str = "rule 4: it ends when the last one has gone, and does not wait any longer";

fn serve(bench: &Bench, drain: &str) -> (Program, SocketAddr) {
    bench.rule("rule 1: until it is asked to stop, guests are served");
    let more = ["--drain-ms", drain, "--queue", "20000", "--burst", PLENTY];
    let times = ["--name-ms", NEVER, "--patience-ms", NEVER];
    let program = bench.start(&[&["serve", "--listen", "127.0.0.1:0"], &times[..], &more].concat());
    let address = program.listens();
    (program, address)
}

fn all_had_gone(bench: &Bench, program: &Program) {
    bench.rule(LAST);
    bench.silence_means("All guests have gone, and your program waits on.");
    program.expect_output(b"stopped; all had gone\n");
    program.expect_exit(0);
}

pub fn all_are_told(bench: &Bench) {
    bench.tell(
        "four in the hall, of whom two take nothing and are owed 6 MB each, and one without a name",
    );
    let (program, address) = serve(bench, NEVER);
    let names = ["bob", "gone", "talks"];
    let mut ada = guest(bench, address, "ada");
    let [mut bob, mut gone, mut talks] = names.map(|name| guest(bench, address, name));
    let mut silent = is_met(bench, address, "silent");
    for name in names {
        hears(bench, &mut ada, &format!("joined {name}"));
    }
    hears(bench, &mut bob, "joined talks");
    hears(bench, &mut gone, "joined talks");
    is_told_a_lot(&mut ada, &mut gone, "gone");
    is_told_a_lot(&mut ada, &mut talks, "talks");
    // The answer says that all before it has been dealt with.
    is_with(bench, &mut ada, &["ada", "bob", "gone", "talks"]);
    bench.tell("one of the two says the end before the server does");
    gone.finish_sending();
    for guest in [&mut ada, &mut bob] {
        hears_leave(bench, guest, &["gone".to_string()]);
    }
    program.terminate();
    bench.rule(TOLD);
    ada.expect(b"bye\n");
    bench.rule("rule 2: the door is closed before anything else");
    is_refused(bench, address);
    bench.rule(TOLD);
    ada.expect_end();
    for guest in [&mut bob, &mut silent] {
        guest.expect(b"bye\n");
        guest.expect_end();
    }
    bench.tell("now the other one goes on talking, and then takes what is there");
    for word in ["good", "night", "everybody"] {
        talks.send_what_fits(format!("{word}\n").as_bytes());
        program.settle(MOMENT);
    }
    bench.rule("rule 7 of visit: what is owed is sent, though the host is done, and then the end");
    takes_what_is_owed(&mut talks);
    talks.expect(b"left gone\nbye\n");
    talks.expect_end();
    bench.tell("now the one who has said the end before takes what is there, as the last one");
    bench.rule(
        "rule 8 of visit: who is still owed something has not gone, so the server waits for them",
    );
    takes_what_is_owed(&mut gone);
    gone.expect_end();
    all_had_gone(bench, &program);

    bench.tell("now without guests");
    let (program, _) = serve(bench, NEVER);
    program.terminate();
    all_had_gone(bench, &program);
}

/// Thirty ask for lists without end, so that acts wait for the host when it is told to stop.
pub fn a_busy_host_is_told(bench: &Bench) {
    bench
        .tell("now thirty who ask who is here, three thousand times each, and two who say nothing");
    let (program, address) = serve(bench, NEVER);
    let mut ada = guest(bench, address, "ada");
    let mut guests: Vec<_> = (0..30)
        .map(|n| guest(bench, address, &format!("a-long-name-{n}")))
        .collect();
    let goes = guest(bench, address, "goes");
    let mut bob = is_met(bench, address, "bob");
    for n in 0..30 {
        hears(bench, &mut ada, &format!("joined a-long-name-{n}"));
    }
    hears(bench, &mut ada, "joined goes");
    for guest in &mut guests {
        guest.send_again("/who\n".repeat(3_000).as_bytes());
    }
    while !line(&mut guests[0], "a list of who is here").starts_with("here ") {}
    bench.rule("rule 6 of visit: that somebody has gone is told, however much the host has to do");
    goes.close();
    hears_leave(bench, &mut ada, &["goes".to_string()]);
    program.terminate();
    bench.rule("rule 3: however much the host has to do, it hears Stop, and everybody is told");
    for guest in [&mut ada, &mut bob] {
        // A program that has lost the order to stop may be busy with the lists for long.
        if !(0..8).any(|_| guest.comes_or_ends(b"bye\n") || guest.is_over()) {
            let likely =
                "The server was asked to stop while acts waited for the host, and nobody was told.";
            bench.fail(
                CauseId::NotAnswered,
                "the line \"bye\"",
                "nothing",
                Some(likely),
            );
        }
        guest.expect_end();
    }
    for guest in guests {
        guest.close();
    }
    all_had_gone(bench, &program);
}

/// One who takes nothing does not go: the time is kept; if it was not, once more with twice as much.
pub fn not_for_ever(bench: &Bench) {
    const TRIES: u32 = 3;
    for n in 0..TRIES {
        let drain = bench.slowed(SHORT * 2_u32.pow(n));
        let took = cut_off_after(bench, drain);
        let ms = drain.as_millis();
        let got = format!("the end after {} ms", took.as_millis());
        bench.rule("rule 5: it ends after drain, whoever is still in");
        if took < drain * 9 / 10 {
            let expected = format!("{ms} ms for those who are in");
            bench.fail(CauseId::OutputDiffers, &expected, &got, None);
        }
        if took < drain * 3 / 2 {
            return;
        }
        if n + 1 == TRIES {
            bench.fail(
                CauseId::TooSlow,
                &format!("the end after {ms} ms"),
                &got,
                None,
            );
        }
        bench.tell(
            "that took too long; once more, with twice as much time, in case this machine was busy",
        );
    }
}

fn cut_off_after(bench: &Bench, drain: Duration) -> Duration {
    bench.tell("now the one who takes nothing does not go");
    let (program, address) = serve(bench, &drain.as_millis().to_string());
    let mut ada = guest(bench, address, "ada");
    let mut bob = guest(bench, address, "bob");
    let mut deaf = guest(bench, address, "deaf");
    hears(bench, &mut ada, "joined deaf");
    is_told_a_lot(&mut ada, &mut deaf, "deaf");
    is_with(bench, &mut ada, &["ada", "bob", "deaf"]);
    hears(bench, &mut bob, "joined deaf");
    let asked = Instant::now();
    program.terminate();
    bench.rule(TOLD);
    for guest in [&mut ada, &mut bob] {
        guest.expect(b"bye\n");
        guest.expect_end();
    }
    bench.rule("rule 5: it ends after drain, whoever is still in, and says that not all had gone");
    let expected = "the line \"stopped; some were cut off\"";
    // Nothing moves meanwhile: only the time says whether it waits too long.
    let said = loop {
        match program.line_within(MOMENT) {
            Some(line) => break line,
            None if asked.elapsed() < drain * 5 / 2 => {}
            None => {
                let got = format!("nothing, after {} ms", asked.elapsed().as_millis());
                let likely = "One guest who takes nothing, and does not go, keeps the server.";
                bench.fail(CauseId::NotEnded, expected, &got, Some(likely));
            }
        }
    };
    let took = asked.elapsed();
    if said != "stopped; some were cut off" {
        differs(bench, expected, &said);
    }
    program.expect_output(b"");
    program.expect_exit(0);
    took
}
