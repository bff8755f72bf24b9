//! A sequence as SVG: narrow enough for a telephone, so notes stand below their arrows, not beside them.

use super::{Row, Sequence, What};
use crate::drawing::{CHARACTER, Figure, LINE, line, text, wrapped};

/// Between a lifeline and the edge of the picture.
const MARGIN: usize = 40;
/// Between two lifelines, at least and, where texts ask for it, at most.
const LANE: (usize, usize) = (250, 330);
const HEAD: usize = 30;

pub fn figure(sequence: &Sequence) -> Figure {
    let lane = lane(sequence);
    let mut picture = Picture {
        lane,
        parties: sequence.parties.len().max(2),
        y: HEAD + 14,
        shapes: String::new(),
    };
    for row in &sequence.rows {
        picture.row(row);
    }
    let (width, height) = (picture.width(), picture.y + 6);
    // Lifelines lie below what is written.
    let mut shapes = String::new();
    for (i, name) in sequence.parties.iter().enumerate() {
        let x = picture.x(i);
        shapes.push_str(&line((x, HEAD - 6), (x, height), "lifeline"));
        let (at, anchor) = match i {
            0 => (4, "start"),
            i if i + 1 == picture.parties => (width - 4, "end"),
            _ => (x, "middle"),
        };
        shapes.push_str(&text(at, 16, "party", anchor, name));
    }
    shapes.push_str(&picture.shapes);
    Figure {
        class: "sequence",
        title: format!("Sequence between {}", sequence.parties.join(" and ")),
        words: sequence.words(),
        width,
        height,
        shapes,
        legend: String::new(),
    }
}

/// As wide as the longest line of a message needs.
fn lane(sequence: &Sequence) -> usize {
    let longest = (sequence.rows.iter())
        .filter_map(|row| match &row.what {
            What::Message { text, .. } => text.iter().map(|line| line.chars().count()).max(),
            _ => None,
        })
        .max()
        .unwrap_or(0);
    (longest * CHARACTER + 24).clamp(LANE.0, LANE.1)
}

struct Picture {
    lane: usize,
    parties: usize,
    /// Where the next row begins.
    y: usize,
    shapes: String,
}

impl Picture {
    fn x(&self, party: usize) -> usize {
        MARGIN + party * self.lane
    }

    fn width(&self) -> usize {
        self.x(self.parties - 1) + MARGIN
    }

    fn row(&mut self, row: &Row) {
        match &row.what {
            What::Message {
                from,
                to,
                text,
                lost,
            } => self.message(*from, *to, text, *lost, &row.note),
            What::Event { at, text } => self.beside(*at, text, &row.note),
            What::Gap => self.gap(&row.note),
        }
        self.y += 10;
    }

    fn message(&mut self, from: usize, to: usize, lines: &[String], lost: bool, note: &str) {
        let (a, b) = (self.x(from), self.x(to));
        let middle = (a + b) / 2;
        let room = a.abs_diff(b).saturating_sub(20) / CHARACTER;
        for words in lines {
            // Bytes keep their columns; a longer text is broken.
            let pieces = match words.chars().count() <= room {
                true => vec![words.clone()],
                false => wrapped(words, room),
            };
            for piece in pieces {
                self.y += LINE;
                let y = self.y - 4;
                self.shapes
                    .push_str(&text(middle, y, "said", "middle", &piece));
            }
        }
        self.y += 3;
        let end = match lost {
            false => b,
            true => a.min(b) + a.abs_diff(b) * if b > a { 7 } else { 3 } / 10,
        };
        self.arrow(a, end, lost);
        self.y += 2;
        self.notes(middle, room, note);
    }

    fn arrow(&mut self, from: usize, to: usize, lost: bool) {
        let y = self.y;
        self.shapes.push_str(&line((from, y), (to, y), "arrow"));
        if lost {
            self.shapes.push_str(&format!(
                "<path d=\"M{} {} l10 10 m0 -10 l-10 10\" class=\"cross\"/>\n",
                to - 5,
                y - 5
            ));
            return;
        }
        let back = if to > from { to - 9 } else { to + 9 };
        self.shapes.push_str(&format!(
            "<path d=\"M{to} {y} L{back} {} L{back} {} Z\" class=\"head\"/>\n",
            y - 5,
            y + 5
        ));
    }

    fn notes(&mut self, x: usize, room: usize, note: &str) {
        for piece in wrapped(note, room) {
            self.y += LINE - 2;
            self.shapes
                .push_str(&text(x, self.y, "note", "middle", &piece));
        }
    }

    /// A dot on the lifeline, and beside it, towards the middle, what happened.
    fn beside(&mut self, at: usize, words: &str, note: &str) {
        let last = at + 1 == self.parties;
        let x = self.x(at);
        self.shapes.push_str(&format!(
            "<circle cx=\"{x}\" cy=\"{}\" r=\"4\" class=\"dot\"/>\n",
            self.y + 11
        ));
        let (x, anchor) = match last {
            true => (x - 12, "end"),
            false => (x + 12, "start"),
        };
        let room = (self.lane - 24) / CHARACTER;
        for (class, words) in [("said", words), ("note", note)] {
            for piece in wrapped(words, room) {
                self.y += LINE - 1;
                self.shapes
                    .push_str(&text(x, self.y, class, anchor, &piece));
            }
        }
    }

    fn gap(&mut self, note: &str) {
        let middle = self.width() / 2;
        self.y += 12;
        self.shapes
            .push_str(&text(middle, self.y, "note", "middle", "· · ·"));
        self.notes(middle, (self.width() - 2 * MARGIN) / CHARACTER, note);
    }
}
