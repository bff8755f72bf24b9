//! Given: events as JSON, one object a line.

use std::io::{self, Write};

use solution_frames::{Event, Refusal};

/// One line, flushed: somebody may be waiting for it.
pub fn say(out: &mut impl Write, json: &str) -> io::Result<()> {
    out.write_all(format!("{json}\n").as_bytes())?;
    out.flush()
}

pub fn event(event: Event<'_>, lengths: bool) -> String {
    match event {
        Event::Frame { at, payload } => frame(at, payload, lengths),
        Event::End { at } => format!("{{\"end\": true, \"at\": {at}}}"),
        Event::Refused { at, why } => refusal(at, why),
    }
}

pub fn frame(at: u64, payload: &[u8], lengths: bool) -> String {
    let length = payload.len();
    match lengths {
        true => format!("{{\"at\": {at}, \"length\": {length}}}"),
        false => format!(
            "{{\"at\": {at}, \"length\": {length}, \"payload\": {}}}",
            bytes(payload)
        ),
    }
}

pub fn first(payload: &[u8], used: usize) -> String {
    let length = payload.len();
    format!(
        "{{\"length\": {length}, \"used\": {used}, \"payload\": {}}}",
        bytes(payload)
    )
}

pub fn line(at: u64, line: &[u8]) -> String {
    format!("{{\"at\": {at}, \"line\": {}}}", bytes(line))
}

pub fn character(at: u64, character: char) -> String {
    format!(
        "{{\"at\": {at}, \"character\": {}}}",
        string(&character.to_string())
    )
}

pub fn refusal(at: u64, why: Refusal) -> String {
    let name = why.name();
    match why.missing() {
        Some(missing) => format!("{{\"error\": \"{name}\", \"at\": {at}, \"missing\": {missing}}}"),
        None => format!("{{\"error\": \"{name}\", \"at\": {at}}}"),
    }
}

/// JSON knows text only, and these are bytes.
fn bytes(bytes: &[u8]) -> String {
    string(&bytes.escape_ascii().to_string())
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
