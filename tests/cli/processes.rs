//! Processes that belong to a test: those that were given its state directory, in whatever way.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(5);

/// The processes, but the runner itself, that have `marker` in their arguments, environment or directory.
pub fn marked(marker: &Path, runner: u32) -> Vec<(u32, String)> {
    let marker = marker.to_str().unwrap();
    let me = std::process::id();
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| ![me, runner].contains(pid))
        .filter_map(|pid| {
            let read = |name: &str| {
                let bytes = fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
                String::from_utf8_lossy(&bytes).replace('\0', " ")
            };
            let place = fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
            let (line, environment) = (read("cmdline"), read("environ"));
            let all = [&line, &environment, &*place.to_string_lossy()];
            all.iter()
                .any(|text| text.contains(marker))
                .then_some((pid, line))
        })
        .collect()
}

/// Looks until `seen` says yes.
pub fn wait_for(what: &str, within: Duration, mut seen: impl FnMut() -> bool) {
    let start = Instant::now();
    while !seen() {
        assert!(
            start.elapsed() < within,
            "waited {within:?} in vain for {what}"
        );
        std::thread::sleep(LOOK);
    }
}

/// Without `unsafe`, a signal is sent by a shell.
pub fn signal(name: &str, pid: u32) {
    let status = Command::new("sh")
        .args(["-c", &format!("kill -{name} {pid}")])
        .status();
    assert!(
        status.unwrap().success(),
        "cannot send {name} to process {pid}"
    );
}

/// The largest resident size that a process has had so far, in KiB.
pub fn peak_kib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
