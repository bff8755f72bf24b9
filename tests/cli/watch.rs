//! watch: a verdict after each save, however an editor saves.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::course::Plan;
use crate::runner::Xtask;

/// A build and a few steps; a busy machine may take its time.
const DEADLINE: Duration = Duration::from_secs(60);

#[test]
fn a_verdict_comes_after_each_save() {
    let plan = Plan::fresh();
    let solved = Plan::fresh()
        .solved("00-hello")
        .text("labs/00-hello/src/lib.rs");
    let fresh = plan.text("labs/00-hello/src/lib.rs");
    let course = plan.open();
    let lib = course.root.join("labs/00-hello/src/lib.rs");
    let mut watch = Watch::start(course.xtask(&["watch", "hello"]));
    watch.expect("0 of 25 points");

    fs::write(&lib, &solved).unwrap();
    watch.expect("25 of 25 points");

    // Many editors write a new file and rename it into place.
    let new = lib.with_extension("rs~new");
    fs::write(&new, solved.replace("{name}\\r\\n", "{name}\\n")).unwrap();
    fs::rename(&new, &lib).unwrap();
    watch.expect("0 of 25 points");

    // A burst: what counts is what stands there in the end.
    for n in 0..20 {
        fs::write(&lib, format!("{fresh}\n// {n}\n")).unwrap();
        fs::write(&lib, format!("{solved}\n// {n}\n")).unwrap();
    }
    watch.expect("25 of 25 points");

    fs::write(&lib, "this is no Rust").unwrap();
    watch.expect("does not compile");
    fs::write(&lib, &fresh).unwrap();
    watch.expect("0 of 25 points");
}

struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(xtask: Xtask) -> Self {
        let mut child = xtask.into_command().stderr(Stdio::null()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for a screen that says this, and for its end.
    fn expect(&mut self, wanted: &str) {
        let mut screen = String::new();
        loop {
            let line = self.lines.recv_timeout(DEADLINE);
            let line = line.unwrap_or_else(|_| panic!("waited for {wanted:?}; so far:\n{screen}"));
            screen.push_str(&line);
            screen.push('\n');
            if line.starts_with("watching ") {
                if screen.contains(wanted) {
                    return;
                }
                screen.clear();
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
