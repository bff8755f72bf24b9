//! A page that is opened at an anchor shows that place.

use browser_tests::{Browser, Screen, Served};

#[test]
fn a_page_opened_at_an_anchor_shows_that_place() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    for screen in [Screen::WIDE, Screen::NARROW] {
        for anchor in ["a-read-of-0", "step-echo-relay_hangs_up_one_side", "quiz"] {
            let page = browser.page();
            page.screen(screen);
            page.open(&book.address(&format!("2a-sockets.html#{anchor}")));
            let place = format!("document.getElementById('{anchor}')");
            // The menu may cover the top; what was asked for is below it and not off the screen.
            page.wait(&format!("{place}.getBoundingClientRect().top >= 0"));
            page.wait(&format!(
                "{place}.getBoundingClientRect().top < innerHeight / 2"
            ));
            // The topmost thing where the place is, as an eye sees it.
            let seen = format!(
                "(() => {{ const box = {place}.getBoundingClientRect();
                    const it = document.elementFromPoint(box.x + 8, box.y + Math.min(box.height / 2, 40));
                    return it && ({place}.contains(it) || it.contains({place})); }})()"
            );
            page.picture(&format!("at {anchor}, {screen}"));
            assert!(page.holds(&seen), "{anchor} is covered on {screen}");
        }
    }
}
