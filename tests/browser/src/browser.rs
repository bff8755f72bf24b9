//! Chromium: found, started, ended.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use tempfile::TempDir;

use crate::page::Page;
use crate::protocol::Protocol;
use crate::skip;

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Asked to end, Chromium has this long before it is made to.
const TO_END: Duration = Duration::from_secs(10);

/// One Chromium with a profile of its own. It ends, with all its processes, when this is dropped.
pub struct Browser {
    program: Child,
    protocol: Protocol,
    /// Removed with the rest.
    profile: TempDir,
}

impl Browser {
    /// `None`, said aloud, where there is no Chromium.
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            skip("chromium");
            return None;
        };
        let profile = tempfile::Builder::new()
            .prefix("course-browser-")
            .tempdir()
            .unwrap();
        // Chromium reads calls from descriptor 3 and answers on 4.
        let mut started = Command::new("sh")
            .args([
                "-c",
                "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1",
                "sh",
            ])
            .arg(program)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-breakpad",
                "--disable-extensions",
                "--hide-scrollbars",
                // Nothing leaves the machine, whatever a page says; what it asks for is recorded all the same.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ])
            // Its sandbox does not work as root, nor in most containers. The pages are our own.
            .arg("--no-sandbox")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let (stdin, stdout) = (
            started.stdin.take().unwrap(),
            started.stdout.take().unwrap(),
        );
        let browser = Self {
            program: started,
            protocol: Protocol::new(stdin, stdout),
            profile,
        };
        browser.protocol.call("", "Browser.getVersion", json!({}));
        Some(browser)
    }

    /// A new page that shares nothing with others: no storage, no history.
    pub fn page(&self) -> Page<'_> {
        let context = self
            .protocol
            .call("", "Target.createBrowserContext", json!({}));
        let target = self.protocol.call(
            "",
            "Target.createTarget",
            json!({"url": "about:blank", "browserContextId": context["browserContextId"]}),
        );
        let attached = self.protocol.call(
            "",
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        Page::new(
            &self.protocol,
            attached["sessionId"].as_str().expect("a session"),
        )
    }

    /// Where its profile lies: on the command line of each of its processes.
    pub fn profile(&self) -> PathBuf {
        self.profile.path().to_path_buf()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self
            .protocol
            .try_call("", "Browser.close", json!({}), TO_END);
        let until = Instant::now() + TO_END;
        while matches!(self.program.try_wait(), Ok(None)) && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        end_group(&mut self.program);
    }
}

/// Ends a program that was started with a process group of its own, and everything in the group.
pub fn end_group(program: &mut Child) {
    if let Some(group) = Pid::from_raw(program.id() as i32) {
        // An error means that nobody of the group is left.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = program.wait();
}

fn program() -> Option<PathBuf> {
    if let Some(named) = env::var_os("COURSE_BROWSER") {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    let places: Vec<PathBuf> = env::split_paths(&path).collect();
    let all = NAMES
        .iter()
        .flat_map(|name| places.iter().map(move |place| place.join(name)));
    all.into_iter().find(|file| file.is_file())
}
