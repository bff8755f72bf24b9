//! Every kind of page, on every screen: readable by everyone, within its width, asking nobody, complaining of nothing.

use browser_tests::{Browser, Screen, Served, axe};

/// One page stands for its kind.
struct Kind {
    name: &'static str,
    path: &'static str,
    /// Holds once all is there that scripts add.
    ready: &'static str,
    /// What the console may say.
    may: &'static [&'static str],
}

const KINDS: [Kind; 7] = [
    Kind {
        name: "front",
        path: "",
        ready: "document.querySelector('main h1')",
        may: &[],
    },
    Kind {
        name: "chapter with steps",
        path: "2a-crowd.html",
        ready: "document.querySelector('.step')",
        may: &[],
    },
    Kind {
        name: "quiz",
        path: "2a-sockets.html",
        ready: "document.querySelector('.question input')",
        may: &[],
    },
    Kind {
        name: "exam",
        path: "exam.html",
        ready: "document.querySelector('.exam-question form') && document.querySelector('.essay textarea')",
        may: &[],
    },
    Kind {
        name: "search results",
        path: "index.html?search=datagram",
        ready: "document.querySelector('#mdbook-searchresults a')",
        may: &[],
    },
    Kind {
        name: "print",
        path: "print.html",
        ready: "document.querySelector('main h1')",
        may: &[],
    },
    Kind {
        name: "not found",
        path: "no/such/page.html",
        ready: "document.querySelector('main h1')",
        may: &["no/such/page.html"],
    },
];

#[test]
fn every_kind_of_page_is_for_everyone() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let axe = axe();
    let book = Served::start();
    let mut faults = Vec::new();
    for kind in &KINDS {
        for screen in Screen::ALL {
            let page = browser.page();
            page.screen(screen);
            page.open(&book.address(kind.path));
            page.wait(kind.ready);
            let mut found = page.too_wide();
            found.extend(axe.iter().flat_map(|axe| page.violations(axe)));
            found.extend(page.complaints(kind.may));
            let on = format!("{}, {screen}", kind.name);
            page.picture(&on);
            faults.extend(found.iter().map(|fault| format!("{on}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// mdBook has five themes, and whoever chooses one by hand is to read it too.
#[test]
fn every_theme_can_be_read() {
    let (Some(browser), Some(axe)) = (Browser::start(), axe()) else {
        return;
    };
    let book = Served::start();
    let page = browser.page();
    page.open(&book.address("2a-sockets.html"));
    let themes = page
        .texts("[...document.querySelectorAll('#mdbook-theme-list .theme')].map((it) => it.id)");
    let themes: Vec<_> = themes
        .iter()
        .filter_map(|id| id.strip_prefix("mdbook-theme-"))
        .collect();
    assert!(themes.len() >= 5, "{themes:?}");
    let mut faults = Vec::new();
    for theme in themes.into_iter().filter(|theme| *theme != "default_theme") {
        page.value(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        page.open(&book.address("2a-sockets.html?search=datagram"));
        page.wait(&format!(
            "document.documentElement.classList.contains('{theme}')"
        ));
        page.wait("document.querySelector('#mdbook-searchresults a')");
        faults.extend(
            page.violations(&axe)
                .iter()
                .map(|fault| format!("{theme}: {fault}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
