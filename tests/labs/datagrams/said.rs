//! What the program should say, worked out in another way than the solution does.

use std::net::SocketAddr;
use std::time::Duration;

use hidden_tests::{Bench, CauseId, Program};
use serde_json::Value;

/// What is rounded off below a microsecond, a few times over.
const ROUNDING_MS: f64 = 0.05;
/// No round trip of a test takes so long.
const TOO_LONG_MS: f64 = 60_000.0;
/// RFC 6298, rules 2.1 and 2.5, and the grain of the statement's clock.
const FIRST_RTO_MS: f64 = 1000.0;
const MAX_RTO_MS: f64 = 60_000.0;
const GRANULARITY_MS: f64 = 1.0;

pub fn heard(from: SocketAddr, text: &str) -> String {
    let length = text.len();
    format!("{{\"from\": \"{from}\", \"length\": {length}, \"text\": \"{text}\"}}\n")
}

/// A letter of which at most `max` bytes are kept.
pub fn taken(from: SocketAddr, letter: &[u8], max: usize) -> String {
    let kept = &letter[..letter.len().min(max)];
    let (length, cut) = (kept.len(), letter.len() > max);
    let text = Value::from(kept.escape_ascii().to_string());
    format!("{{\"from\": \"{from}\", \"length\": {length}, \"cut\": {cut}, \"text\": {text}}}\n")
}

/// A road, told by all that ever came along it: nothing is counted before it is asked for.
#[derive(Default)]
pub struct Road {
    sent: Vec<u32>,
    came: Vec<u32>,
}

impl Road {
    pub fn sent(&mut self, number: u32) {
        self.sent.push(number);
    }

    /// What `count` prints about an arrival.
    pub fn came(&mut self, number: u32) -> String {
        let (_, is) = self.answer(number);
        format!("{{\"number\": {number}, \"is\": \"{is}\"}}\n")
    }

    /// The number, and what its arrival means.
    pub fn answer(&mut self, number: u32) -> (u32, &'static str) {
        if !self.sent.contains(&number) {
            return (number, "unknown");
        }
        self.came.push(number);
        (number, self.is(self.came.len() - 1))
    }

    pub fn summary(&self) -> String {
        let all = |what| {
            let is = |at: &usize| self.is(*at) == what;
            (0..self.came.len()).filter(is).count()
        };
        let never = |number: &&u32| !self.came.contains(number);
        let (sent, lost) = (self.sent.len(), self.sent.iter().filter(never).count());
        let (came, doubled, late) = (sent - lost, all("again"), all("late"));
        format!(
            "{{\"sent\": {sent}, \"came\": {came}, \"lost\": {lost}, \"doubled\": {doubled}, \"late\": {late}}}\n"
        )
    }

    fn is(&self, at: usize) -> &'static str {
        let (number, before) = (self.came[at], &self.came[..at]);
        match number {
            _ if before.contains(&number) => "again",
            _ if before.iter().any(|other| *other > number) => "late",
            _ => "new",
        }
    }
}

/// RFC 6298 section 2, in floating point and milliseconds.
pub struct Series {
    min: f64,
    srtt: Option<f64>,
    rttvar: f64,
    rto: f64,
    last: String,
}

impl Series {
    pub fn new(min: f64) -> Self {
        Self {
            min,
            srtt: None,
            rttvar: 0.0,
            rto: FIRST_RTO_MS,
            last: String::new(),
        }
    }

    pub fn sample(&mut self, r: f64) {
        self.last = format!("a round trip of {r} ms");
        self.rttvar = match self.srtt {
            None => r / 2.0,
            Some(srtt) => 0.75 * self.rttvar + 0.25 * (srtt - r).abs(),
        };
        let srtt = self.srtt.map_or(r, |srtt| 0.875 * srtt + 0.125 * r);
        self.srtt = Some(srtt);
        let rto = srtt + f64::max(GRANULARITY_MS, 4.0 * self.rttvar);
        self.rto = rto.max(self.min).min(MAX_RTO_MS);
    }

    pub fn timed_out(&mut self) {
        self.last = "a time-out".to_string();
        self.rto = (2.0 * self.rto).min(MAX_RTO_MS);
    }

    /// Waits for the line of `rto` about the last event.
    pub fn expect(&self, bench: &Bench, program: &Program) {
        let said = line(bench, program, "SRTT, RTTVAR and RTO");
        let values = [
            ("srtt_ms", self.srtt.unwrap_or(0.0)),
            ("rttvar_ms", self.rttvar),
            ("rto_ms", self.rto),
        ];
        let wanted = values
            .map(|(name, value)| format!("{name} {value:.3}"))
            .join(", ");
        let differs = |(name, value): &(&str, f64)| !near(&said[name], *value);
        if values.iter().any(differs) {
            let expected = format!("{wanted}, after {}", self.last);
            bench.fail(CauseId::OutputDiffers, &expected, &said.to_string(), None)
        }
    }

    /// Waits for the line of `karn` about an answer.
    pub fn expect_sample(
        &self,
        bench: &Bench,
        program: &Program,
        number: u32,
        sample: Option<f64>,
    ) {
        let said = line(bench, program, "a sample, or none");
        let right = match sample {
            Some(sample) => near(&said["sample_ms"], sample),
            None => said["sample_ms"].is_null(),
        };
        if said["number"] != number || !right || !near(&said["rto_ms"], self.rto) {
            let sample =
                sample.map_or("no sample".to_string(), |ms| format!("a sample of {ms} ms"));
            let expected = format!("number {number}, {sample}, rto_ms {:.3}", self.rto);
            bench.fail(CauseId::OutputDiffers, &expected, &said.to_string(), None)
        }
    }
}

/// Waits for a round trip that took at least so long.
pub fn expect_trip(bench: &Bench, program: &Program, least: Duration) {
    let said = line(bench, program, "{\"rtt_ms\": MS}");
    let least = least.as_secs_f64() * 1000.0;
    let trip = said["rtt_ms"].as_f64();
    if !trip.is_some_and(|ms| (least - ROUNDING_MS..TOO_LONG_MS).contains(&ms)) {
        let expected = format!("a round trip of {least:.0} ms or a little more, as it was");
        bench.fail(CauseId::OutputDiffers, &expected, &said.to_string(), None)
    }
}

/// Waits for what `ping` says about an answer.
pub fn expect_answer(bench: &Bench, program: &Program, (number, is): (u32, &str)) {
    let said = line(bench, program, &format!("answer {number}, which is {is}"));
    let trip = said["rtt_ms"].as_f64();
    let plausible = trip.is_some_and(|ms| (0.0..TOO_LONG_MS).contains(&ms));
    if said["number"] != number || said["is"] != is || !plausible {
        let expected = format!("number {number}, which is {is}");
        bench.fail(CauseId::OutputDiffers, &expected, &said.to_string(), None)
    }
}

fn line(bench: &Bench, program: &Program, what: &str) -> Value {
    let line = program.says_line(what);
    serde_json::from_str(&line).unwrap_or_else(|_| {
        let expected = format!("{what}, as a JSON object");
        bench.fail(CauseId::OutputDiffers, &expected, &line, None)
    })
}

fn near(said: &Value, wanted: f64) -> bool {
    said.as_f64()
        .is_some_and(|said| (said - wanted).abs() < ROUNDING_MS)
}
