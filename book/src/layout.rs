//! Layouts: which bits of a header are what, from a text that reads well as it is.
//!
//! ```text
//! 32 bits a row
//! source port: 16 | destination port: 16
//! length: 16      | checksum: 16
//! data: *
//! ```

use crate::drawing::{CHARACTER, Figure, text};
use crate::html::escape;
use crate::markdown::Wrong;

/// Drawn width of a row; narrow enough for a telephone.
const WIDTH: usize = 352;
const ROW: usize = 30;
const TOP: usize = 20;

#[derive(Debug, PartialEq)]
pub struct Layout {
    /// `bit` or `byte`.
    unit: &'static str,
    /// Units in a row.
    row: usize,
    fields: Vec<Field>,
}

#[derive(Debug, PartialEq)]
struct Field {
    name: String,
    /// `None`: as many as there are.
    size: Option<usize>,
    /// Where it begins, in units from the start.
    at: usize,
}

impl Layout {
    /// `first` is the line that the text begins on.
    pub fn parse(text: &str, first: usize) -> Result<Self, Wrong> {
        let wrong = |line: usize, what: String| Wrong {
            line: first + line,
            what,
        };
        let mut lines = (text.lines().enumerate()).filter(|(_, line)| !line.trim().is_empty());
        let (at, head) = lines.next().unwrap_or((0, ""));
        let (row, unit) = head_line(head).ok_or_else(|| {
            wrong(
                at,
                "a layout begins with the width of its rows; write: 32 bits a row".to_string(),
            )
        })?;
        let mut layout = Self {
            unit,
            row,
            fields: Vec::new(),
        };
        let mut used = 0;
        for (i, line) in lines {
            used = layout.read(line, used).map_err(|what| wrong(i, what))?;
        }
        match layout.fields.is_empty() {
            false => Ok(layout),
            true => Err(wrong(
                at,
                "a layout has fields; write: source port: 16 | destination port: 16".to_string(),
            )),
        }
    }

    /// Fields on one line; returns where the next one begins.
    fn read(&mut self, line: &str, mut at: usize) -> Result<usize, String> {
        for part in line.split('|') {
            if self.fields.last().is_some_and(|field| field.size.is_none()) {
                return Err(
                    "nothing can be drawn after a field of any size (\"*\"); make it the last"
                        .to_string(),
                );
            }
            let (name, size) = part
                .rsplit_once(':')
                .ok_or_else(|| format!("{:?} has no size; write: {0}: 16", part.trim()))?;
            let size =
                match size.trim() {
                    "*" => None,
                    size => Some(size.parse::<usize>().ok().filter(|n| *n > 0).ok_or_else(
                        || {
                            format!(
                                "{size:?} is no number of {}s; write 1 or more, or *",
                                self.unit
                            )
                        },
                    )?),
                };
            self.fields.push(Field {
                name: name.trim().to_string(),
                size,
                at,
            });
            at += size.unwrap_or(self.row);
        }
        match at % self.row {
            0 => Ok(at),
            n => Err(format!(
                "this row ends after {n} of {} {}s; a line fills its rows",
                self.row, self.unit
            )),
        }
    }

    pub fn figure(&self) -> Figure {
        let mut shapes = String::new();
        let mut keys = Vec::new();
        let unit = |n: usize| n * WIDTH / self.row;
        let step = (self.row / 4).max(1);
        for mark in (0..self.row).step_by(step) {
            shapes.push_str(&text(
                unit(mark) + 3,
                TOP - 6,
                "note",
                "start",
                &mark.to_string(),
            ));
        }
        let mut y = TOP;
        for field in &self.fields {
            let column = field.at % self.row;
            let rows = field.size.map_or(1, |size| (size / self.row).max(1));
            let width = unit(field.size.map_or(self.row, |size| size.min(self.row)));
            let (x, height) = (1 + unit(column), ROW * rows.min(2));
            let dashed = if field.size.is_none() { " open" } else { "" };
            shapes.push_str(&format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" class=\"field{dashed}\"/>\n"
            ));
            let shown = match field.name.chars().count() * CHARACTER + 4 <= width {
                true => field.name.clone(),
                false => {
                    keys.push(&field.name);
                    key(keys.len() - 1)
                }
            };
            shapes.push_str(&text(
                x + width / 2,
                y + height / 2 + 5,
                "said",
                "middle",
                &shown,
            ));
            if column + field.size.unwrap_or(self.row) >= self.row {
                y += height;
            }
        }
        let legend = keys
            .iter()
            .enumerate()
            .map(|(i, name)| format!("<span><b>{}</b> {}</span> ", key(i), escape(name)));
        let legend: String = legend.collect();
        Figure {
            class: "layout",
            title: format!("Layout, {} {}s a row", self.row, self.unit),
            words: self.words(),
            width: WIDTH + 2,
            height: y + 2,
            shapes,
            legend: match legend.is_empty() {
                true => legend,
                false => format!("<figcaption>{legend}</figcaption>\n"),
            },
        }
    }

    fn words(&self) -> String {
        let field = |field: &Field| match field.size {
            Some(1) => format!("{}: 1 {}.", field.name, self.unit),
            Some(n) => format!("{}: {n} {}s.", field.name, self.unit),
            None => format!("{}: any number of {}s.", field.name, self.unit),
        };
        self.fields.iter().map(field).collect::<Vec<_>>().join(" ")
    }
}

/// What stands in a field that is too narrow for its name.
fn key(n: usize) -> String {
    let letter = char::from(b'a' + (n % 26) as u8);
    match n / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

/// `32 bits a row`.
fn head_line(line: &str) -> Option<(usize, &'static str)> {
    let (number, rest) = line.trim().split_once(' ')?;
    let unit = match rest {
        "bits a row" => "bit",
        "bytes a row" => "byte",
        _ => return None,
    };
    let number = number.parse().ok()?;
    (1..=64).contains(&number).then_some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_tells() {
        let layout = Layout::parse(
            "32 bits a row\nversion: 4 | length: 28\n\naddress: 128\ndata: *\n",
            1,
        )
        .unwrap();
        assert_eq!(
            layout.words(),
            "version: 4 bits. length: 28 bits. address: 128 bits. data: any number of bits."
        );
        let figure = layout.figure();
        assert!(
            figure.legend.contains("<b>a</b> version"),
            "{}",
            figure.legend
        );
        assert!(!figure.html("x").contains("\n\n"));
    }

    #[test]
    fn refuses_with_the_line() {
        for (text, line, what) in [
            ("", 5, "a layout begins with"),
            ("0 bits a row\n", 5, "a layout begins with"),
            ("32 bits a row\n", 5, "a layout has fields"),
            (
                "32 bits a row\nport: 16\n",
                6,
                "this row ends after 16 of 32 bits",
            ),
            ("32 bits a row\nport\n", 6, "\"port\" has no size"),
            (
                "32 bits a row\n\nport: 0 | x: 32\n",
                7,
                "\"0\" is no number",
            ),
            ("8 bytes a row\nd: *\ne: 8", 7, "nothing can be drawn after"),
        ] {
            let wrong = Layout::parse(text, 5).unwrap_err();
            assert_eq!(wrong.line, line, "{text}: {}", wrong.what);
            assert!(wrong.what.starts_with(what), "{text}: {}", wrong.what);
        }
    }
}
