//! Text in lines that fit.

/// The width for running text: wide lines are hard to read even where there is room.
pub const WIDTH: usize = 112;
/// A terminal that does not say how wide it is.
const UNKNOWN: usize = 80;
/// Narrower than this, lines are left to the terminal.
const NARROWEST: usize = 40;

pub fn width() -> usize {
    // Lines to a file or a pipe are for another program to fold.
    let term = console_width();
    match term {
        0 => UNKNOWN,
        n => n.clamp(NARROWEST, WIDTH),
    }
}

/// `label`, padded to `column`, then `text` in lines no longer than `width`, each begun at `column`.
pub fn labelled(label: &str, column: usize, text: &str, width: usize) -> String {
    let mut out = format!("{label:<column$}");
    let room = width.saturating_sub(column).max(20);
    for (i, line) in wrapped(text, room).iter().enumerate() {
        if i > 0 {
            out.push_str(&" ".repeat(column));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Lines of at most `width` characters, broken at spaces; a longer word stands alone.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always one");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}

fn console_width() -> usize {
    console::Term::stdout()
        .size_checked()
        .map_or(0, |(_rows, columns)| usize::from(columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_spaces_and_hangs_below_its_label() {
        assert_eq!(
            labelled("  likely", 11, "one two three four five six seven", 36),
            "  likely   one two three four five\n           six seven\n"
        );
    }

    #[test]
    fn a_word_that_does_not_fit_stands_alone() {
        assert_eq!(wrapped("a bbbbbbbbbb c", 5), ["a", "bbbbbbbbbb", "c"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
