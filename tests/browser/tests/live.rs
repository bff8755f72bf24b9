//! The open page during a real `cargo xtask grade`.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use browser_tests::{Browser, Course, Page, Screen, Served, axe};

const LIB: &str = "labs/00-hello/src/lib.rs";
/// The chapter that has the steps of `hello`.
const CHAPTER: &str = "1b-fundamentals.html";
/// From the verdict on disk to the page.
const MOST_MS: f64 = 500.0;

/// The page has seen how wide it is.
const ALL_REACHED: &str = "[...document.querySelectorAll('main pre > code')]
    .every((it) => it.scrollWidth <= it.clientWidth || it.tabIndex === 0)";

/// Notes when the verdicts on the page change, by the clock that file times have too.
const NOTE_CHANGES: &str = "(() => {
    window.changes = [];
    new MutationObserver(() => window.changes.push(Date.now()))
      .observe(document.querySelector('.steps'), { subtree: true, attributeFilter: ['data-verdict'] });
  })()";

#[test]
fn steps_turn_while_the_lab_is_graded_and_the_last_failure_is_drawn() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let course = Course::open();
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address(CHAPTER));
    page.wait("document.querySelector('.steps[data-lab=hello] .step')");

    let open = course.grade(&["hello"], book.state());
    assert!(open.contains("0 of 25 points"), "{open}");
    page.wait(&verdicts("open skipped skipped"));
    assert_eq!(page.texts("[...document.querySelectorAll('.step-story')].map((it) => it.innerHTML).filter(Boolean)"), [""; 0]);

    // The name ends with LF alone: what plain `println!` habits lead to.
    let solution = course
        .read("solutions/00-hello/src/lib.rs")
        .replace("solution_hello", "lab_hello");
    let wrong = solution.replacen("{name}\\r\\n", "{name}\\n", 1);
    assert_ne!(wrong, solution, "there is a CRLF to leave out");
    course.write(LIB, &wrong);
    page.value(NOTE_CHANGES);
    let failed = course.grade(&["hello"], book.state());
    assert!(failed.contains("FAIL"), "{failed}");
    page.wait("document.querySelector('.step[data-verdict=failed]')");
    judge_delay(&page, book.state());
    judge_story(&page, &failed);
    for screen in Screen::ALL {
        page.screen(screen);
        page.open(&book.address(CHAPTER));
        page.wait("document.querySelector('.step[data-verdict=failed] svg')");
        page.wait(ALL_REACHED);
        page.value("document.querySelector('.step[data-verdict=failed]').scrollIntoView({ behavior: 'instant' })");
        page.picture(&format!("a failing step, {screen}"));
        assert_eq!(page.too_wide(), [""; 0], "{screen}");
        let found: Vec<_> = axe().iter().flat_map(|axe| page.violations(axe)).collect();
        assert_eq!(found, [""; 0], "{screen}");
    }

    course.write(LIB, "it does not compile");
    course.grade(&["hello"], book.state());
    page.wait(&verdicts("build_failed build_failed build_failed"));
    page.wait("document.querySelector('.step-story pre').textContent.includes('error')");

    course.write(LIB, &solution);
    page.value(NOTE_CHANGES);
    let passed = course.grade(&["hello"], book.state());
    assert!(passed.contains("25 of 25 points"), "{passed}");
    page.wait(&verdicts("passed passed passed"));
    judge_delay(&page, book.state());
    page.wait("document.querySelector('.steps-earned').textContent === '25 of 25 points.'");
    assert!(
        page.holds("[...document.querySelectorAll('.step-story')].every((it) => !it.innerHTML)"),
        "no story is left"
    );
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn a_server_that_is_gone_is_said() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address(CHAPTER));
    page.wait("document.getElementById('course-note')");
    drop(book);
    page.wait("!document.getElementById('course-note').hidden");
    assert!(
        page.text("document.getElementById('course-note').textContent")
            .contains("cargo xtask book")
    );
}

/// In the order of the steps.
fn verdicts(expected: &str) -> String {
    format!(
        "[...document.querySelectorAll('.step')].map((it) => it.dataset.verdict).join(' ') === '{expected}'"
    )
}

/// The page changed within [`MOST_MS`] of the moment at which the results were written.
fn judge_delay(page: &Page<'_>, state: &Path) {
    page.wait("window.changes.length");
    let changed = page.value("window.changes[0]").as_f64().unwrap();
    let written = fs::metadata(state.join("results.json"))
        .unwrap()
        .modified()
        .unwrap();
    let written = written.duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0;
    let delay = changed - written;
    println!("from results.json to the page: {delay:.0} ms");
    assert!(delay < MOST_MS, "{delay} ms");
}

/// What the terminal told, the page tells too, and draws it.
fn judge_story(page: &Page<'_>, terminal: &str) {
    let story =
        page.text("document.querySelector('.step[data-verdict=failed] .step-story').innerText");
    for word in ["expected", "got", "likely"] {
        assert!(story.contains(word), "{word}: {story}");
    }
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let events = page.texts(
        "[...document.querySelectorAll('.step[data-verdict=failed] .step-story li')].map((it) => it.lastChild.data.trim())",
    );
    assert!(events.len() >= 3, "{events:?}");
    for event in &events {
        assert!(
            plain(terminal).contains(&plain(event)),
            "{event:?} is not in\n{terminal}"
        );
    }
    let drawn = "document.querySelector('.step[data-verdict=failed] .step-story .drawing svg')";
    page.wait(drawn);
    assert!(
        page.holds(&format!("{drawn}.querySelectorAll('.arrow').length >= 1")),
        "with what went over the wire"
    );
    assert!(page.holds(&format!(
        "{drawn}.getAttribute('role') === 'img' && {drawn}.getBoundingClientRect().height > 50"
    )));
}
