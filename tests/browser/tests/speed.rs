//! How long a writer of the book waits for what was just written.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use browser_tests::{Browser, Course, Served};

const CHAPTER: &str = "book/chapters/2a-sockets.md";
/// From the save of a chapter to the built book.
const MOST_BUILD: Duration = Duration::from_millis(1000);
/// When there was something to see of the page that was loaded last, in milliseconds of its own clock.
const PAINT: &str = "performance.getEntriesByName('first-contentful-paint')";

#[test]
fn a_saved_chapter_is_soon_on_the_open_page() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let course = Course::open();
    let book = Served::of(&course.root);
    let page = browser.page();
    page.open(&book.address("2a-sockets.html"));
    let text = course.read(CHAPTER);
    let mut builds = Vec::new();
    for n in 0..5 {
        let word = format!("postillion-{n}");
        let saved = SystemTime::now();
        page.after_load(|| course.write(CHAPTER, &format!("{text}\n{word}\n")));
        page.wait(&format!(
            "document.querySelector('main').textContent.includes('{word}')"
        ));
        page.wait(&format!("{PAINT}[0]"));
        let painted = page.value(&format!(
            "Math.round(performance.timeOrigin + {PAINT}[0].startTime)"
        ));
        let painted = UNIX_EPOCH + Duration::from_millis(painted.as_u64().unwrap());
        let shown = painted.duration_since(saved).unwrap();
        let line = book.line();
        let build = line.split(' ').find_map(|word| word.parse().ok());
        let build = Duration::from_millis(build.unwrap_or_else(|| panic!("no time in {line:?}")));
        println!("built in {build:?}, on the page {shown:?} after the save");
        builds.push(build);
    }
    builds.sort();
    // The best of five: other tests run beside this one.
    assert!(builds[0] < MOST_BUILD, "{builds:?}");
    page.after_load(|| course.write(CHAPTER, &text));
    // What has just been written can soon be searched for too, and the page is not loaded again for it.
    page.after_load(|| course.write(CHAPTER, &format!("{text}\npostillion\n")));
    page.value("window.stays = true");
    page.wait("fetch('').then((it) => it.text()).then((it) => window.findable = it.includes('mdbook-searchbar')) && window.findable");
    assert!(page.holds("window.stays"));
    page.open(&book.address("index.html?search=postillion"));
    page.wait("document.querySelector('#mdbook-searchresults a')");
    page.open(&book.address("2a-sockets.html"));

    let broken = format!("{text}\n<!-- steps: nosuchlab -->\n");
    course.write(CHAPTER, &broken);
    page.wait("document.getElementById('course-note').textContent.includes('nosuchlab')");
    course.write(CHAPTER, &text);
    assert_eq!(page.complaints(&[]), [""; 0]);
}
