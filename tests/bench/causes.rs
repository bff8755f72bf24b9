//! Each cause, brought about by a program that deserves it, and the words that a learner gets for it.

use std::time::Duration;

use hidden_tests::{Bench, CauseId, Connection, MIB, Program};
use keeper::report::{Event, Report};

use crate::plain::plain;
use crate::trial::Trial;

/// A window for what comes at once.
const SOON: Duration = Duration::from_secs(5);

/// Makes a test of each line; a cause that has none does not compile.
macro_rules! causes {
    ($($name:ident: $id:ident,)*) => {
        mod is_told {
            $(#[test]
            fn $name() {
                super::is_told(hidden_tests::CauseId::$id, super::$name);
            })*
        }

        const COVERED: &[CauseId] = &[$(CauseId::$id),*];

        const fn is_covered(id: CauseId) -> bool {
            match id {
                $(CauseId::$id => true,)*
            }
        }
    };
}

causes! {
    not_written_yet: NotWrittenYet,
    panicked: Panicked,
    ended_early: EndedEarly,
    killed_by_signal: KilledBySignal,
    out_of_memory: OutOfMemory,
    killed_its_keeper: KilledItsKeeper,
    left_processes: LeftProcesses,
    not_connected: NotConnected,
    not_accepted: NotAccepted,
    not_read: NotRead,
    not_answered: NotAnswered,
    spinning: Spinning,
    silent: Silent,
    not_closed: NotClosed,
    not_ended: NotEnded,
    closed_early: ClosedEarly,
    reset: Reset,
    bytes_differ: BytesDiffer,
    line_end: LineEnd,
    bytes_extra: BytesExtra,
    output_differs: OutputDiffers,
    too_much_output: TooMuchOutput,
    exit_status: ExitStatus,
    broke_silence: BrokeSilence,
    connection_refused: ConnectionRefused,
    overspent: Overspent,
    too_slow: TooSlow,
}

/// `ALL` is what the book and the wrong programs go by.
#[test]
fn all_causes_are_all() {
    assert_eq!(COVERED, CauseId::ALL);
    assert!(CauseId::ALL.into_iter().all(is_covered));
}

fn not_written_yet(bench: &Bench) {
    bench.start(&["todo"]).expect_printed(b"Ada");
}

fn panicked(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["read", "3", "panic"]);
    near.send(b"Ada");
    near.expect(b"Hello Ada");
}

fn ended_early(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["read", "3", "complain", "no paper", "exit", "3"]);
    near.send(b"Ada");
    near.expect(b"Hello Ada");
}

fn killed_by_signal(bench: &Bench) {
    bench.start(&["abort"]).expect_printed(b"Ada");
}

fn out_of_memory(bench: &Bench) {
    let limited = bench
        .program(&["allocate", "1073741824", "sleep"])
        .with_address_space(96 * MIB);
    limited.start().expect_printed(b"Ada");
}

fn killed_its_keeper(bench: &Bench) {
    bench.start(&["kill-the-keeper"]).expect_exit(0);
}

/// Only `finish` asks whether something is left.
fn left_processes(bench: &Bench) {
    let program = bench.start(&["leave-a-process"]);
    program.says_number("left ", "");
    program.expect_exit(0);
}

fn not_connected(bench: &Bench) {
    let door = bench.door("server");
    bench.start(&["sleep"]);
    door.accept();
}

fn not_accepted(bench: &Bench) {
    let (_program, mut near) = talk_unaccepted(bench, &["sleep"]);
    near.send(b"Ada");
    near.expect(b"Ada");
}

fn not_read(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["sleep"]);
    near.send(b"Ada");
    near.expect(b"Ada");
}

fn not_answered(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["read", "3", "sleep"]);
    near.send(b"Ada");
    near.expect(b"Ada");
}

fn spinning(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["read", "3", "spin"]);
    near.send(b"Ada");
    near.expect(b"Ada");
}

/// A connection that no table of the system holds: the program has cut it, and the test does not read.
fn silent(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["cut", "sleep"]);
    near.stop_reading();
    near.send(b"Ada");
    near.expect(b"Ada");
}

fn not_closed(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["echo", "sleep"]);
    near.send(b"Ada");
    near.expect(b"Ada");
    near.finish_sending();
    near.expect_end();
}

fn not_ended(bench: &Bench) {
    bench.start(&["sleep"]).expect_exit(0);
}

fn closed_early(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["read", "3", "write", "Hel", "close", "sleep"]);
    near.send(b"Ada");
    near.expect(b"Hello Ada");
}

fn reset(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["cut", "sleep"]);
    near.send(b"Ada");
    near.expect(b"Hello Ada");
}

fn bytes_differ(bench: &Bench) {
    let answer = "a line that is long enough for a second row, and wrong";
    let (_program, mut near) = talk(bench, &["write", answer, "sleep"]);
    near.expect(b"a line that is long enough for a second raw, and right");
}

fn line_end(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["write", "Good morning,\\nAda", "sleep"]);
    near.expect(b"Good morning,\r\nAda");
}

fn bytes_extra(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["write", "Hello Ada", "sleep"]);
    near.expect(b"Hello");
    near.expect_no_more(SOON);
}

fn output_differs(bench: &Bench) {
    let program = bench.start(&["print", "Good mourning", "sleep"]);
    program.expect_printed(b"Good morning\n");
}

fn too_much_output(bench: &Bench) {
    bench.start(&["flood-stdout"]).expect_exit(0);
}

fn exit_status(bench: &Bench) {
    bench.start(&["exit", "3"]).expect_exit(0);
}

fn broke_silence(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["write", "psst", "sleep"]);
    near.expect_silence(SOON);
}

fn connection_refused(bench: &Bench) {
    let program = bench.start(&["listen", "close-the-door", "print", "closed", "sleep"]);
    let address = program.listens();
    program.expect_printed(b"closed\n");
    bench.connect("near", address);
}

fn overspent(bench: &Bench) {
    let (program, mut near) = talk(bench, &["keep", "sleep"]);
    near.send(b"Ada");
    near.wait_until_all_is_read();
    let before = program.memory();
    near.send(&[7; 8 * MIB]);
    near.wait_until_all_is_read();
    program.expect_steady_memory(before, 8 * MIB);
}

fn too_slow(bench: &Bench) {
    let (_program, mut near) = talk(bench, &["drip", "0"]);
    near.expect(&[b'.'; 32 * MIB]);
}

/// A program that listens, accepts and then does this, and a connection to it.
fn talk(bench: &Bench, then: &[&str]) -> (Program, Connection) {
    talk_unaccepted(bench, &[&["accept"], then].concat())
}

fn talk_unaccepted(bench: &Bench, then: &[&str]) -> (Program, Connection) {
    let program = bench.start(&[&["listen"], then].concat());
    let near = bench.connect("near", program.listens());
    (program, near)
}

/// The cause, its outcome, and every word of it.
fn is_told(id: CauseId, play: fn(&Bench)) {
    // Only a busy program is watched to the end of the time.
    let deadline = match id {
        CauseId::Spinning | CauseId::TooSlow => Duration::from_millis(1500),
        _ => Duration::from_secs(20),
    };
    let ran = Trial::new().deadline(deadline).run(|bench| {
        play(&bench);
        bench.finish();
    });
    ran.cause(id);
    assert_eq!(ran.report().outcome, id.outcome());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut told = told(ran.report());
    if matches!(id, CauseId::TooSlow | CauseId::Overspent) {
        // How slow and how much is up to the machine.
        told = told.replace(|c: char| c.is_ascii_digit() || c == ',', "");
    }
    settings.bind(|| insta::assert_snapshot!(id.name(), told));
}

/// The report as text, a line for each thing that the learner is shown.
fn told(report: &Report) -> String {
    let cause = report.cause.as_ref().expect("it failed");
    let mut lines = vec![
        format!("outcome   {:?}", report.outcome),
        format!("expected  {}", cause.expected),
        format!("got       {}", cause.got),
        format!("likely    {}", cause.likely.as_deref().unwrap_or("-")),
        format!("place     {}", cause.place.as_deref().unwrap_or("-")),
    ];
    for (title, part) in [("bytes", &cause.bytes), ("stderr", &cause.stderr)] {
        lines.push(title.to_string());
        lines.extend(part.iter().map(|line| format!("    {line}")));
    }
    lines.push("story".to_string());
    // The end of a program may be seen before the test has said what it waited for, or after.
    let is_end = |e: &&Event| e.text.starts_with("your program ");
    let (ends, rest): (Vec<_>, Vec<_>) = report.story.iter().partition(is_end);
    let story = rest.into_iter().chain(ends);
    lines.extend(story.map(|e| format!("    {}", e.text)));
    plain(&lines.join("\n"))
}
