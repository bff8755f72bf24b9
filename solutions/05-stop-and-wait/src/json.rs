//! Given: events and packets as JSON, one object a line.
//!
//! A payload is a text in which each character stands for the byte with its number: `"Dear Ada"`, or `"\u00ff"` for the
//! byte ff. A datagram is in hexadecimal digits.

use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use solution_stop_and_wait::{Action, Body, Packet, Receiving, Refusal, Sending};

/// One line, flushed: somebody may be waiting for it.
pub fn say(out: &mut impl Write, json: &str) -> io::Result<()> {
    out.write_all(format!("{json}\n").as_bytes())?;
    out.flush()
}

pub fn read(line: &str) -> io::Result<Value> {
    let value: Value = serde_json::from_str(line).map_err(|error| bad(&error.to_string()))?;
    match value.is_object() {
        true => Ok(value),
        false => Err(bad("expected an object")),
    }
}

pub fn packet(value: &Value) -> io::Result<Packet> {
    let body = match (value.get("data"), value.get("acknowledgement")) {
        (Some(payload), None) => Body::Data {
            first: flag(value, "first"),
            last: flag(value, "last"),
            payload: bytes(payload)?,
        },
        (None, Some(_)) => Body::Acknowledgement,
        _ => return Err(bad("expected either \"data\" or \"acknowledgement\"")),
    };
    Ok(Packet {
        connection: number(&value["connection"], "connection")?,
        sequence: match &body {
            Body::Data { .. } => number(&value["sequence"], "sequence")?,
            Body::Acknowledgement => number(&value["acknowledgement"], "acknowledgement")?,
        },
        body,
    })
}

pub fn shown(packet: &Packet) -> String {
    format!("{{{}}}", fields(packet))
}

pub fn action(action: &Action) -> String {
    match action {
        Action::Send { to, packet } => format!("{{\"send_to\": \"{to}\", {}}}", fields(packet)),
        Action::Write(bytes) => format!("{{\"write\": {}}}", text(bytes)),
    }
}

pub fn sending(state: &Sending) -> String {
    match state {
        Sending::Ready { sequence, first } => {
            format!("{{\"state\": \"ready\", \"sequence\": {sequence}, \"first\": {first}}}")
        }
        Sending::Waiting {
            packet, times, due, ..
        } => format!(
            "{{\"state\": \"waiting\", \"sequence\": {}, \"times\": {times}, \"due\": {}}}",
            packet.sequence,
            milliseconds(*due)
        ),
        Sending::Done => "{\"state\": \"done\"}".to_string(),
        Sending::GaveUp => "{\"state\": \"gave_up\"}".to_string(),
    }
}

pub fn receiving(state: &Receiving) -> String {
    match state {
        Receiving::Listening => "{\"state\": \"listening\"}".to_string(),
        Receiving::Open {
            expected, until, ..
        } => format!(
            "{{\"state\": \"open\", \"expected\": {expected}, \"until\": {}}}",
            milliseconds(*until)
        ),
        Receiving::Lingering { last, until, .. } => format!(
            "{{\"state\": \"lingering\", \"last\": {last}, \"until\": {}}}",
            milliseconds(*until)
        ),
        Receiving::Done => "{\"state\": \"done\"}".to_string(),
        Receiving::GaveUp => "{\"state\": \"gave_up\"}".to_string(),
    }
}

pub fn refusal(why: Refusal) -> String {
    format!("{{\"error\": \"{}\"}}", why.name())
}

pub fn bytes(value: &Value) -> io::Result<Vec<u8>> {
    let text = value.as_str().ok_or_else(|| bad("expected a text"))?;
    text.chars()
        .map(u8::try_from)
        .collect::<Result<_, _>>()
        .map_err(|_| bad("a character that is no byte; the last one is \\u00ff"))
}

pub fn from_hex(digits: &str) -> io::Result<Vec<u8>> {
    let wrong = || bad("expected hexadecimal digits, two for each byte");
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return Err(wrong());
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| wrong()))
        .collect()
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn number<T: TryFrom<u64>>(value: &Value, name: &str) -> io::Result<T> {
    value
        .as_u64()
        .and_then(|n| T::try_from(n).ok())
        .ok_or_else(|| bad(&format!("{name:?} is missing, or no number that fits")))
}

pub fn flag(value: &Value, name: &str) -> bool {
    value[name] == true
}

pub fn bad(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn fields(packet: &Packet) -> String {
    let Packet {
        connection,
        sequence,
        body,
    } = packet;
    match body {
        Body::Data {
            first,
            last,
            payload,
        } => format!(
            "\"connection\": {connection}, \"sequence\": {sequence}, \"first\": {first}, \"last\": {last}, \"data\": {}",
            text(payload)
        ),
        Body::Acknowledgement => {
            format!("\"connection\": {connection}, \"acknowledgement\": {sequence}")
        }
    }
}

fn text(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    Value::from(text).to_string()
}

/// Rounded up: at this time it is due, a millisecond before it is not.
fn milliseconds(time: Duration) -> u128 {
    time.as_micros().div_ceil(1000)
}
