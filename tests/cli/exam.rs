//! exam: a paper is begun, answered, repaired and marked; a second implementation reads the same wire.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;

use crate::course::{Course, Plan};
use crate::runner::Ran;

/// What seed 7f3a asks, answered: right but for A2, B4 and C1, and A3, B2 and C2 left open.
const ANSWERS: &str = "\
# mine
A1: server
A2: 9
A4: 4,286,589,307
A5: 0x3b2
A6: SERVFAIL
A7: Relay17.harbour.example.
A8: 33465
A9: refused
A10: 47
B1: 2 5 0
B3: 3  1  9
B4: 5 11 true 27
C1: no such name
C3: Old_Address
C4: filtered
";

#[test]
fn a_paper_is_begun_and_can_be_taken_up_again() {
    let course = Plan::fresh().open();
    let begun = exam(&course, &["--seed", "7f3a"]);
    assert_snapshot!(begun.stdout);
    let chapter = concat!(env!("CARGO_MANIFEST_DIR"), "/../book/chapters/exam.md");
    let shown = fs::read_to_string(chapter).unwrap();
    assert!(
        shown.contains(&begun.stdout),
        "the chapter shows another screen"
    );
    let place = course.root.join(".course/exam/7f3a");
    fs::write(place.join("answers.txt"), ANSWERS).unwrap();
    let again = exam(&course, &["--seed", "7f3a"]);
    assert!(
        again.stdout.contains("was begun here before"),
        "{}",
        again.stdout
    );
    assert_eq!(
        fs::read_to_string(place.join("answers.txt")).unwrap(),
        ANSWERS
    );
    let list = exam(&course, &["list"]);
    assert!(
        list.stdout
            .starts_with("7f3a      0 minutes   .course/exam/7f3a\n"),
        "{}",
        list.stdout
    );
}

#[test]
fn a_paper_is_marked() {
    let course = Plan::fresh().open();
    let place = begun(&course, "my paper");
    fs::write(place.join("answers.txt"), ANSWERS).unwrap();
    let planted = exam(&course, &["mark", "my paper"]);
    assert_eq!(planted.code, Some(0), "{}", planted.stderr);
    assert!(
        planted.stdout.contains("time  0 of 15"),
        "{}",
        planted.stdout
    );
    assert!(
        planted.stdout.contains("a `try_clone` is an owner"),
        "{}",
        planted.stdout
    );
    assert!(!planted.stdout.contains("belief  "), "{}", planted.stdout);

    let repaired = fs::read(course.root.join("solutions/exam-repairs/src/question.rs")).unwrap();
    fs::write(place.join("repair/src/main.rs"), repaired).unwrap();
    // Without a directory it is the paper that was begun last.
    let marked = exam(&course, &["mark"]);
    assert_eq!(marked.code, Some(0), "{}", marked.stderr);
    assert_snapshot!(marked.stdout);
}

#[test]
fn what_does_not_compile_costs_part_d_alone() {
    let course = Plan::fresh().open();
    let place = begun(&course, "paper");
    fs::write(place.join("answers.txt"), "A1: server\n").unwrap();
    for (file, text) in [
        ("repair/src/main.rs", "fn main() { 1 }\n"),
        ("repair/Cargo.toml", "[package\n"),
    ] {
        fs::write(place.join(file), text).unwrap();
        let ran = exam(&course, &["mark"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.contains("3 of 100 points"), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("Part D does not compile"),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn answers_that_cannot_be_read_stop_the_marking() {
    let course = Plan::fresh().open();
    let place = begun(&course, "paper");
    fs::write(place.join("answers.txt"), "A1: server\nA2: many\nA3 = 7\n").unwrap();
    let ran = exam(&course, &["mark"]);
    assert_eq!(ran.code, Some(3));
    assert_eq!(ran.stdout, "");
    assert_snapshot!(ran.stderr);
}

#[test]
fn what_is_not_there_is_said() {
    let course = Plan::fresh().open();
    for (args, said) in [
        (&["mark"][..], "no paper has been begun"),
        (&["mark", "nowhere"], "no paper was begun in nowhere"),
        (&["--seed", "letters"], "hex digits such as 7f3a"),
        (&["mark", "--seed", "1"], "--seed means nothing here"),
        (&["labs"], "labs is not empty"),
        (&["essays", "6"], "there are the essays 1 to 5"),
    ] {
        let ran = exam(&course, args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    assert!(
        exam(&course, &["list"])
            .stdout
            .contains("No paper has been begun")
    );
}

#[test]
fn essays_are_written_before_the_model_is_shown_and_marked_by_the_reader() {
    let course = Plan::fresh().open();
    assert_snapshot!(exam(&course, &["essays"]).stdout);
    let shy = exam(&course, &["essays", "1"]).stdout;
    assert!(
        shy.contains("is not written yet") && !shy.contains("Rubric"),
        "{shy}"
    );
    let place = course.root.join(".course/exam/essays");
    let essay = place.join("essay-1.md");
    let text = fs::read_to_string(&essay).unwrap() + &"A socket is an end. ".repeat(10);
    fs::write(&essay, &text).unwrap();
    let model = exam(&course, &["essays", "1"]).stdout;
    assert!(model.contains("Rubric, 20 points"), "{model}");
    assert_eq!(fs::read_to_string(&essay).unwrap(), text);

    let marks = place.join("marks-1.txt");
    let lines = fs::read_to_string(&marks).unwrap();
    fs::write(&marks, lines.replacen("[ ]", "[x]", 2)).unwrap();
    let seen = exam(&course, &["essays"]).stdout;
    assert!(
        seen.contains("50 words, 8 of 20 points by your own marks"),
        "{seen}"
    );
    fs::write(&marks, "[x] 20  everything\n").unwrap();
    let wrong = exam(&course, &["essays"]);
    assert_eq!(wrong.code, Some(3));
    assert!(
        wrong
            .stderr
            .contains("marks-1.txt:1: no line of the rubric"),
        "{}",
        wrong.stderr
    );
}

/// Wireshark's own reading of the capture and of the DNS message earns every point for them.
#[test]
fn tshark_reads_the_same_wire() {
    if Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("tshark is not installed: this was not tried");
        return;
    }
    let course = Plan::fresh().open();
    for seed in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        let place = course.state.path().join(seed);
        let ran = exam(&course, &["--seed", seed, place.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let paper = fs::read_to_string(place.join("paper.md")).unwrap();
        let answers = [read_capture(&place, &paper), read_dns(&place, &paper)].concat();
        fs::write(place.join("answers.txt"), &answers).unwrap();
        let marked = exam(&course, &["mark", place.to_str().unwrap()]);
        for n in 1..=8 {
            let line = format!("   ok    A{n}   3\n");
            assert!(
                marked.stdout.contains(&line),
                "seed {seed}, A{n}, {answers}: {}",
                marked.stdout
            );
        }
    }
}

/// A1 to A5.
fn read_capture(place: &Path, paper: &str) -> String {
    let fields = [
        "tcp.srcport",
        "tcp.seq",
        "tcp.len",
        "tcp.flags.fin",
        "tcp.analysis.retransmission",
    ];
    let rows = tshark(
        &place.join("capture.pcap"),
        &["-o", "tcp.relative_sequence_numbers:FALSE"],
        &fields,
    );
    let server = rows[1][0].clone();
    let number = |row: &Vec<String>, n: usize| row[n].parse::<u32>().unwrap();
    let fin = |row: &Vec<String>| matches!(&row[3][..], "1" | "True");
    let first = rows.iter().find(|row| fin(row)).unwrap();
    let side = if first[0] == server {
        "server"
    } else {
        "client"
    };
    let again = 1 + rows.iter().position(|row| !row[4].is_empty()).unwrap();
    let start = number(&rows[1], 1).wrapping_add(1);
    let last = rows
        .iter()
        .find(|row| fin(row) && row[0] == server)
        .unwrap();
    let end = number(last, 1).wrapping_add(number(last, 2));
    let asked = paper
        .split("Packet ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    let place = number(&rows[asked.parse::<usize>().unwrap() - 1], 1).wrapping_sub(start);
    format!(
        "A1: {side}\nA2: {again}\nA3: {}\nA4: {}\nA5: {place}\n",
        end.wrapping_sub(start),
        end.wrapping_add(1)
    )
}

/// A6 to A8.
fn read_dns(place: &Path, paper: &str) -> String {
    let dump: Vec<&str> = paper
        .lines()
        .filter(|line| line.starts_with("00"))
        .collect();
    let hex: Vec<String> = dump.iter().map(|line| line[..53].to_string()).collect();
    fs::write(place.join("dns.txt"), hex.join("\n") + "\n").unwrap();
    let pcap = place.join("dns.pcap");
    let made = Command::new("text2pcap")
        .args(["-q", "-u", "53,40000"])
        .args([place.join("dns.txt"), pcap.clone()])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let rows = tshark(
        &pcap,
        &[],
        &["dns.flags.rcode", "dns.cname", "dns.resp.ttl"],
    );
    let code = match &rows[0][0][..] {
        "0" => "noerror",
        "2" => "servfail",
        "3" => "nxdomain",
        other => panic!("{other}"),
    };
    // With two records there are two, and the CNAME is the first.
    let ttl = rows[0][2].split(',').next().unwrap();
    format!("A6: {code}\nA7: {}\nA8: {ttl}\n", rows[0][1])
}

fn tshark(pcap: &Path, options: &[&str], fields: &[&str]) -> Vec<Vec<String>> {
    let mut command = Command::new("tshark");
    command
        .arg("-r")
        .arg(pcap)
        .args(options)
        .args(["-T", "fields"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text
        .lines()
        .map(|line| line.split('\t').map(str::to_string).collect());
    rows.collect()
}

/// The paper of seed 7f3a in a directory of the checkout.
fn begun(course: &Course, name: &str) -> PathBuf {
    let ran = exam(course, &["--seed", "7f3a", name]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    course.root.join(name)
}

/// The state lies in the checkout, as a learner has it.
fn exam(course: &Course, args: &[&str]) -> Ran {
    let ran = course
        .xtask(&[&["exam"], args].concat())
        .env_remove("COURSE_STATE")
        .run();
    assert!(!ran.stdout.contains('\x1b'));
    ran
}
