//! What is found in a chapter's source before mdBook sees it: fenced blocks, markers, and where they stand.

use std::ops::Range;

/// Something wrong in a chapter, on a line counted from 1.
#[derive(Debug, PartialEq)]
pub struct Wrong {
    pub line: usize,
    pub what: String,
}

/// A place in the source that becomes something else.
#[derive(Debug, PartialEq)]
pub struct Block {
    pub kind: Kind,
    /// In bytes, whole lines.
    pub range: Range<usize>,
    /// Of its first line.
    pub line: usize,
    /// Inside of the fence, or the word behind the marker.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Sequence,
    Layout,
    Steps,
    Quiz,
    Exam,
}

/// Every block that is ours, in order. What other fences hold is left alone.
pub fn blocks(source: &str) -> Result<Vec<Block>, Wrong> {
    let mut found = Vec::new();
    let mut fence: Option<Fence> = None;
    let mut at = 0;
    for (number, whole) in source.split_inclusive('\n').enumerate() {
        let (start, line) = (at, whole.trim_end());
        at += whole.len();
        match &mut fence {
            Some(open) if open.is_closed_by(line) => {
                if let Some(kind) = open.kind {
                    found.push(Block {
                        kind,
                        range: open.start..at,
                        line: open.line,
                        text: std::mem::take(&mut open.text),
                    });
                }
                fence = None;
            }
            Some(open) => open.text.push_str(whole),
            None => {
                fence = Fence::opened_by(line, number + 1, start);
                if let Some((kind, name)) = marker(line) {
                    found.push(Block {
                        kind,
                        range: start..at,
                        line: number + 1,
                        text: name.to_string(),
                    });
                }
            }
        }
    }
    match fence {
        None => Ok(found),
        Some(open) => Err(Wrong {
            line: open.line,
            what: format!(
                "this code block is never closed; end it with a line {}",
                open.mark
            ),
        }),
    }
}

/// `<!-- steps: LAB -->`, `<!-- quiz: NAME -->` or `<!-- exam: SEED -->`, alone on its line.
fn marker(line: &str) -> Option<(Kind, &str)> {
    let inside = line.strip_prefix("<!--")?.strip_suffix("-->")?;
    let (kind, name) = inside.split_once(':')?;
    let kind = match kind.trim() {
        "steps" => Kind::Steps,
        "quiz" => Kind::Quiz,
        "exam" => Kind::Exam,
        _ => return None,
    };
    Some((kind, name.trim()))
}

struct Fence {
    /// The backquotes or tildes that opened it.
    mark: String,
    kind: Option<Kind>,
    start: usize,
    line: usize,
    text: String,
}

impl Fence {
    fn opened_by(line: &str, number: usize, start: usize) -> Option<Self> {
        let bare = line.trim_start();
        let sign = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let rest = bare.trim_start_matches(sign);
        let mark = &bare[..bare.len() - rest.len()];
        if mark.len() < 3 || (sign == '`' && rest.contains('`')) {
            return None;
        }
        let kind = match rest.trim() {
            "sequence" => Some(Kind::Sequence),
            "layout" => Some(Kind::Layout),
            _ => None,
        };
        Some(Self {
            mark: mark.to_string(),
            // Drawings inside of a list or a quotation would have to be cut out of it first.
            kind: kind.filter(|_| bare.len() == line.len()),
            start,
            line: number,
            text: String::new(),
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.mark.len()
            && line.starts_with(&self.mark)
            && line.chars().all(|c| self.mark.starts_with(c))
    }
}

/// The anchor that mdBook and code forges make of a heading.
pub fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_ours_and_leaves_the_rest() {
        let source = "a\n```sequence\nA -> B: x\n```\n````text\n```layout\n<!-- steps: no -->\n```\n````\n<!-- steps: echo -->\n";
        let found = blocks(source).unwrap();
        let kinds: Vec<_> = found
            .iter()
            .map(|b| (b.kind, b.line, &b.text[..]))
            .collect();
        assert_eq!(
            kinds,
            [
                (Kind::Sequence, 2, "A -> B: x\n"),
                (Kind::Steps, 10, "echo")
            ]
        );
        assert_eq!(
            &source[found[0].range.clone()],
            "```sequence\nA -> B: x\n```\n"
        );
    }

    #[test]
    fn an_open_fence_is_told_with_its_line() {
        let wrong = blocks("a\n\n```layout\n32 bits a row\n").unwrap_err();
        assert_eq!(wrong.line, 3);
    }

    #[test]
    fn anchors_are_those_of_forges() {
        assert_eq!(anchor("A read of 0"), "a-read-of-0");
        assert_eq!(anchor("I.A What, `now`?"), "ia-what-now");
    }
}
