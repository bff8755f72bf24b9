//! The tests' own manners: nothing that they started is left.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use browser_tests::{Browser, Served};

/// The processes whose command line holds this path.
fn running(path: &Path) -> Vec<String> {
    let path = path.to_str().unwrap();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = processes.filter_map(|it| fs::read(it.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(path)).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_panic_leaves_no_process_and_no_profile() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let served = Served::start();
    let (profile, state) = (browser.profile(), served.state().to_path_buf());
    browser.page().open(&served.address("index.html"));
    assert!(
        !running(&profile).is_empty() && !running(&state).is_empty(),
        "both are there at first"
    );
    let fell = catch_unwind(AssertUnwindSafe(move || {
        let _both = (browser, served);
        panic!("as a test does that fails");
    }));
    assert!(fell.is_err());
    assert_eq!(running(&profile), [""; 0]);
    assert_eq!(running(&state), [""; 0]);
    assert!(!profile.exists() && !state.exists());
}
