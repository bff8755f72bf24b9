//! The story of a run: sentences in order, with the time since the step began. And numbers in words.

use std::time::Instant;

use keeper::report::Event;

/// A story longer than this has lost its reader; the middle is left out.
const MAX_EVENTS: usize = 60;

/// So many sentences of one shape in a row are told; what follows of that shape is counted.
const ALIKE: usize = 3;

pub struct Story {
    began: Instant,
    events: Vec<Event>,
    left_out: usize,
    /// How many of the last sentences differ in their numbers only.
    alike: usize,
}

impl Story {
    pub fn new(began: Instant) -> Self {
        Self {
            began,
            events: Vec::new(),
            left_out: 0,
            alike: 0,
        }
    }

    pub fn tell(&mut self, text: impl Into<String>) {
        let event = Event {
            at_ms: self.began.elapsed().as_millis() as u64,
            text: text.into(),
        };
        let same = |last: &Event| shape(&last.text) == shape(&event.text);
        self.alike = match self.events.last().is_some_and(same) {
            true => self.alike + 1,
            false => 0,
        };
        if self.alike > ALIKE {
            // The newest of them stands last, with the number of those in between.
            let folded = self.alike - ALIKE;
            let text = format!("{} (and {} like it before)", event.text, folded);
            let last = self.events.last_mut().expect("there is one of its shape");
            *last = Event { text, ..event };
            return;
        }
        if self.events.len() == MAX_EVENTS {
            self.events.remove(MAX_EVENTS / 2);
            self.left_out += 1;
        }
        self.events.push(event);
    }

    pub fn events(&self) -> Vec<Event> {
        let mut events = self.events.clone();
        if self.left_out > 0 {
            let at = MAX_EVENTS / 2;
            let at_ms = events[at].at_ms;
            let text = format!("({} are left out here)", count(self.left_out, "line"));
            events.insert(at, Event { at_ms, text });
        }
        events
    }
}

/// A sentence without its numbers and its quotations.
fn shape(text: &str) -> String {
    let text = text.split(" (and ").next().unwrap_or(text);
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
