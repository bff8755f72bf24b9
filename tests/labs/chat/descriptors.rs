//! A server that has no descriptor left for a guest.

use std::time::{Duration, Instant};

use hidden_tests::{Bench, CauseId, Program};

use super::MOMENT;
use super::people::{guest, hears};

/// What the lab's `door.rs` waits when nobody can be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// More guests than the server can have descriptors: those who leave make room.
pub fn more_than_descriptors(bench: &Bench) {
    bench.tell("now more guests than the server can have descriptors (60)");
    bench.rule("rule 1: those for whom there is a descriptor are let in");
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
    keeps_its_pace(bench, &program);
    bench.rule("rule 3: it goes on, and those who leave make room");
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

/// Nobody can be accepted: that is told, once for each pause, and the program sleeps meanwhile.
fn keeps_its_pace(bench: &Bench, program: &Program) {
    const RULE: &str =
        "rule 3: that is one line on stderr, then nothing happens for PAUSE, and then it goes on";
    const TRIES: u32 = 3;
    for n in 0..TRIES {
        bench.rule(RULE);
        let before = program.stderr().lines().count();
        let began = Instant::now();
        program.expect_rest(
            6 * MOMENT * 2_u32.pow(n),
            "Your program tries to accept again and again, and there is no descriptor left: it spins.",
        );
        let lines = program.stderr().lines().count() - before;
        let took = began.elapsed();
        let at_most = (took.as_millis() / PAUSE.as_millis()) as usize + 2;
        bench.tell(&format!("stderr: {lines} lines in {} ms", took.as_millis()));
        let expected = format!(
            "about {} lines on stderr in {} ms",
            at_most - 2,
            took.as_millis()
        );
        let got = format!("{lines} lines");
        if lines > at_most {
            let likely =
                "Your program tries again before PAUSE is over. Nothing has changed by then.";
            bench.fail(CauseId::OutputDiffers, &expected, &got, Some(likely));
        }
        if lines > at_most / 4 {
            return;
        }
        if n + 1 == TRIES {
            let likely = match lines {
                0 => {
                    "Whoever runs the server does not hear that nobody can come in, or your program has stopped trying."
                }
                _ => "Your program waits longer than PAUSE. Meanwhile somebody may have left.",
            };
            bench.fail(CauseId::OutputDiffers, &expected, &got, Some(likely));
        }
    }
}
