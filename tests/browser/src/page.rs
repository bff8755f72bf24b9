//! A page as its reader has it: opened, read, clicked and typed at, on a screen of some size and brightness.

use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::DEADLINE;
use crate::protocol::{Event, Protocol};

pub struct Page<'a> {
    protocol: &'a Protocol,
    session: String,
}

#[derive(Clone, Copy)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
}

impl Screen {
    /// On each of these a page is looked at.
    pub const ALL: [Self; 4] = [
        Self::WIDE,
        Self::WIDE.dark(),
        Self::NARROW,
        Self::NARROW.dark(),
    ];

    pub const WIDE: Self = Self {
        width: 1280,
        height: 900,
        dark: false,
    };
    /// The width that WCAG 2.2 asks for (1.4.10 Reflow): a telephone, or a desk at 400 %.
    pub const NARROW: Self = Self {
        width: 320,
        height: 640,
        dark: false,
    };

    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }
}

impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} px {}",
            self.width,
            if self.dark { "dark" } else { "light" }
        )
    }
}

/// The name of a key, the text that it types, and its number.
const KEYS: [(&str, &str, u32); 9] = [
    ("Tab", "", 9),
    ("Enter", "\r", 13),
    ("Escape", "", 27),
    (" ", " ", 32),
    ("ArrowLeft", "", 37),
    ("ArrowUp", "", 38),
    ("ArrowRight", "", 39),
    ("ArrowDown", "", 40),
    ("/", "/", 191),
];

impl<'a> Page<'a> {
    pub(crate) fn new(protocol: &'a Protocol, session: &str) -> Self {
        let page = Self {
            protocol,
            session: session.to_string(),
        };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.screen(Screen::WIDE);
        page
    }

    pub fn call(&self, method: &str, params: Value) -> Value {
        self.protocol.call(&self.session, method, params)
    }

    pub fn screen(&self, screen: Screen) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": false}),
        );
        let scheme = if screen.dark { "dark" } else { "light" };
        self.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        );
    }

    /// From the next page on.
    pub fn scripts_off(&self) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": true}),
        );
    }

    /// Goes to `url` and waits until it is loaded, with all that it loads.
    pub fn open(&self, url: &str) {
        let mark = self.protocol.now();
        let went = self.call("Page.navigate", json!({"url": url}));
        assert!(
            went.get("errorText").is_none(),
            "{url}: {}",
            went["errorText"]
        );
        if went.get("loaderId").is_some() {
            self.wait_loaded(mark);
        }
    }

    /// Does what makes the page load another, and waits for that one.
    pub fn after_load(&self, act: impl FnOnce()) {
        let mark = self.protocol.now();
        act();
        self.wait_loaded(mark);
    }

    fn wait_loaded(&self, mark: usize) {
        let loaded = |event: &Event| event.method == "Page.loadEventFired";
        self.protocol
            .wait_event(&self.session, mark, "a loaded page", loaded);
    }

    /// The value of a JavaScript expression; a promise is waited for.
    pub fn value(&self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut said = self.call("Runtime.evaluate", params);
        assert!(
            said.get("exceptionDetails").is_none(),
            "{expression}: {}",
            said["exceptionDetails"]
        );
        said["result"]["value"].take()
    }

    pub fn text(&self, expression: &str) -> String {
        let value = self.value(expression);
        (value.as_str().map(str::to_string))
            .unwrap_or_else(|| panic!("{expression} is no text but {value}"))
    }

    pub fn holds(&self, expression: &str) -> bool {
        self.value(&format!("!!({expression})")).as_bool() == Some(true)
    }

    /// Waits until an expression holds; the page itself looks, at each of its ticks.
    pub fn wait(&self, expression: &str) {
        // Before the call's own deadline, which could not say what was waited for.
        let ms = DEADLINE.as_millis() / 2;
        let held = self.value(&format!(
            "new Promise((tell) => {{
               const until = Date.now() + {ms};
               const look = () => {{
                 let held = false;
                 try {{ held = !!({expression}); }} catch {{ /* not there yet */ }}
                 if (held || Date.now() > until) tell(held); else setTimeout(look, 10);
               }};
               look();
             }})"
        ));
        assert_eq!(held, json!(true), "never held: {expression}");
    }

    /// Presses a key as a hand does: it goes to whatever has the focus.
    pub fn press(&self, key: &str) {
        let (_, text, number) =
            (KEYS.iter().find(|(name, ..)| *name == key)).expect("a key of the list");
        let mut params = json!({"key": key, "code": key, "windowsVirtualKeyCode": number});
        params["type"] = if text.is_empty() {
            "rawKeyDown"
        } else {
            "keyDown"
        }
        .into();
        if !text.is_empty() {
            params["text"] = (*text).into();
        }
        self.call("Input.dispatchKeyEvent", params.clone());
        params["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", params);
    }

    /// Presses Tab until the focus is on what matches; at most `most` times.
    pub fn tab_to(&self, selector: &str, most: usize) {
        let there = format!("document.activeElement.matches({selector:?})");
        for _ in 0..most {
            self.press("Tab");
            if self.holds(&there) {
                return;
            }
        }
        let at = self.text("document.activeElement.outerHTML.slice(0, 200)");
        panic!("{most} times Tab did not lead to {selector}; the focus is on {at}");
    }

    pub fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Clicks with the mouse in the middle of what matches, where a reader would: on what is seen there.
    pub fn click(&self, selector: &str) {
        let place = self.value(&format!(
            "(() => {{
               const it = document.querySelector({selector:?});
               if (!it) return null;
               it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
               const box = it.getBoundingClientRect();
               return [box.x + box.width / 2, box.y + box.height / 2];
             }})()"
        ));
        assert!(place.is_array(), "nothing matches {selector}");
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    /// For whoever wants to look: what is on the screen, as NAME.png in the directory that `COURSE_PICTURES` names.
    pub fn picture(&self, name: &str) {
        let Some(directory) = std::env::var_os("COURSE_PICTURES") else {
            return;
        };
        let said = self.call("Page.captureScreenshot", json!({}));
        let data = base64(said["data"].as_str().expect("a picture"));
        let file = Path::new(&directory).join(format!("{name}.png"));
        fs::create_dir_all(directory)
            .and_then(|()| fs::write(&file, data))
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Errors and warnings, of scripts and of the browser.
    pub fn console(&self) -> Vec<String> {
        let events = self.protocol.events(&self.session, 0);
        events.iter().filter_map(trouble).collect()
    }

    /// Every address that the page asked for, in order.
    pub fn requests(&self) -> Vec<String> {
        let events = self.protocol.events(&self.session, 0);
        let asked = events
            .iter()
            .filter(|event| event.method == "Network.requestWillBeSent");
        asked
            .filter_map(|event| event.params["request"]["url"].as_str().map(str::to_string))
            .collect()
    }

    /// What nobody should meet: a request to anyone but this machine's own book, a complaint on the console. `may` names
    /// parts of complaints that are part of the test.
    pub fn complaints(&self, may: &[&str]) -> Vec<String> {
        const OWN: [&str; 4] = ["http://127.0.0.1:", "file:///", "data:", "about:blank"];
        let mut found = self.requests();
        found.retain(|url| !OWN.iter().any(|own| url.starts_with(own)));
        found.extend(self.console());
        found.retain(|found| !may.iter().any(|may| found.contains(may)));
        found
    }

    /// What makes the page wider than its screen, so that a reader has to scroll in both directions.
    pub fn too_wide(&self) -> Vec<String> {
        self.texts(
            "(() => {
               const root = document.scrollingElement;
               if (root.scrollWidth <= root.clientWidth) return [];
               const out = (it) => it.getBoundingClientRect().right > root.clientWidth + 1;
               return [`the page is ${root.scrollWidth} px wide`, ...[...document.querySelectorAll('body *')].filter(out)
                 .slice(0, 5).map((it) => it.outerHTML.slice(0, 120))];
             })()",
        )
    }

    /// An expression that gives a list of texts.
    pub fn texts(&self, expression: &str) -> Vec<String> {
        serde_json::from_value(self.value(expression))
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }
}

/// What an event complains of, if it does.
fn trouble(event: &Event) -> Option<String> {
    let params = &event.params;
    match event.method.as_str() {
        "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled"
            if ["error", "warning", "assert"].contains(&params["type"].as_str()?) =>
        {
            Some(params["args"].to_string())
        }
        "Log.entryAdded" if ["error", "warning"].contains(&params["entry"]["level"].as_str()?) => {
            Some(format!(
                "{} {}",
                params["entry"]["text"], params["entry"]["url"]
            ))
        }
        _ => None,
    }
}

/// RFC 4648 section 4, as Chromium writes it.
fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut out = Vec::new();
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = group
            .iter()
            .fold(0, |bits, byte| bits << 6 | u32::from(value(*byte)))
            << (6 * (4 - group.len()));
        out.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    out
}
