//! Given: what is told, as JSON, one object a line.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use lab_datagrams::{Came, Rto, Taken, Tally};

/// One line, flushed: somebody may be waiting for it.
pub fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}

pub fn heard(from: SocketAddr, bytes: &[u8]) -> String {
    let (length, text) = (bytes.len(), text(bytes));
    format!("{{\"from\": \"{from}\", \"length\": {length}, \"text\": {text}}}")
}

pub fn taken(taken: &Taken) -> String {
    let (from, cut) = (taken.from, taken.cut);
    let (length, text) = (taken.bytes.len(), text(&taken.bytes));
    format!("{{\"from\": \"{from}\", \"length\": {length}, \"cut\": {cut}, \"text\": {text}}}")
}

pub fn trip(trip: Option<Duration>) -> String {
    format!("{{\"rtt_ms\": {}}}", or_null(trip))
}

pub fn answer(number: u32, came: Came, trip: Duration) -> String {
    let (is, trip) = (name(came), ms(trip));
    format!("{{\"number\": {number}, \"is\": \"{is}\", \"rtt_ms\": {trip}}}")
}

pub fn came(number: u32, came: Came) -> String {
    format!("{{\"number\": {number}, \"is\": \"{}\"}}", name(came))
}

pub fn tally(tally: &Tally) -> String {
    let (sent, came, lost) = (tally.all(), tally.arrived(), tally.lost());
    let (doubled, late) = (tally.doubled(), tally.late());
    format!(
        "{{\"sent\": {sent}, \"came\": {came}, \"lost\": {lost}, \"doubled\": {doubled}, \"late\": {late}}}"
    )
}

pub fn rto(rto: &Rto) -> String {
    let (srtt, rttvar) = (or_null(rto.srtt()), ms(rto.rttvar()));
    let rto = ms(rto.rto());
    format!("{{\"srtt_ms\": {srtt}, \"rttvar_ms\": {rttvar}, \"rto_ms\": {rto}}}")
}

pub fn sample(number: u32, sample: Option<Duration>, rto: &Rto) -> String {
    let (sample, rto) = (or_null(sample), ms(rto.rto()));
    format!("{{\"number\": {number}, \"sample_ms\": {sample}, \"rto_ms\": {rto}}}")
}

fn name(came: Came) -> &'static str {
    match came {
        Came::New => "new",
        Came::Late => "late",
        Came::Again => "again",
        Came::Unknown => "unknown",
    }
}

fn or_null(time: Option<Duration>) -> String {
    time.map_or("null".to_string(), ms)
}

fn ms(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1000.0)
}

/// JSON knows text only, and these are bytes.
fn text(bytes: &[u8]) -> String {
    let escaped = bytes.escape_ascii().to_string();
    format!("\"{}\"", escaped.replace('\\', "\\\\").replace('"', "\\\""))
}
