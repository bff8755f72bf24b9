//! The story of a run: sentences in order, with the time since the step began. And numbers in words.

use std::time::Instant;

use keeper::report::Event;

/// A story longer than this has lost its reader; the middle is left out.
const MAX_EVENTS: usize = 60;

/// So many are kept until it is told.
const MAX_KEPT: usize = 4000;

/// The longest round of sentences that is looked for, such as "sent", "got".
const LONGEST_ROUND: usize = 4;

pub struct Story {
    began: Instant,
    events: Vec<Event>,
    left_out: usize,
}

impl Story {
    pub fn new(began: Instant) -> Self {
        Self {
            began,
            events: Vec::new(),
            left_out: 0,
        }
    }

    pub fn tell(&mut self, text: impl Into<String>) {
        if self.events.len() == MAX_KEPT {
            self.events.remove(MAX_KEPT / 2);
            self.left_out += 1;
        }
        self.events.push(Event {
            at_ms: self.began.elapsed().as_millis() as u64,
            text: text.into(),
        });
    }

    /// What is repeated is told a few times and then counted; of what is still too long the middle is left out.
    pub fn events(&self) -> Vec<Event> {
        let mut events = folded(&self.events);
        let too_many = events.len().saturating_sub(MAX_EVENTS);
        if too_many + self.left_out > 0 {
            let at = events.len().min(MAX_EVENTS) / 2;
            events.drain(at..at + too_many);
            let text = format!(
                "({} are left out here)",
                count(too_many + self.left_out, "line")
            );
            let at_ms = events.get(at).map_or(0, |event| event.at_ms);
            events.insert(at, Event { at_ms, text });
        }
        events
    }
}

/// Of rounds of sentences that differ in their numbers and quotations only: the first ones, and the last.
fn folded(events: &[Event]) -> Vec<Event> {
    let shapes: Vec<String> = events.iter().map(|event| shape(&event.text)).collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < events.len() {
        let round = (1..=LONGEST_ROUND).find_map(|length| {
            let rounds = rounds(&shapes[at..], length);
            // One sentence may stand there thrice, a round of several twice.
            let shown = if length == 1 { 3 } else { 2 };
            (rounds > shown + 1).then_some((length, rounds, shown))
        });
        let Some((length, rounds, shown)) = round else {
            kept.push(events[at].clone());
            at += 1;
            continue;
        };
        kept.extend_from_slice(&events[at..at + shown * length]);
        let last = &events[at + (rounds - 1) * length..][..length];
        let between = rounds - shown - 1;
        let what = if length == 1 { "" } else { " rounds" };
        kept.extend_from_slice(last);
        let first = kept.len() - length;
        kept[first].text += &format!(" (and {between}{what} like it before)");
        at += rounds * length;
    }
    kept
}

/// How often the first `length` of these come, one after the other.
fn rounds(shapes: &[String], length: usize) -> usize {
    let mut chunks = shapes.chunks_exact(length);
    let first = chunks.next();
    let more = chunks.take_while(|chunk| Some(*chunk) == first).count();
    first.map_or(0, |_| 1 + more)
}

/// A sentence without its numbers and its quotations.
fn shape(text: &str) -> String {
    let unquoted = text.split('"').step_by(2).collect::<String>();
    unquoted.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// `count(65536, "byte")` is `65,536 bytes`.
pub fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {what}{s}", grouped(n))
}

/// `grouped(65536)` is `65,536`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        let shown: Vec<_> = [0, 12, 999, 1_000, 65_536, 1_048_576].map(grouped).into();
        assert_eq!(shown, ["0", "12", "999", "1,000", "65,536", "1,048,576"]);
        assert_eq!(count(1, "byte"), "1 byte");
    }

    #[test]
    fn a_long_story_loses_its_middle_and_says_so() {
        let mut story = Story::new(Instant::now());
        for i in 0..100 {
            story.tell("x".repeat(i));
        }
        let texts: Vec<_> = story.events().into_iter().map(|e| e.text).collect();
        assert_eq!(texts[1], "x");
        assert_eq!(texts[30], "(40 lines are left out here)");
        assert_eq!(texts[60], "x".repeat(99));
    }

    #[test]
    fn rounds_are_folded_too() {
        let mut story = Story::new(Instant::now());
        story.tell("connected");
        for i in 1..=9 {
            story.tell(format!("n{i} side: sent {i} bytes"));
            story.tell(format!("n{i} side: got {i} bytes"));
        }
        story.tell("n1 side: sent 1 byte");
        let texts: Vec<_> = story.events().into_iter().map(|e| e.text).collect();
        assert_eq!(texts.len(), 8);
        assert_eq!(texts[4], "n2 side: got 2 bytes");
        assert_eq!(
            texts[5],
            "n9 side: sent 9 bytes (and 6 rounds like it before)"
        );
        assert_eq!(texts[6], "n9 side: got 9 bytes");
    }

    #[test]
    fn sentences_that_differ_in_numbers_only_are_folded() {
        let mut story = Story::new(Instant::now());
        for i in 1..=32 {
            story.tell(format!("n{i} side: sent {i} bytes \"w{i}x\""));
        }
        story.tell("done");
        let texts: Vec<_> = story.events().into_iter().map(|e| e.text).collect();
        assert_eq!(texts.len(), 5);
        assert_eq!(
            texts[3],
            "n32 side: sent 32 bytes \"w32x\" (and 28 like it before)"
        );
        assert_eq!(texts[4], "done");
    }
}
