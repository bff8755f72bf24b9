//! Asks the system for a browser.

use std::process::{Command, Stdio};

/// Opens an address or a file. If the machine has no browser that is said; it is no failure.
pub fn open(what: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        _ => "xdg-open",
    };
    let started = Command::new(program)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = started {
        eprintln!("cannot open a browser ({program}: {error}); open {what} yourself");
    }
}
