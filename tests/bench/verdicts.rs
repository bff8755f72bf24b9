//! What becomes of a test: a verdict only where there is one, and nothing left of the program.

use std::fs;

use hidden_tests::{CauseId, KIB};

use crate::trial::{Trial, lives, passes};

#[test]
fn passed_is_what_finish_says() {
    let ran = Trial::new().run(|bench| {
        bench.start(&["exit", "0"]).expect_exit(0);
        bench.finish();
    });
    ran.passed();
    assert!(!ran.path("report.unfinished").exists());
    assert!(!ran.path("wire.txt").exists(), "only a failure leaves one");
}

#[test]
fn a_test_that_just_returns_has_no_verdict() {
    let ran = Trial::new().run(|bench| {
        bench.start(&["exit", "0"]).expect_exit(0);
    });
    assert_eq!(ran.report, None);
}

#[test]
fn a_test_that_panics_has_no_verdict() {
    let ran = Trial::new().run_whatever_comes(|bench| {
        bench.start(&["exit", "0"]).expect_exit(0);
        panic!("a mistake in the test");
    });
    assert_eq!(ran.report, None);
    assert_eq!(ran.panic.as_deref(), Some("a mistake in the test"));
}

#[test]
fn a_failure_is_the_last_word() {
    let ran = Trial::new().run_whatever_comes(|bench| {
        bench.start(&["exit", "3"]).expect_exit(0);
        bench.finish();
    });
    ran.cause(CauseId::ExitStatus);
    assert_eq!(ran.panic, None, "a failure unwinds without a word");
    assert!(!ran.path("wire.txt").exists(), "nothing was on a wire");
}

#[test]
fn a_failure_with_a_connection_leaves_its_record() {
    let ran = Trial::new().run_whatever_comes(|bench| {
        let program = bench.start(&["listen", "accept", "write", "no", "sleep"]);
        bench.connect("near", program.listens()).expect(b"ok");
        bench.finish();
    });
    ran.cause(CauseId::BytesDiffer);
    for name in ["wire.txt", "wire.pcapng"] {
        assert!(ran.path(name).is_file(), "{name}");
    }
}

#[test]
fn a_long_story_loses_its_middle() {
    let ran = passes(|bench| {
        for i in 0..1000 {
            // Sentences that differ in their numbers alone are counted, not told.
            bench.tell(&format!("chapter {i}{}", "!".repeat(i)));
        }
    });
    assert_eq!(ran.report().story.len(), 61);
    assert!(ran.tells("chapter 0") && ran.tells("chapter 999"));
    assert!(ran.tells("(940 lines are left out here)"));
}

#[test]
fn a_process_left_behind_is_found_and_gone() {
    let mut pid = 0;
    let ran = Trial::new().run(|bench| {
        let program = bench.start(&["leave-a-process"]);
        pid = program.says_number("left ", "");
        // It holds stdout and stderr open, and still the end is seen.
        program.expect_output(b"");
        program.expect_exit(0);
        bench.finish();
    });
    ran.cause(CauseId::LeftProcesses);
    assert!(pid > 0 && !lives(pid));
}

#[test]
fn a_program_that_still_runs_is_ended_with_all_it_started() {
    let mut pid = 0;
    passes(|bench| {
        let program = bench.start(&["leave-a-process", "sleep"]);
        pid = program.says_number("left ", "");
        assert!(lives(pid));
    });
    assert!(!lives(pid));
}

/// Steps that come later are not written either; reaching one is no excuse for what this one lacks.
#[test]
fn a_todo_counts_where_the_step_has_it() {
    let todo = |trial: Trial| trial.run(|bench| bench.start(&["todo"]).expect_printed(b"Ada"));
    let ran = todo(Trial::new());
    let cause = ran.cause(CauseId::NotWrittenYet);
    let place = cause.place.as_deref().expect("a panic names its place");
    let (_, file) = place.rsplit_once('/').unwrap();
    todo(Trial::new().todo_at(file)).cause(CauseId::NotWrittenYet);
    let ran = todo(Trial::new().todo_at("puppet.rs:1"));
    let likely = ran.cause(CauseId::ClosedEarly).likely.as_deref();
    assert!(
        likely.is_some_and(|words| words.contains(place)),
        "{likely:?}"
    );
}

/// A program can be quicker than the keeper that says that it runs.
#[test]
fn a_keeper_that_is_killed_at_once_is_no_mistake_of_ours() {
    let keeperless = |todo: &[&str]| {
        let todo = todo.to_vec();
        let trial = Trial::new().without_keeper();
        trial.run_whatever_comes(move |bench| bench.start(&todo).expect_exit(0))
    };
    let ran = keeperless(&["abort"]);
    ran.cause(CauseId::KilledItsKeeper);
    assert!(ran.took.as_secs() < 5, "{:?}", ran.took);
    // Nobody killed this one.
    let ran = keeperless(&["exit", "1"]);
    assert_eq!(ran.report, None);
    let said = ran.panic.expect("a plain panic");
    assert!(said.contains("can be started under its keeper"), "{said}");
}

#[test]
fn a_flood_of_output_takes_no_memory() {
    // Other tests run in this process at the same time; the floods are larger than all of them.
    const PEAK_KIB: usize = 384 * KIB;
    let ran = passes(|bench| {
        let flood = ["flood-stderr", "1073741824", "complain", "last words"];
        let program = bench.start(&flood);
        program.expect_exit(0);
        let stderr = program.stderr();
        assert!(stderr.starts_with('w') && stderr.ends_with("last words\n"));
        assert!(stderr.len() <= 128 * KIB);
    });
    assert!(ran.report().story.len() < 5);
    assert!(
        ran.report().cpu_ms > 0,
        "writing a gigabyte costs something"
    );
    let ran = Trial::new().run(|bench| {
        bench.start(&["flood-stdout"]).expect_output(b"www");
    });
    ran.cause(CauseId::OutputDiffers);
    let peak = peak_kib();
    assert!(0 < peak && peak < PEAK_KIB, "{peak} KiB");
}

/// Other output than a test asked about is allowed up to a limit, which the test may raise.
#[test]
fn a_test_may_allow_more_output() {
    let sum = |bench: &hidden_tests::Bench, limit| {
        let todo = ["print", &"w".repeat(100_000), "sleep"];
        let program = bench.program(&todo).printing_up_to(limit).start();
        program.expect_printed(b"ww");
        bench.pass(std::time::Duration::from_millis(10));
    };
    passes(|bench| sum(bench, 200_000));
    let ran = Trial::new().run(|bench| sum(&bench, 50_000));
    ran.cause(CauseId::TooMuchOutput);
}

#[test]
fn open_files_are_limited_and_none_of_ours_is_inherited() {
    const LIMIT: usize = 40;
    passes(|bench| {
        let program = bench.program(&["hoard", "sleep"]);
        let program = program.with_open_files(LIMIT as u64).start();
        let opened = program.says_number("opened ", " sockets") as usize;
        assert_eq!(opened, LIMIT - open_to_all(LIMIT));
    });
}

/// Descriptors below `limit` that whoever started this process lets all below it inherit: stdin, stdout, stderr and
/// what a careless shell has left open.
fn open_to_all(limit: usize) -> usize {
    const CLOEXEC: u32 = 0o2_000_000;
    let is_open_to_all = |n: &usize| {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{n}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        flags.is_some_and(|flags| u32::from_str_radix(flags.trim(), 8).unwrap() & CLOEXEC == 0)
    };
    (0..limit).filter(is_open_to_all).count()
}

/// The most memory that this process ever had.
fn peak_kib() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|n| n.parse().ok()).unwrap()
}
