//! The exam's page: a sample paper that marks itself, and the essays that the reader marks.

use browser_tests::{Browser, Page, Served};

/// The first question that is answered with a number.
const NUMBER: &str = ".exam-question[data-kind=number]";

#[test]
fn by_keyboard_a_paper_is_answered_and_adds_up() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("exam.html#a-paper-to-try"));
    page.wait(&of("form input"));
    assert!(sum(&page).starts_with("0 of 70 points"), "{}", sum(&page));

    // The anchor is where Tab goes on from.
    page.tab_to(&format!("{NUMBER} input"), 12);
    page.type_text("many");
    page.press("Enter");
    page.wait(&format!("{}.textContent.length > 5", of("output")));
    assert_eq!(
        page.text(&format!("{}.textContent", of("output"))),
        "This is no number: write digits, or hex behind 0x."
    );

    let key: u64 = page
        .text(&format!("{}.dataset.key", of("")))
        .parse()
        .unwrap();
    answer(&page, &(key + 1).to_string());
    page.wait(&format!("{}.dataset.right === 'false'", of("")));
    assert!(sum(&page).starts_with("0 of 70 points"), "{}", sum(&page));
    answer(&page, &format!("0x{key:X}"));
    page.wait(&format!("{}.dataset.right === 'true'", of("")));
    let points = page.text(&format!("{}.dataset.points", of("")));
    let wanted = format!("{points} of 70 points");
    assert!(sum(&page).starts_with(&wanted), "{}", sum(&page));

    page.open(&book.address("exam.html?again"));
    page.wait(&format!("{}.dataset.right === 'true'", of("")));
    assert!(sum(&page).starts_with(&wanted), "kept: {}", sum(&page));
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn an_essay_is_kept_and_marked_by_its_reader() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("exam.html"));
    page.wait("document.querySelector('.essay textarea')");
    assert!(page.holds("document.querySelectorAll('.essay').length === 5"));
    page.click(".essay textarea");
    page.type_text("Bytes leave one program.");
    // The rubric is folded below the question.
    page.holds(
        "document.querySelectorAll('.essay details').forEach((it) => { it.open = true; }), true",
    );
    page.click(".essay .rubric li:first-child input");
    let points = page.text("document.querySelector('.essay .rubric li').dataset.points");
    let marks = "document.querySelector('.essay .rubric').nextElementSibling.textContent";
    page.wait(&format!("{marks}.startsWith('{points} of 20 points')"));

    page.open(&book.address("exam.html?again"));
    page.wait("document.querySelector('.essay textarea')");
    assert_eq!(
        page.text("document.querySelector('.essay textarea').value"),
        "Bytes leave one program."
    );
    assert!(page.holds(&format!("{marks}.startsWith('{points} of 20 points')")));
    assert_eq!(page.complaints(&[]), [""; 0]);
}

/// Replaces what stands in the field.
fn answer(page: &Page, text: &str) {
    page.holds(&format!("{}.select(), true", of("input")));
    page.type_text(text);
    page.press("Enter");
}

/// A part of the first such question, as an expression.
fn of(selector: &str) -> String {
    format!("document.querySelector('{NUMBER} {selector}')").replace(" ')", "')")
}

fn sum(page: &Page) -> String {
    page.text("document.querySelector('.exam-sum').textContent")
}
