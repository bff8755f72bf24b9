//! Everything by keyboard that a mouse can do.

use browser_tests::{Browser, Screen, Served};

#[test]
fn the_first_tab_leads_to_the_text() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("2a-crowd.html"));
    let hidden = "document.querySelector('.skip').getBoundingClientRect().bottom <= 0";
    assert!(page.holds(hidden), "out of sight without the focus");
    page.press("Tab");
    assert!(page.holds("document.activeElement.matches('.skip')"));
    assert!(!page.holds(hidden), "in sight with it");
    page.press("Enter");
    page.wait("location.hash === '#mdbook-content'");
    page.press("Tab");
    assert!(
        page.holds("document.activeElement.closest('#mdbook-content')"),
        "the contents are skipped"
    );
}

#[test]
fn the_contents_open_and_close() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.screen(Screen::NARROW);
    page.open(&book.address("2a-crowd.html"));
    let open = "document.documentElement.classList.contains('sidebar-visible')";
    assert!(!page.holds(open), "closed on a telephone");
    page.tab_to("#mdbook-sidebar-toggle", 6);
    page.press("Enter");
    page.wait(open);
    assert!(page.holds(
        "document.querySelector('#mdbook-sidebar-toggle').getAttribute('aria-expanded') === 'true'"
    ));
    page.press(" ");
    page.wait(&format!("!{open}"));
}

#[test]
fn what_scrolls_sideways_takes_the_focus() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.screen(Screen::NARROW);
    page.open(&book.address("2a-sockets.html"));
    page.wait("document.querySelector('main pre > code[tabindex]')");
    let unreached = page.texts(
        "[...document.querySelectorAll('main *')]
           .filter((it) => ['auto', 'scroll'].includes(getComputedStyle(it).overflowX)
             && it.scrollWidth > it.clientWidth + 1 && it.tabIndex < 0)
           .map((it) => it.outerHTML.slice(0, 120))",
    );
    assert_eq!(unreached, [""; 0]);
    let address = page.text("location.href");
    page.value("document.querySelector('main pre > code[tabindex]').focus()");
    page.press("ArrowRight");
    page.wait("document.activeElement.scrollLeft > 0");
    assert_eq!(
        page.text("location.href"),
        address,
        "the arrow scrolls and turns no page"
    );
}

#[test]
fn arrows_turn_the_page_where_nothing_has_the_focus() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("2a-crowd.html"));
    page.after_load(|| page.press("ArrowRight"));
    assert!(!page.text("location.pathname").contains("2a-crowd"));
}
