//! People in a chat, as the server meets them: lines out, news in.

use std::collections::HashSet;
use std::net::SocketAddr;

use hidden_tests::{Bench, CauseId, Connection};

/// Comes in under a name, and hears that it is in.
pub fn guest(bench: &Bench, address: SocketAddr, name: &str) -> Connection {
    let mut guest = bench.connect(name, address);
    guest.send(format!("{name}\n").as_bytes());
    hears(bench, &mut guest, &format!("welcome {name} hall"));
    guest
}

/// Waits for these news; that somebody comes or goes may be heard before them.
pub fn hears(bench: &Bench, guest: &mut Connection, wanted: &str) {
    let expected = format!("the line {:?}", begin(wanted));
    let got = loop {
        let line = line(guest, &expected);
        if !is_about_others(&line) || line == wanted {
            break line;
        }
    };
    if got != wanted {
        differs(bench, &expected, &got);
    }
    guest.note(&format!("heard {:?}", begin(wanted)));
}

/// Waits for a line "sorry ...".
pub fn hears_sorry(bench: &Bench, guest: &mut Connection) {
    let expected = "a line \"sorry ...\"";
    let got = line(guest, expected);
    if !got.starts_with("sorry ") {
        differs(bench, expected, &got);
    }
    guest.note("heard why not");
}

/// Waits until these have been heard to leave, each once, whatever order they left in.
pub fn hears_leave(bench: &Bench, guest: &mut Connection, gone: &[String]) {
    let mut missing: HashSet<&str> = gone.iter().map(String::as_str).collect();
    while !missing.is_empty() {
        let expected = format!("a line \"left ...\" for {} more", missing.len());
        let got = line(guest, &expected);
        if !got
            .strip_prefix("left ")
            .is_some_and(|name| missing.remove(name))
        {
            differs(bench, &expected, &got);
        }
    }
    guest.note(&format!("heard {} leave", gone.len()));
}

/// Asks who is here, and gets these names in any order. All that was sent to this guest before is in front of the answer.
pub fn is_with(bench: &Bench, guest: &mut Connection, names: &[&str]) {
    guest.send(b"/who\n");
    let mut wanted = names.to_vec();
    wanted.sort_unstable();
    let expected = format!("the line \"here ...\" with {}", begin(&wanted.join(" ")));
    let got = line(guest, &expected);
    let mut here: Vec<_> = got
        .strip_prefix("here ")
        .unwrap_or_default()
        .split(' ')
        .collect();
    here.sort_unstable();
    if here != wanted {
        differs(bench, &expected, &got);
    }
    guest.note("heard who is here, and nothing before it");
}

/// The next line, whatever it says. Nothing in it may be an order to a terminal.
pub fn line(guest: &mut Connection, what: &str) -> String {
    String::from_utf8_lossy(&guest.receive_line(what)).into_owned()
}

pub fn differs(bench: &Bench, expected: &str, got: &str) -> ! {
    let got = format!("{:?}", begin(got));
    bench.fail(CauseId::BytesDiffer, expected, &got, None)
}

fn is_about_others(line: &str) -> bool {
    line.starts_with("joined ") || line.starts_with("left ")
}

fn begin(text: &str) -> String {
    text.chars().take(60).collect()
}
