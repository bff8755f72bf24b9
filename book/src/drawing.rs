//! What drawings share: SVG that takes its colours from the page and says in words what it shows.

use crate::html::escape;

/// Width of a character of the drawings' monospaced type at 13 px, a little generously.
pub const CHARACTER: usize = 8;
pub const LINE: usize = 17;

/// A figure, as one HTML block. `words` is what someone hears who does not see it.
pub struct Figure {
    pub class: &'static str,
    pub title: String,
    pub words: String,
    pub width: usize,
    pub height: usize,
    pub shapes: String,
    /// HTML below the drawing.
    pub legend: String,
}

impl Figure {
    /// `id` is unique in the book: the print page holds every chapter.
    pub fn html(&self, id: &str) -> String {
        let Self { width, height, .. } = self;
        format!(
            "<figure class=\"drawing {class}\" style=\"--width: {width}px\">\n\
             <svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-words\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-words\">{words}</desc>\n{shapes}</svg>\n{legend}</figure>\n",
            class = self.class,
            title = escape(&self.title),
            words = escape(&self.words),
            shapes = self.shapes,
            legend = self.legend,
        )
    }
}

/// `class` says how it looks; `anchor` is `start`, `middle` or `end`.
pub fn text(x: usize, y: usize, class: &str, anchor: &str, text: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" class=\"{class}\" text-anchor=\"{anchor}\">{}</text>\n",
        escape(text)
    )
}

pub fn line(from: (usize, usize), to: (usize, usize), class: &str) -> String {
    format!(
        "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{class}\"/>\n",
        from.0, from.1, to.0, to.1
    )
}

/// Breaks between words so that no line is longer than `width` characters, if the words allow it.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a-very-long-word x", 4), ["a-very-long-word", "x"]);
        assert!(wrapped("", 4).is_empty());
    }
}
