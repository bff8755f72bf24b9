//! The book in a real browser: Chromium, driven over its DevTools protocol.
//!
//! The protocol is JSON over two pipes, so this needs neither a driver program of the right version nor a library,
//! and Chromium ends by itself when its pipe does. A test reads like what a reader does:
//!
//! ```no_run
//! let Some(browser) = browser_tests::Browser::start() else { return };
//! let book = browser_tests::Served::start();
//! let page = browser.page();
//! page.open(&book.address("index.html"));
//! page.press("Tab");
//! page.wait("document.activeElement.matches('.skip')");
//! assert_eq!(page.complaints(&[]), [""; 0]);
//! ```
//!
//! Where Chromium is missing the tests say so and pass; with `COURSE_NOTHING_MISSING` set that is a failure.
//! `COURSE_BROWSER` names another program. axe-core is read from `COURSE_AXE`, else from where CI puts it.
//! `COURSE_PICTURES=DIR` keeps a picture of each page that is judged, for an eye to judge too.

mod axe;
mod browser;
mod course;
mod page;
mod protocol;
mod served;

use std::time::Duration;

pub use axe::axe;
pub use browser::Browser;
pub use course::Course;
pub use page::{Page, Screen};
pub use served::{Served, checkout, programs};

/// For anything that a browser or a server does. Much more than is needed; what hangs is a failure with a name.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Says that a test was not made, or fails it where nothing may be missing.
fn skip(what: &str) {
    assert!(
        std::env::var_os("COURSE_NOTHING_MISSING").is_none(),
        "missing: {what}"
    );
    println!("skipped: no {what}");
}
