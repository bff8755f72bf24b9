//! Given: the engines and their parts over stdin and stdout. Each line in is an event, and says what time it is; the
//! answer is a line for each action, and then one for the state.

use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::time::Duration;

use lab_stop_and_wait::{Action, Receiver, Sender, arrival, decode, encode};
use serde_json::Value;

use crate::json;

pub fn pack() -> io::Result<()> {
    each_line(|line, out| {
        let packet = json::packet(&json::read(line)?)?;
        json::say(out, &json::to_hex(&encode(&packet)))
    })
}

pub fn unpack() -> io::Result<()> {
    each_line(|line, out| {
        let said = match decode(&json::from_hex(line)?) {
            Ok(packet) => json::shown(&packet),
            Err(why) => json::refusal(why),
        };
        json::say(out, &said)
    })
}

pub fn order() -> io::Result<()> {
    each_line(|line, out| {
        let event = json::read(line)?;
        let expected = json::number(&event["expected"], "expected")?;
        let sequence = json::number(&event["sequence"], "sequence")?;
        let arrival = format!("{:?}", arrival(expected, sequence)).to_lowercase();
        json::say(out, &format!("{{\"arrival\": \"{arrival}\"}}"))
    })
}

pub fn sender(mut sender: Sender) -> io::Result<()> {
    each_line(|line, out| {
        let event = Event::read(line)?;
        let mut actions = Vec::new();
        if let Some(payload) = event.fields.get("offer") {
            let last = json::flag(&event.fields, "last");
            let offered = sender.offer(event.at, json::bytes(payload)?, last, &mut actions);
            if offered.is_err() {
                json::say(out, "{\"error\": \"not_ready\"}")?;
            }
        } else if let Some(sequence) = event.fields.get("acknowledgement") {
            sender.on_acknowledgement(json::number(sequence, "acknowledgement")?);
        } else if let Some((from, datagram)) = event.datagram()? {
            sender.on_datagram(from, &datagram);
        } else {
            sender.on_time(event.at, &mut actions);
        }
        tell(out, &actions, &json::sending(&sender.state))
    })
}

pub fn receiver(mut receiver: Receiver) -> io::Result<()> {
    each_line(|line, out| {
        let event = Event::read(line)?;
        let mut actions = Vec::new();
        if let Some(payload) = event.fields.get("data") {
            let sequence = json::number(&event.fields["sequence"], "sequence")?;
            let last = json::flag(&event.fields, "last");
            let payload = json::bytes(payload)?;
            receiver.on_data(event.at, sequence, last, &payload, &mut actions);
        } else if let Some((from, datagram)) = event.datagram()? {
            receiver.on_datagram(event.at, from, &datagram, &mut actions);
        } else {
            receiver.on_time(event.at, &mut actions);
        }
        tell(out, &actions, &json::receiving(&receiver.state))
    })
}

struct Event {
    at: Duration,
    fields: Value,
}

impl Event {
    fn read(line: &str) -> io::Result<Self> {
        let fields = json::read(line)?;
        let at = json::number::<u32>(&fields["at"], "at")?;
        Ok(Self {
            at: Duration::from_millis(at.into()),
            fields,
        })
    }

    fn datagram(&self) -> io::Result<Option<(SocketAddr, Vec<u8>)>> {
        let Some(datagram) = self.fields["datagram"].as_str() else {
            return Ok(None);
        };
        let from = self.fields["from"].as_str().and_then(|at| at.parse().ok());
        let from = from.ok_or_else(|| json::bad("\"from\" is missing, or no address"))?;
        Ok(Some((from, json::from_hex(datagram)?)))
    }
}

fn tell(out: &mut impl Write, actions: &[Action], state: &str) -> io::Result<()> {
    for action in actions {
        json::say(out, &json::action(action))?;
    }
    json::say(out, state)
}

fn each_line(mut take: impl FnMut(&str, &mut io::StdoutLock) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (n, line) in io::stdin().lock().lines().enumerate() {
        take(line?.trim(), &mut out)
            .map_err(|error| io::Error::new(error.kind(), format!("line {}: {error}", n + 1)))?;
    }
    Ok(())
}
