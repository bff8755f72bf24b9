//! A wait ends when what it waits for comes, when nothing will come any more, or with the time of the step.

use std::time::Duration;

use hidden_tests::CauseId;

use crate::trial::{Ran, Trial, passes};

/// A program that sleeps for this long, while no byte moves, is given up.
const STUCK: Duration = Duration::from_secs(2);
/// Far more than that and what a busy machine adds, far less than the time of a trial.
const LONG: Duration = Duration::from_secs(8);

#[test]
fn a_sleeping_program_is_given_up_before_the_time_is_over() {
    let ran = sleeping(1);
    ran.cause(CauseId::NotEnded);
    assert!(STUCK <= ran.took && ran.took < LONG, "{:?}", ran.took);
}

#[test]
fn on_a_slow_machine_it_is_given_more_time() {
    let ran = sleeping(2);
    ran.cause(CauseId::NotEnded);
    assert!(2 * STUCK <= ran.took && ran.took < LONG, "{:?}", ran.took);
}

#[test]
fn a_program_that_works_is_given_all_the_time() {
    let deadline = STUCK + Duration::from_millis(500);
    let ran = Trial::new().deadline(deadline).run(|bench| {
        bench.start(&["spin"]).expect_exit(0);
    });
    let cause = ran.cause(CauseId::Spinning);
    assert!(deadline <= ran.took && ran.took < LONG, "{:?}", ran.took);
    assert!(cause.likely.as_deref().unwrap().contains("it spins"));
    let cpu_ms = ran.report.as_ref().unwrap().cpu_ms;
    assert!(cpu_ms > 0 || !cfg!(target_os = "linux"), "{cpu_ms}");
}

#[test]
fn which_line_did_not_come_is_said() {
    let ran = Trial::new().run(|bench| {
        let program = bench.start(&["print", "one", "sleep"]);
        program.expect_lines("one\ntwo\nthree\n");
    });
    let cause = ran.cause(CauseId::NotAnswered);
    assert_eq!(cause.expected, "line 2 of 3: two");
    assert_eq!(cause.got, "nothing");
}

#[test]
fn an_open_stdout_is_not_called_an_end() {
    let ran = Trial::new().run(|bench| bench.start(&["sleep"]).expect_output(b""));
    let cause = ran.cause(CauseId::NotAnswered);
    assert_eq!(cause.expected, "the end of stdout, and nothing before it");
    assert_eq!(cause.got, "0 bytes, and stdout is still open");
}

#[test]
fn a_failure_says_what_asks_for_it_and_what_silence_means() {
    let ran = Trial::new().run(|bench| {
        bench.rule("rule 1: of something else");
        bench.silence_means("something else");
        let program = bench.start(&["print", "one", "sleep"]);
        bench.rule("rule 2: two lines");
        bench.silence_means("Your program has forgotten the second one.");
        program.expect_lines("one\ntwo\n");
    });
    let cause = ran.cause(CauseId::NotAnswered);
    assert_eq!(cause.expected, "line 2 of 2: two (rule 2: two lines)");
    let likely = cause.likely.as_deref();
    assert_eq!(likely, Some("Your program has forgotten the second one."));
}

#[test]
fn a_line_that_does_not_come_is_no_failure_by_itself() {
    passes(|bench| {
        let program = bench.start(&["print", "one", "sleep"]);
        assert_eq!(program.line_within(STUCK).as_deref(), Some("one"));
        assert_eq!(program.line_within(Duration::from_millis(20)), None);
    });
}

/// As a time-out of the program's own would make it.
#[test]
fn a_program_that_sleeps_for_a_while_is_waited_for() {
    passes(|bench| {
        let program = bench.start(&["hold", "1500", "print", "awake"]);
        program.expect_printed(b"awake\n");
        program.expect_exit(0);
    });
}

#[test]
fn a_conversation_without_end_ends_with_the_time() {
    let deadline = STUCK + Duration::from_millis(500);
    let ran = Trial::new().deadline(deadline).run(|bench| {
        let program = bench.start(&["listen", "accept", "drip", "400"]);
        let mut near = bench.connect("near", program.listens());
        near.expect(&[b'.'; 1000]);
    });
    // It slept between the drops, and read all that there was.
    ran.cause(CauseId::NotAnswered);
    assert!(deadline <= ran.took && ran.took < LONG, "{:?}", ran.took);
}

#[test]
fn a_program_that_waits_on_stdin_is_told_from_one_that_does_not_read_it() {
    for (commands, id, words) in [
        (["sleep"], CauseId::NotRead, "not read 4 bytes"),
        (["wait-for-input"], CauseId::NotAnswered, "or for the end"),
    ] {
        let ran = Trial::new().run(|bench| {
            let program = bench.program(&commands).with_input().start();
            program.feed(b"Dear");
            program.expect_printed(b"Dear");
        });
        let likely = ran.cause(id).likely.clone().unwrap_or_default();
        assert!(likely.contains(words), "{likely}");
    }
}

#[test]
fn the_end_of_the_program_ends_a_wait() {
    let ran = Trial::new().run(|bench| {
        let door = bench.door("server");
        bench.start(&["hold", "100", "exit", "3"]);
        door.accept();
    });
    ran.cause(CauseId::EndedEarly);
    assert!(ran.took < STUCK, "{:?}", ran.took);
}

#[test]
fn silence_is_waited_for_to_its_end() {
    let window = Duration::from_millis(300);
    let ran = passes(|bench| {
        let program = bench.start(&["listen", "accept", "sleep"]);
        let mut near = bench.connect("near", program.listens());
        near.expect_silence(window);
    });
    assert!(window <= ran.took && ran.took < STUCK, "{:?}", ran.took);
}

#[test]
fn an_end_breaks_the_silence_and_is_not_more() {
    let closing = ["listen", "accept", "close", "sleep"];
    let ran = Trial::new().run(|bench| {
        let program = bench.start(&closing);
        let mut near = bench.connect("near", program.listens());
        near.expect_silence(LONG);
    });
    assert_eq!(ran.cause(CauseId::BrokeSilence).got, "the end");
    let ran = passes(|bench| {
        let program = bench.start(&closing[..3]);
        let mut near = bench.connect("near", program.listens());
        near.expect_no_more(LONG);
    });
    assert!(ran.took < STUCK, "{:?}", ran.took);
}

#[test]
fn a_program_is_fed_while_the_test_waits() {
    passes(|bench| {
        let program = bench.program(&["wait-for-input", "print", "fed"]);
        let program = program.with_input().start();
        program.feed(&[7; 1_000_000]);
        program.end_input();
        program.expect_output(b"fed\n");
        program.expect_exit(0);
    });
}

/// Programs are graded on two cores, and what they wait for must not cost them one.
#[test]
fn a_wait_costs_next_to_nothing() {
    let ran = Trial::new().run(|bench| {
        // This connection lies there, and the test does not ask for it.
        let door = bench.door("server");
        let program = bench.start(&["connect", &door.address(), "sleep"]);
        let before = cpu_ticks();
        let window = Duration::from_millis(1000);
        bench.pass(window);
        assert!(program.cpu().is_some());
        // A tick is 10 ms.
        let ticks = cpu_ticks() - before;
        assert!(ticks < 20, "{ticks} ticks in {window:?}");
    });
    assert_eq!(ran.report, None);
}

/// What this thread has used.
fn cpu_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let times = fields.split_whitespace().skip(11).take(2);
    times.map(|field| field.parse::<u64>().unwrap()).sum()
}

fn sleeping(slow: u32) -> Ran {
    Trial::new().slow(slow).run(|bench| {
        bench.start(&["sleep"]).expect_exit(0);
    })
}

#[test]
fn a_line_is_taken_as_soon_as_it_is_whole_and_the_end_when_it_comes() {
    passes(|bench| {
        let program = bench.start(&["listen", "accept", "write", "one\n\ntwo", "write", "\n"]);
        let mut near = bench.connect("near", program.listens());
        assert_eq!(near.receive_line("a line"), b"one");
        assert_eq!(near.receive_line("an empty line"), b"");
        let line = near.receive_line_or_end("a line or the end");
        assert_eq!(line.as_deref(), Some(&b"two"[..]));
        assert_eq!(near.receive_line_or_end("the end"), None);
    });
    let ran = Trial::new().run(|bench| {
        let program = bench.start(&["listen", "accept", "write", "half a line"]);
        let mut near = bench.connect("near", program.listens());
        near.receive_line_or_end("a line or the end");
    });
    let report = ran.report();
    let cause = report.cause.as_ref().expect("half a line is no line");
    assert!(cause.got.contains("11 bytes of it"), "{cause:?}");
}
