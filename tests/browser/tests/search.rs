//! Search: found, opened and marked, without a mouse.

use browser_tests::{Browser, Served};

#[test]
fn a_word_is_found_from_the_keyboard() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("index.html"));
    page.press("/");
    page.wait("document.activeElement.id === 'mdbook-searchbar'");
    page.type_text("handshake");
    page.wait("document.querySelector('#mdbook-searchresults a')");
    page.wait(
        "document.querySelector('#mdbook-searchresults-header').textContent.includes('handshake')",
    );
    page.press("ArrowDown");
    page.wait("document.activeElement.matches('#mdbook-searchresults a') || document.querySelector('#mdbook-searchresults li.focus')");
    page.after_load(|| page.press("Enter"));
    page.wait("document.querySelector('main mark')");
    assert!(
        page.text("document.querySelector('main').textContent")
            .contains("handshake")
    );
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn what_is_not_there_is_not_found() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("index.html?search=xylophonist"));
    page.wait("document.querySelector('#mdbook-searchresults-header').textContent.includes('No search results')");
    assert_eq!(page.complaints(&[]), [""; 0]);
}
