//! An engine that is told events and what time it is, and answers with lines: one for each action, then its state.

use std::cell::RefCell;

use hidden_tests::{Bench, CauseId, Program};
use serde_json::Value;

use super::differs;
use super::packet::{hex, text};

/// More lines than any event asks for.
const MAX_ACTIONS: usize = 20;
/// Where a payload begins in a line.
const LONG_FIELDS: [&str; 2] = ["\"data\": \"", "\"write\": \""];
/// So many characters of it are shown.
const LONG_TEXT: usize = 60;

pub struct Play<'a> {
    bench: &'a Bench,
    program: Program,
    scene: RefCell<Scene>,
}

/// What is going on, and which rule of which function is about it.
#[derive(Default)]
struct Scene {
    what: String,
    rule: &'static str,
}

/// What an engine said to one event.
pub struct Answer {
    pub actions: Vec<String>,
    pub state: String,
}

impl<'a> Play<'a> {
    pub fn sender(bench: &'a Bench, options: &[&str]) -> Self {
        Self::start(bench, "sender", options)
    }

    pub fn receiver(bench: &'a Bench, options: &[&str]) -> Self {
        Self::start(bench, "receiver", options)
    }

    fn start(bench: &'a Bench, role: &str, options: &[&str]) -> Self {
        let args = [&["play", role], options].concat();
        let program = bench.program(&args).with_input().start();
        Self {
            bench,
            program,
            scene: RefCell::default(),
        }
    }

    /// What the next events are, for the story and for what is expected, and the rule that is about them.
    pub fn now(&self, what: &str, rule: &'static str) {
        self.bench.tell(&format!("now {what}"));
        self.quietly_now(what, rule);
    }

    /// The same without a word in the story.
    pub fn quietly_now(&self, what: &str, rule: &'static str) {
        let what = what.to_string();
        *self.scene.borrow_mut() = Scene { what, rule };
    }

    /// Tells the event, and requires exactly these lines, of which the last is the state.
    pub fn expect(&self, event: &str, lines: &[&str]) {
        let answer = self.hear(event);
        if let [actions @ .., state] = lines {
            self.compare(&answer, &[actions], &[state]);
        }
    }

    /// Tells of many events at once; with each of them, the lines of its answer.
    pub fn expect_all(&self, events: &[(String, Vec<String>)]) {
        let feed: String = events
            .iter()
            .map(|(event, _)| format!("{event}\n"))
            .collect();
        self.program.feed(feed.as_bytes());
        let wanted: usize = events.iter().map(|(_, lines)| lines.len()).sum();
        let mut come = self
            .program
            .next_lines(wanted, "the answers to these events")
            .into_iter();
        for (event, lines) in events {
            self.quietly_now(&format!("the answer to {event}"), self.rule());
            let mut actions: Vec<String> = come.by_ref().take(lines.len()).collect();
            let state = actions.pop().unwrap_or_default();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            if let [wanted @ .., wanted_state] = &lines[..] {
                self.compare(&Answer { actions, state }, &[wanted], &[wanted_state]);
            }
        }
    }

    fn rule(&self) -> &'static str {
        self.scene.borrow().rule
    }

    /// Tells the event, and hears everything up to the state.
    pub fn hear(&self, event: &str) -> Answer {
        self.program.feed_line(event);
        let mut actions = Vec::new();
        while actions.len() < MAX_ACTIONS {
            let expected = self.scened("a line for an action, or for the state");
            let line = self.program.next_line(&expected);
            if line.starts_with("{\"state\"") {
                return Answer {
                    actions,
                    state: line,
                };
            }
            actions.push(line);
        }
        let expected = self.scened("the state, after a few actions");
        let got = format!("{MAX_ACTIONS} actions and no end of them");
        self.bench
            .fail(CauseId::TooMuchOutput, &expected, &got, None)
    }

    /// Tells the event, and requires one of these lists of actions, and one of these states.
    ///
    /// What is written may be written in pieces, and to write nothing is no action. Returns the state.
    pub fn expect_roughly(&self, event: &str, actions: &[&[&str]], states: &[&str]) -> Answer {
        let mut answer = self.hear(event);
        answer.actions = joined(answer.actions);
        self.compare(&answer, actions, states);
        answer
    }

    /// Tells of a datagram `what`, which has to change nothing, and to be answered by nothing.
    pub fn expect_dropped(&self, event: &str, what: &str, state: &str) {
        let answer = self.hear(event);
        if !answer.actions.is_empty() || answer.state != state {
            let expected = format!("{state}, as before: a datagram {what} changes nothing");
            let likely = difference(&answer, &[], state);
            self.refuse(&expected, &answer, &likely)
        }
    }

    fn compare(&self, answer: &Answer, actions: &[&[&str]], states: &[&str]) {
        let right = actions.iter().any(|it| answer.actions == **it);
        if right && states.contains(&answer.state.as_str()) {
            return;
        }
        let lists: Vec<_> = actions
            .iter()
            .map(|it| match it.is_empty() {
                true if actions.len() > 1 || states.len() > 1 => "nothing".to_string(),
                _ => it.join(", then "),
            })
            .filter(|it| !it.is_empty())
            .collect();
        let states_told = states.join(" or ");
        let expected = match lists.is_empty() {
            true => states_told,
            false => format!("{}, then {states_told}", lists.join(" or ")),
        };
        // Of the ways that are right, the one that looks most like what came.
        let alike = |it: &&&[&str]| it.len() == answer.actions.len();
        let nearest = actions.iter().find(alike).or(actions.last());
        let nearest = nearest.copied().unwrap_or_default();
        let state = match states.contains(&answer.state.as_str()) {
            true => &answer.state,
            false => states.last().copied().unwrap_or_default(),
        };
        self.refuse(&expected, answer, &difference(answer, nearest, state))
    }

    /// Fails for what an answer says; `likely` is what can be seen.
    pub fn refuse(&self, expected: &str, answer: &Answer, likely: &str) -> ! {
        let got = without_long_texts(&answer.lines());
        let likely = match self.rule() {
            "" => likely.to_string(),
            rule => format!("{likely} Look at {rule}.").trim_start().to_string(),
        };
        let expected = self.scened(expected);
        self.bench
            .fail(CauseId::OutputDiffers, &expected, &got, Some(&likely))
    }

    fn scened(&self, expected: &str) -> String {
        match self.scene.borrow().what.as_str() {
            "" => without_long_texts(expected),
            what => format!("{what}: {}", without_long_texts(expected)),
        }
    }
}

/// What can be seen to be wrong with an answer.
pub fn difference(answer: &Answer, actions: &[&str], state: &str) -> String {
    let actions = differs::actions(actions, &answer.actions);
    let state = differs::state(state, &answer.state);
    format!("{actions} {state}").trim().to_string()
}

/// A payload may have 1,200 bytes; its beginning says which it is.
fn without_long_texts(lines: &str) -> String {
    let mut shown = String::new();
    let mut rest = lines;
    while let Some((before, text)) = LONG_FIELDS.iter().find_map(|field| rest.split_once(field)) {
        let field = &rest[before.len()..rest.len() - text.len()];
        shown += before;
        shown += field;
        // As far as the quotation mark that ends it, which is not behind a backslash.
        let mut escaped = false;
        let end = text.find(|character| {
            let ends = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            ends
        });
        let end = end.unwrap_or(text.len());
        match text
            .char_indices()
            .nth(LONG_TEXT)
            .filter(|(at, _)| *at < end)
        {
            Some((at, _)) => {
                shown += &text[..at];
                shown += "...";
            }
            None => shown += &text[..end],
        }
        rest = &text[end..];
    }
    shown + rest
}

/// One write for those that follow each other, and none for those of nothing.
fn joined(actions: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut pieces: Option<String> = None;
    for action in actions {
        match written(&action) {
            Some(piece) => pieces.get_or_insert_default().push_str(&piece),
            None => {
                joined.extend(pieces.take().and_then(|it| wrote(&it)));
                joined.push(action);
            }
        }
    }
    joined.extend(pieces.and_then(|it| wrote(&it)));
    joined
}

fn written(action: &str) -> Option<String> {
    let value = serde_json::from_str::<Value>(action).ok()?;
    Some(value.get("write")?.as_str()?.to_string())
}

fn wrote(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("{{\"write\": {}}}", Value::from(text)))
}

impl Answer {
    fn lines(&self) -> String {
        let actions = self.actions.iter().map(String::as_str);
        let lines: Vec<&str> = actions.chain([&self.state[..]]).collect();
        lines.join(", then ")
    }

    /// A number of the state.
    pub fn number(&self, name: &str) -> Option<u64> {
        serde_json::from_str::<Value>(&self.state).ok()?[name].as_u64()
    }
}

/// Only time has passed.
pub fn time(at: u64) -> String {
    format!("{{\"at\": {at}}}")
}

pub fn offer(at: u64, payload: &[u8], last: bool) -> String {
    let payload = text(payload);
    format!("{{\"at\": {at}, \"offer\": {payload}, \"last\": {last}}}")
}

pub fn acknowledged(at: u64, sequence: u16) -> String {
    format!("{{\"at\": {at}, \"acknowledgement\": {sequence}}}")
}

pub fn data(at: u64, sequence: u16, payload: &[u8], last: bool) -> String {
    let payload = text(payload);
    format!("{{\"at\": {at}, \"sequence\": {sequence}, \"last\": {last}, \"data\": {payload}}}")
}

pub fn datagram(at: u64, from: &str, bytes: &[u8]) -> String {
    let bytes = hex(bytes);
    format!("{{\"at\": {at}, \"from\": \"{from}\", \"datagram\": \"{bytes}\"}}")
}

pub fn writes(payload: &[u8]) -> String {
    format!("{{\"write\": {}}}", text(payload))
}

pub fn acknowledges(to: &str, connection: u32, sequence: u16) -> String {
    format!(
        "{{\"send_to\": \"{to}\", \"connection\": {connection}, \"acknowledgement\": {sequence}}}"
    )
}

pub fn ready(sequence: u16, first: bool) -> String {
    format!("{{\"state\": \"ready\", \"sequence\": {sequence}, \"first\": {first}}}")
}

pub fn waiting(sequence: u16, times: u32, due: u64) -> String {
    format!(
        "{{\"state\": \"waiting\", \"sequence\": {sequence}, \"times\": {times}, \"due\": {due}}}"
    )
}

pub fn open(expected: u16, until: u64) -> String {
    format!("{{\"state\": \"open\", \"expected\": {expected}, \"until\": {until}}}")
}

pub fn lingering(last: u16, until: u64) -> String {
    format!("{{\"state\": \"lingering\", \"last\": {last}, \"until\": {until}}}")
}

pub const DONE: &str = "{\"state\": \"done\"}";
pub const GAVE_UP: &str = "{\"state\": \"gave_up\"}";
pub const LISTENING: &str = "{\"state\": \"listening\"}";
pub const NOT_READY: &str = "{\"error\": \"not_ready\"}";
