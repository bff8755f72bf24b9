//! An engine that is told events and what time it is, and answers with lines: one for each action, then its state.

use hidden_tests::{Bench, CauseId, Program};
use serde_json::Value;

use super::packet::{hex, text};

/// More lines than any event asks for.
const MAX_ACTIONS: usize = 20;

pub struct Play<'a> {
    bench: &'a Bench,
    program: Program,
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
        Self { bench, program }
    }

    /// Tells the event, and requires these lines, the state's among them.
    pub fn expect(&self, event: &str, lines: &[&str]) {
        self.program.feed_line(event);
        for line in lines {
            self.program.expect_lines(line);
        }
    }

    /// The same for many events at once.
    pub fn expect_all(&self, events: &str, lines: &str) {
        self.program.feed(events.as_bytes());
        self.program.expect_lines(lines);
    }

    /// Tells the event, and hears everything up to the state.
    pub fn hear(&self, event: &str) -> Answer {
        self.program.feed_line(event);
        let mut actions = Vec::new();
        while actions.len() < MAX_ACTIONS {
            let line = self
                .program
                .next_line("a line for an action, or for the state");
            if line.starts_with("{\"state\"") {
                return Answer {
                    actions,
                    state: line,
                };
            }
            actions.push(line);
        }
        let expected = "the state, after a few actions";
        let got = format!("{MAX_ACTIONS} actions and no end of them");
        self.bench
            .fail(CauseId::TooMuchOutput, expected, &got, None)
    }

    /// Tells the event, and requires these actions and one of these states.
    ///
    /// An acknowledgement may stand there twice, and to write nothing is no action.
    pub fn expect_roughly(&self, event: &str, actions: &[&str], states: &[&str]) {
        let mut answer = self.hear(event);
        answer
            .actions
            .retain(|action| action != "{\"write\": \"\"}");
        answer
            .actions
            .dedup_by(|one, other| one == other && one.contains("acknowledgement"));
        if answer.actions != actions || !states.contains(&answer.state.as_str()) {
            let expected = lines(actions, &states.join(" or "));
            let got = lines(&answer.actions, &answer.state);
            self.bench
                .fail(CauseId::OutputDiffers, &expected, &got, None)
        }
    }

    /// Tells of a datagram `what`, which has to change nothing, and to be answered by nothing.
    pub fn expect_dropped(&self, event: &str, what: &str, state: &str) {
        let answer = self.hear(event);
        if !answer.actions.is_empty() || answer.state != state {
            let expected = format!("{state}, as before: a datagram {what} changes nothing");
            self.refuse(&expected, &answer)
        }
    }

    /// Fails for what an answer says.
    pub fn refuse(&self, expected: &str, answer: &Answer) -> ! {
        let got = lines(&answer.actions, &answer.state);
        self.bench
            .fail(CauseId::OutputDiffers, expected, &got, None)
    }
}

impl Answer {
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

fn lines<S: AsRef<str>>(actions: &[S], state: &str) -> String {
    let actions = actions.iter().map(AsRef::as_ref);
    actions.chain([state]).collect::<Vec<_>>().join(", then ")
}
