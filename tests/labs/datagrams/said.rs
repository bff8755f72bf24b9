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
    let (length, text) = (
        text.len(),
        Value::from(text.as_bytes().escape_ascii().to_string()),
    );
    format!("{{\"from\": \"{from}\", \"length\": {length}, \"text\": {text}}}\n")
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
    /// The time-out before the last event.
    before: f64,
    last: String,
}

impl Series {
    pub fn new(min: f64) -> Self {
        Self {
            min,
            srtt: None,
            rttvar: 0.0,
            rto: FIRST_RTO_MS,
            before: FIRST_RTO_MS,
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
        self.before = self.rto;
        self.rto = rto.max(self.min).min(MAX_RTO_MS);
    }

    pub fn timed_out(&mut self) {
        self.last = "a time-out".to_string();
        self.before = self.rto;
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
        let got = values
            .map(|(name, _)| match said[name].as_f64() {
                Some(value) => format!("{name} {value:.3}"),
                None => format!("{name} {}", said[name]),
            })
            .join(", ");
        let differs = values.map(|(name, value)| !near(&said[name], value));
        if differs.contains(&true) {
            let likely = match differs {
                [false, false, _] => Some(
                    "SRTT and RTTVAR are right. Only what rules 3 to 5 make of them can be wrong.",
                ),
                _ => None,
            };
            let expected = format!("{wanted}, after {}", self.last);
            bench.fail(CauseId::OutputDiffers, &expected, &got, likely)
        }
    }

    /// Waits for the line of `karn` about an answer.
    pub fn expect_sample(
        &self,
        bench: &Bench,
        program: &Program,
        number: u32,
        sample: Option<f64>,
        why: &str,
    ) {
        let said = line(bench, program, &format!("a sample, or none: {why}"));
        let right = match sample {
            Some(sample) => near(&said["sample_ms"], sample),
            None => said["sample_ms"].is_null(),
        };
        if said["number"] != number || !right || !near(&said["rto_ms"], self.rto) {
            let likely = if right && sample.is_some() && near(&said["rto_ms"], self.before) {
                Some("The sample was returned, and the time-out has not learnt it.")
            } else if said["sample_ms"].is_null() && near(&said["rto_ms"], self.rto) {
                Some("The time-out has learnt the sample, and it was not returned.")
            } else {
                None
            };
            let told = |ms: Option<f64>| {
                ms.map_or("no sample".to_string(), |ms| format!("a sample of {ms} ms"))
            };
            let sample = told(sample);
            let expected = format!("number {number}, {sample}, rto_ms {:.3}: {why}", self.rto);
            let got = match (said["number"].as_u64(), said["rto_ms"].as_f64()) {
                (Some(number), Some(rto)) => {
                    let sample = told(said["sample_ms"].as_f64());
                    let than = match rto - self.rto {
                        more if more > ROUNDING_MS => ", a longer time-out",
                        less if less < -ROUNDING_MS => ", a shorter time-out",
                        _ => "",
                    };
                    format!("{sample}{than}: number {number}, rto_ms {rto:.3}")
                }
                _ => said.to_string(),
            };
            bench.fail(CauseId::OutputDiffers, &expected, &got, likely)
        }
    }
}

/// Waits for a round trip that took at least so long; returns it in milliseconds.
pub fn expect_trip(bench: &Bench, program: &Program, least: Duration) -> f64 {
    let said = line(bench, program, "{\"rtt_ms\": MS}");
    let least = least.as_secs_f64() * 1000.0;
    let trip = said["rtt_ms"].as_f64();
    match trip {
        Some(ms) if (least - ROUNDING_MS..TOO_LONG_MS).contains(&ms) => ms,
        _ => {
            let expected = format!("a round trip of {least:.0} ms or a little more, as it was");
            bench.fail(CauseId::OutputDiffers, &expected, &said.to_string(), None)
        }
    }
}

/// Waits for what `ping` says about an answer; returns the round trip in milliseconds.
pub fn expect_answer(bench: &Bench, program: &Program, answer: (u32, &str)) -> f64 {
    let (number, is) = answer;
    let said = line(bench, program, &format!("answer {number}, which is {is}"));
    is_answer(bench, &said, answer)
}

fn is_answer(bench: &Bench, said: &Value, (number, is): (u32, &str)) -> f64 {
    match said["rtt_ms"].as_f64() {
        Some(ms) if said["number"] == number && said["is"] == is && ms < TOO_LONG_MS => ms,
        _ => {
            let expected = format!("number {number}, which is {is}");
            bench.fail(CauseId::OutputDiffers, &expected, &said.to_string(), None)
        }
    }
}

/// Waits for at most so many answers, and for the line after them.
pub fn answers_then_summary(
    bench: &Bench,
    program: &Program,
    most: u32,
    mut answer: impl FnMut() -> (u32, &'static str),
) -> String {
    for _ in 0..=most {
        let said = program.says_line("an answer, or the sums");
        match serde_json::from_str::<Value>(&said) {
            Ok(value) if !value["number"].is_null() => is_answer(bench, &value, answer()),
            _ => return said,
        };
    }
    program.says_line("the sums")
}

/// A round trip is counted from when its own probe was sent to when the answer came.
pub fn is_between(bench: &Bench, number: u32, trip: f64, least: Duration, most: Duration) {
    let [least, most] = [least, most].map(|time| time.as_secs_f64() * 1000.0);
    if (least - ROUNDING_MS..most + ROUNDING_MS).contains(&trip) {
        return;
    }
    let likely = match trip < least {
        true => {
            "It is shorter than the time that passed. The trip counts from when the probe with this number was sent."
        }
        false => {
            "It is longer than the time that passed. The trip counts from when the probe with this number was sent."
        }
    };
    bench.fail(
        CauseId::OutputDiffers,
        &format!("a round trip of probe {number} between {least:.0} and {most:.0} ms, as it was"),
        &format!("a round trip of {trip:.0} ms"),
        Some(likely),
    )
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
