//! Part A: a capture, a DNS message and HTTP messages, and what is asked of them.

use std::path::Path;

use fastrand::Rng;
use serde::Deserialize;
use toml::Spanned;

use super::answer::Kind;
use super::body::{Buffer, Head, RULES};
use super::capture::{Capture, Packet, Side};
use super::data::Table;
use super::dns::{self, Message};
use super::paper::{Block, Key, Part, Question, Section};
use crate::Error;

const POINTS: u32 = 3;
/// Everything that the file has to have words for.
const IDS: [&str; 10] = [
    "first-fin",
    "repeated",
    "data-to-client",
    "last-acknowledgement",
    "place",
    "dns-status",
    "dns-name",
    "dns-ttl",
    "body-rule",
    "body-bytes",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    ask: Vec<Ask>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    id: Spanned<String>,
    prompt: Spanned<String>,
    why: Spanned<String>,
}

/// By name, what stands in the place of `@name`.
type Facts = Vec<(&'static str, String)>;

pub fn sections(root: &Path, random: &mut Rng) -> Result<(Capture, Vec<Section>), Error> {
    let table = Table::<File>::read(root, "wire")?;
    let rows = table.parsed.ask.iter();
    table.has_exactly(rows.map(|ask| (&ask.id, [&ask.prompt, &ask.why])), &IDS)?;
    let capture = Capture::new(random);
    let sections = vec![
        about_capture(&table, &capture, random)?,
        about_dns(&table, random)?,
        about_rule(&table, random)?,
        about_bytes(&table, random)?,
    ];
    Ok((capture, sections))
}

fn about_capture(
    table: &Table<File>,
    capture: &Capture,
    random: &mut Rng,
) -> Result<Section, Error> {
    let seen = Seen::of(capture);
    let packets = &capture.packets;
    let server = |packet: &&Packet| packet.from == Side::Server && !packet.data.is_empty();
    let isn = packets[1].seq;
    let start = isn.wrapping_add(1);
    let total = seen
        .fin
        .seq
        .wrapping_add(seen.fin.data.len() as u32)
        .wrapping_sub(start);

    let first = packets
        .iter()
        .find(|packet| packet.fin)
        .expect("each conversation ends");
    let first_no = capture
        .number(|packet| packet.fin)
        .expect("each conversation ends");
    let mut questions = vec![ask(
        table,
        "first-fin",
        Kind::OneOf(vec!["client".into(), "server".into()]),
        first.from.word().to_string(),
        vec![
            ("fin", first_no.to_string()),
            ("side", first.from.word().to_string()),
        ],
    )?];
    questions.push(ask(
        table,
        "repeated",
        Kind::Number,
        seen.again.to_string(),
        vec![
            ("again", seen.again.to_string()),
            ("lost", seen.lost.to_string()),
        ],
    )?);
    let end = start.wrapping_add(total);
    questions.push(ask(
        table,
        "data-to-client",
        Kind::Number,
        total.to_string(),
        vec![
            ("first", start.to_string()),
            ("end", end.wrapping_sub(1).to_string()),
            ("total", total.to_string()),
        ],
    )?);
    let ack = end.wrapping_add(1);
    questions.push(ask(
        table,
        "last-acknowledgement",
        Kind::Number,
        ack.to_string(),
        vec![
            ("fin", seen.fin_no.to_string()),
            ("seq", seen.fin.seq.to_string()),
            ("length", seen.fin.data.len().to_string()),
            ("ack", ack.to_string()),
        ],
    )?);
    // Not the first, whose place is 0.
    let some: Vec<&Packet> = packets.iter().filter(server).skip(1).collect();
    let packet = some[random.usize(..some.len())];
    let place = packet.seq.wrapping_sub(start);
    let number = capture
        .number(|it| std::ptr::eq(it, packet))
        .expect("it is one of them");
    questions.push(ask(
        table,
        "place",
        Kind::Number,
        place.to_string(),
        vec![
            ("packet", number.to_string()),
            ("isn", isn.to_string()),
            ("start", start.to_string()),
            ("seq", packet.seq.to_string()),
            ("place", place.to_string()),
        ],
    )?);
    Ok(Section {
        part: Part::Read,
        shown: vec![
            Block::Text("A connection, packet by packet. Beside a paper it is in capture.pcap too, for Wireshark.".to_string()),
            listing(capture.text()),
        ],
        questions,
    })
}

/// What the questions need to find in a capture.
struct Seen<'a> {
    fin: &'a Packet,
    fin_no: usize,
    lost: usize,
    again: usize,
}

impl<'a> Seen<'a> {
    fn of(capture: &'a Capture) -> Self {
        let is_fin = |packet: &Packet| packet.fin && packet.from == Side::Server;
        let fin_no = capture.number(is_fin).expect("each side ends");
        let carries = |packet: &&Packet| !packet.data.is_empty();
        let (mut lost, mut again) = (0, 0);
        for (n, packet) in capture
            .packets
            .iter()
            .enumerate()
            .filter(|(_, it)| carries(it))
        {
            let same =
                |it: &Packet| it.from == packet.from && it.seq == packet.seq && !it.data.is_empty();
            let first = capture.number(same).expect("at least itself");
            if first < n + 1 {
                (lost, again) = (first, n + 1);
            }
        }
        Self {
            fin: &capture.packets[fin_no - 1],
            fin_no,
            lost,
            again,
        }
    }
}

fn about_dns(table: &Table<File>, random: &mut Rng) -> Result<Section, Error> {
    let message = Message::new(random);
    let codes = Kind::OneOf(dns::CODES.map(str::to_string).to_vec());
    let code = dns::CODES[usize::from(message.code)].to_string();
    let ttl = message.ttl.to_be_bytes().map(|byte| format!("{byte:02x}"));
    let questions = vec![
        ask(
            table,
            "dns-status",
            codes,
            code.clone(),
            vec![("code", format!("{}, {code}", message.code))],
        )?,
        ask(
            table,
            "dns-name",
            Kind::Name,
            message.target.clone(),
            vec![
                ("at", format!("0x{:02x}", message.target_at)),
                ("pointer", format!("0x{:02x}", message.pointer)),
                ("name", message.target.clone()),
            ],
        )?,
        ask(
            table,
            "dns-ttl",
            Kind::Number,
            message.ttl.to_string(),
            vec![
                (
                    "bytes",
                    format!("`{}` at 0x{:02x}", ttl.join(" "), message.ttl_at),
                ),
                ("ttl", message.ttl.to_string()),
            ],
        )?,
    ];
    Ok(Section {
        part: Part::Read,
        shown: vec![
            Block::Text("A DNS message, as it came in a UDP datagram.".to_string()),
            listing(dns::dump(&message.bytes)),
        ],
        questions,
    })
}

fn about_rule(table: &Table<File>, random: &mut Rng) -> Result<Section, Error> {
    let head = Head::new(random);
    let (rule, reason) = head.rule();
    let (text, words) = head.shown();
    let kind = Kind::OneOf(RULES.map(str::to_string).to_vec());
    let mut shown = vec![
        Block::Text("The head of an HTTP message.".to_string()),
        listing(text),
    ];
    shown.extend(words.map(|words| Block::Text(words.to_string())));
    Ok(Section {
        part: Part::Read,
        shown,
        questions: vec![ask(
            table,
            "body-rule",
            kind,
            rule.to_string(),
            vec![("reason", reason)],
        )?],
    })
}

fn about_bytes(table: &Table<File>, random: &mut Rng) -> Result<Section, Error> {
    let buffer = Buffer::new(random);
    let (body, facts) = (buffer.body.to_string(), vec![("reason", buffer.reason)]);
    Ok(Section {
        part: Part::Read,
        shown: vec![
            Block::Text("HTTP on a connection that is kept open.".to_string()),
            listing(buffer.text),
        ],
        questions: vec![ask(table, "body-bytes", Kind::Number, body, facts)?],
    })
}

fn ask(
    table: &Table<File>,
    id: &str,
    kind: Kind,
    key: String,
    facts: Facts,
) -> Result<Question, Error> {
    let mut rows = table.parsed.ask.iter();
    let row = rows
        .find(|row| row.id.get_ref() == id)
        .expect("checked when it was read");
    Ok(Question {
        id: String::new(),
        points: POINTS,
        prompt: table.fill(&row.prompt, &facts)?,
        kind,
        key: Key::Derived(key),
        why: table.fill(&row.why, &facts)?,
    })
}

fn listing(text: String) -> Block {
    Block::Code {
        language: "text",
        text,
    }
}
