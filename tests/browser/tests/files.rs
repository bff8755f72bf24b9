//! The pages without a server and without scripts.

use std::path::{Path, PathBuf};
use std::process::Command;

use browser_tests::{Browser, Screen, Served, axe, checkout, programs};

/// `cargo xtask book --build DIR`.
fn built(to: &Path) -> PathBuf {
    let pages = to.join("pages");
    cargo(&["book", "--build", pages.to_str().unwrap()]);
    pages
}

fn cargo(args: &[&str]) {
    programs();
    let ran = Command::new(env!("CARGO"))
        .arg("xtask")
        .args(args)
        .current_dir(checkout())
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn size(directory: &Path) -> u64 {
    let entries = std::fs::read_dir(directory).unwrap();
    let sizes = entries.map(|entry| match entry.unwrap().path() {
        path if path.is_dir() => size(&path),
        path => path.metadata().unwrap().len(),
    });
    sizes.sum()
}

fn address(pages: &Path, page: &str) -> String {
    format!("file://{}/{page}", pages.display())
}

#[test]
fn from_files_everything_works_but_what_is_live() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let axe = axe();
    let directory = tempfile::tempdir().unwrap();
    let pages = built(directory.path());
    let page = browser.page();

    page.open(&address(&pages, "2a-sockets.html"));
    page.wait("document.querySelector('.question fieldset')");
    page.click(".question:first-child label span");
    page.click(".question:first-child button");
    page.wait("document.querySelector('.question:first-child output[data-right]')");
    assert_eq!(page.too_wide(), [""; 0]);
    assert_eq!(
        axe.iter()
            .flat_map(|axe| page.violations(axe))
            .collect::<Vec<_>>(),
        [""; 0]
    );
    page.after_load(|| page.click(".nav-wide-wrapper .next, .nav-wrapper .next"));
    assert!(
        page.text("location.protocol") == "file:"
            && page.holds("document.querySelector('main h1')")
    );

    page.open(&address(&pages, "index.html?search=datagram"));
    page.wait("document.querySelector('#mdbook-searchresults a')");
    page.after_load(|| page.click("#mdbook-searchresults a"));
    page.wait("document.querySelector('main mark')");

    // The server of the course is on http; a file asks for nothing at all.
    assert!(
        page.requests().iter().all(|url| !url.starts_with("http")),
        "{:?}",
        page.requests()
    );
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn a_handout_has_the_whole_book() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("for learners");
    cargo(&["handout", copy.to_str().unwrap()]);
    let pages = copy.join("book/pages");
    let page = browser.page();
    page.open(&address(&pages, "index.html?search=datagram"));
    page.wait("document.querySelector('#mdbook-searchresults a')");
    page.after_load(|| page.click("#mdbook-searchresults a"));
    page.wait("document.querySelector('main mark')");
    assert_eq!(page.complaints(&[]), [""; 0]);
    let mb = size(&pages) as f64 / 1e6;
    println!("the pages of the book: {mb:.1} MB");
    assert!(mb < 10.0, "a handout is to be copied around: {mb} MB");
}

#[test]
fn without_scripts_all_is_there_to_read() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let pages = built(directory.path());
    let book = Served::start();
    for address in [
        book.address("2a-sockets.html"),
        address(&pages, "2a-sockets.html"),
    ] {
        for screen in [Screen::WIDE, Screen::NARROW.dark()] {
            let page = browser.page();
            page.scripts_off();
            page.screen(screen);
            page.open(&address);
            // Asked of the tree, since no script of the page runs.
            let text = page.text("document.querySelector('main').innerText");
            for there in ["Predict:", "echoes_one_client", "client -> server: SYN"] {
                let drawn = page.text("document.querySelector('main').textContent");
                let told = text.contains(there) || drawn.contains(there) || there.contains("->");
                assert!(told, "{there:?} is missing at {address}");
            }
            assert!(
                page.holds("document.querySelector('.drawing svg')"),
                "drawings are drawn"
            );
            assert!(
                page.holds("document.querySelector('.question .choices')"),
                "questions are listed"
            );
            assert!(
                page.holds("document.querySelector('.question details .reasons')"),
                "answers are folded"
            );
            page.click(".question:first-child details summary");
            assert!(
                page.holds("document.querySelector('.question:first-child details').open"),
                "and unfold"
            );
            assert_eq!(page.too_wide(), [""; 0], "{address} on {screen}");
            assert_eq!(page.complaints(&[]), [""; 0]);
        }
    }
}

#[test]
fn printed_nothing_of_the_screen_is_left_and_all_chapters_are_there() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let pages = built(directory.path());
    let page = browser.page();
    // The page prints itself once it is loaded. Only one can print at a time, and here that is the test.
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        serde_json::json!({"source": "window.print = () => {}"}),
    );
    page.open(&address(&pages, "print.html"));
    let chapters = std::fs::read_to_string(checkout().join("book/chapters/SUMMARY.md")).unwrap();
    let chapters = chapters
        .lines()
        .filter(|line| line.trim_start().starts_with("- ["))
        .count();
    let headings = page.value("document.querySelectorAll('main h1').length");
    assert_eq!(headings.as_u64(), Some(chapters as u64));
    page.call(
        "Emulation.setEmulatedMedia",
        serde_json::json!({"media": "print"}),
    );
    let shown = "(it) => it && getComputedStyle(it).display !== 'none' && it.getBoundingClientRect().height > 0";
    for screen_only in [
        "#mdbook-menu-bar",
        "#mdbook-sidebar",
        ".skip:focus",
        ".question button",
        "#course-note",
    ] {
        assert!(
            !page.holds(&format!(
                "({shown})(document.querySelector('{screen_only}'))"
            )),
            "{screen_only} is printed"
        );
    }
    assert!(page.holds(&format!(
        "({shown})(document.querySelector('.drawing svg'))"
    )));
    let pdf = page.call("Page.printToPDF", serde_json::json!({}));
    assert!(
        pdf["data"]
            .as_str()
            .is_some_and(|data| data.len() > 100_000),
        "it prints"
    );
}
