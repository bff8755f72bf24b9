//! A quiz by mouse and by keyboard.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use browser_tests::{Browser, DEADLINE, Page, Served};
use serde_json::json;

/// A page may have several quizzes.
const FIRST: &str = "[data-quiz=sockets] .question:first-child";

#[test]
fn by_mouse_every_choice_says_why_and_is_kept() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({"source": "addEventListener('course-answers', () => { window.heard = true; })"}),
    );
    page.open(&book.address("2a-sockets.html"));
    page.wait(&in_first("fieldset legend"));
    // From then on answers go to the server too.
    page.wait("window.heard");
    assert_eq!(said(&page), "");

    let choices = page.texts(&format!(
        "[...document.querySelectorAll('{FIRST} label')].map((it) => it.textContent.trim())"
    ));
    assert!(choices.len() >= 3, "{choices:?}");
    let mut right = Vec::new();
    for n in 0..choices.len() {
        let before = said(&page);
        page.click(&format!("{FIRST} label:nth-of-type({}) span", n + 1));
        assert_eq!(said(&page), before, "a choice is no answer yet");
        page.click(&format!("{FIRST} button"));
        page.wait(&format!("{}.textContent.length > 20", in_first("output")));
        assert_ne!(said(&page), before, "each choice has its own reason");
        if page.text(&format!("{}.dataset.right", in_first("output"))) == "true" {
            right.push(n);
        }
    }
    assert_eq!(right.len(), 1, "one choice is right");

    let last = said(&page);
    let chosen = page.text(&format!("{}.value", in_first("input:checked")));
    wait_kept(book.state(), &chosen);
    page.open(&book.address("2a-sockets.html?again"));
    page.wait(&in_first("output[data-right]"));
    assert_eq!(said(&page), last, "the answer is still there");
    assert!(page.holds(&format!("{}.checked", in_first("label:last-of-type input"))));
    assert_eq!(page.complaints(&[]), [""; 0]);

    // It is the learner's, not this browser's.
    let other = browser.page();
    other.open(&book.address("2a-sockets.html"));
    other.wait(&in_first("output[data-right]"));
    assert_eq!(said(&other), last, "another browser has it too");
}

#[test]
fn by_keyboard_arrows_choose_and_the_button_answers() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("2a-sockets.html#quiz"));
    page.wait(&in_first("fieldset legend"));
    // The anchor is where Tab goes on from.
    page.tab_to(&format!("{FIRST} input"), 3);
    let address = page.text("location.href");
    page.press("ArrowDown");
    page.press("ArrowRight");
    assert!(page.holds(&format!(
        "{}.checked",
        in_first("label:nth-of-type(3) input")
    )));
    page.press("Tab");
    assert!(page.holds(&format!(
        "document.activeElement === {}",
        in_first("button")
    )));
    // mdBook turns the page at these.
    page.press("ArrowRight");
    page.press("ArrowLeft");
    assert_eq!(said(&page), "", "no answer before the button");
    page.press("Enter");
    page.wait(&format!("{}.textContent.length > 20", in_first("output")));
    assert_eq!(
        page.text("location.href"),
        address,
        "arrows in a quiz turn no page"
    );
    assert!(page.holds(&format!(
        "{}.getAttribute('aria-live') === 'polite'",
        in_first("output")
    )));
    page.tab_to("[data-quiz=sockets] .question:nth-child(2) input", 3);
    assert_eq!(page.complaints(&[]), [""; 0]);
}

fn in_first(selector: &str) -> String {
    format!("document.querySelector('{FIRST} {selector}')")
}

/// What the page has answered to the first question.
fn said(page: &Page<'_>) -> String {
    page.text(&format!("{}.textContent", in_first("output")))
}

/// Waits until the server has written this choice down: it takes one answer after the other.
fn wait_kept(state: &Path, choice: &str) {
    let until = Instant::now() + DEADLINE;
    let kept = || std::fs::read_to_string(state.join("answers.json")).unwrap_or_default();
    while !kept().contains(choice) {
        assert!(Instant::now() < until, "{choice} is not in {}", kept());
        thread::sleep(Duration::from_millis(10));
    }
}
