//! What tshark says of a capture, where it is installed.

use std::env;
use std::path::Path;
use std::process::Command;

/// Requires that tshark finds no fault with the file, and that these are the conversations that it sees: the bytes
/// of the test and of the program, by stream, as far as they were kept.
pub fn judge(file: &Path, streams: &[(&[u8], &[u8])]) {
    if is_missing() {
        return;
    }
    let fields = [
        "frame.number",
        "_ws.malformed",
        "_ws.expert.message",
        "tcp.analysis.flags",
        "ip.checksum.status",
        "tcp.checksum.status",
    ];
    let mut args = vec!["-T", "fields", "-E", "separator=|"];
    for field in &fields {
        args.extend(["-e", field]);
    }
    let told = tshark(file, &args);
    assert!(!told.is_empty(), "no packet");
    for line in told.lines() {
        let [_, malformed, expert, flags, ip, tcp] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("other fields: {line}");
        };
        assert_eq!((malformed, flags), ("", ""), "{expert}: {line}\n{told}");
        // 1 is good, 2 not checked: IPv6 has none, and a packet that was cut has not all that is summed.
        assert!(
            ["1", ""].contains(&ip) && ["1", "2"].contains(&tcp),
            "{line}"
        );
    }
    for (i, (test, program)) in streams.iter().enumerate() {
        let follow = format!("follow,tcp,raw,{i}");
        let mut sides = [Vec::new(), Vec::new()];
        // Hex, a line a piece; what the second speaker said begins with a tab.
        for line in tshark(file, &["-q", "-z", &follow]).lines() {
            let second = line.starts_with('\t');
            if let Some(bytes) = unhex(line.trim_start()) {
                sides[usize::from(second)].extend(bytes);
            }
        }
        // tshark counts from the side that opened the connection, or from who spoke first.
        let [one, other] = &sides;
        assert!(
            (one == test && other == program) || (one == program && other == test),
            "stream {i}: tshark follows {} and {} bytes, not {} and {}",
            one.len(),
            other.len(),
            test.len(),
            program.len()
        );
    }
}

/// `PI_CHAT` in Wireshark's epan/proto.h; notes, warnings and errors are above it.
const SEVERITY_CHAT: u32 = 0x0020_0000;

/// Requires that tshark finds no fault with the file, and that these are the datagrams that it sees, with what is said
/// of them.
pub fn judge_datagrams(file: &Path, datagrams: &[(&[u8], Option<&str>)]) {
    if is_missing() {
        return;
    }
    let fields = [
        "_ws.malformed",
        "_ws.expert.severity",
        "ip.checksum.status",
        "udp.checksum.status",
        "frame.comment",
        "udp.payload",
    ];
    let mut args = vec!["-T", "fields", "-E", "separator=|"];
    for field in &fields {
        args.extend(["-e", field]);
    }
    let told = tshark(file, &args);
    assert_eq!(told.lines().count(), datagrams.len(), "{told}");
    for (line, (payload, comment)) in told.lines().zip(datagrams) {
        let [malformed, expert, ip, udp, said, bytes] = line.split('|').collect::<Vec<_>>()[..]
        else {
            panic!("other fields: {line}");
        };
        // A comment is told among them, and some ports make it think of a traceroute: neither is a fault.
        let worst = expert
            .split(',')
            .filter_map(|level| level.parse().ok())
            .max();
        assert!(worst.unwrap_or(0) <= SEVERITY_CHAT, "{line}");
        assert_eq!((malformed, said), ("", comment.unwrap_or("")), "{line}");
        assert!(["1", ""].contains(&ip) && udp == "1", "{line}");
        assert_eq!(unhex(bytes).unwrap_or_default(), *payload, "{line}");
    }
}

fn is_missing() -> bool {
    let missing = Command::new("tshark").arg("--version").output().is_err();
    if missing {
        assert!(
            env::var_os("COURSE_NOTHING_MISSING").is_none(),
            "tshark is not installed"
        );
        println!("skipped: tshark is not installed");
    }
    missing
}

fn tshark(file: &Path, args: &[&str]) -> String {
    // Nobody's preferences are to decide.
    let home = file.parent().expect("a directory");
    let output = Command::new("tshark")
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .args(["-o", "tcp.check_checksum:TRUE"])
        .args(["-o", "ip.check_checksum:TRUE"])
        .args(["-o", "udp.check_checksum:TRUE"])
        // A free port may be one that some protocol has registered.
        .args(["-d", "udp.port==1-65535,data"])
        .arg("-r")
        .arg(file)
        .args(args)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tshark: {words}");
    String::from_utf8(output.stdout).unwrap()
}

/// The bytes, if the line is hex and nothing else.
fn unhex(line: &str) -> Option<Vec<u8>> {
    if line.is_empty() || !line.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at| u8::from_str_radix(line.get(at..at + 2)?, 16).ok();
    (0..line.len()).step_by(2).map(byte).collect()
}
