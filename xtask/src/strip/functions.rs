//! Finds functions by their lines: solutions are formatted, and a learner's code nearly always is.

/// The line, counted from 1, on which a function such as `echo` or `Gate::enter` begins.
pub fn function_line(source: &str, function: &str) -> Option<usize> {
    let lines: Vec<&str> = source.lines().collect();
    all_named(&lines, function).next().map(|at| at + 1)
}

/// Where the `todo!` of a function is: its line, counted from 1, and its text as it will be printed.
///
/// `None` once the learner has replaced it.
pub fn todo_line(source: &str, function: &str) -> Option<(usize, String)> {
    let lines: Vec<&str> = source.lines().collect();
    all_named(&lines, function).find_map(|start| {
        let end = end(&lines, start);
        let at = (start..=end).find(|&at| has_todo(lines[at]))?;
        let call = lines[at..=end].join("\n");
        let (_, arguments) = call.split_once("todo!(")?;
        Some((at + 1, first_string(arguments)))
    })
}

/// The function in whose body, not deeper, the line at `at` lies.
pub(super) fn enclosing(lines: &[&str], at: usize) -> Option<usize> {
    let outer = shallower(lines, at).find(|&up| !ends_a_header(lines[up]))?;
    name(lines[outer]).map(|_| outer)
}

/// Whether the function at line `at` is the one that lab.toml calls `function`.
pub(super) fn is_named(lines: &[&str], at: usize, function: &str) -> bool {
    let (wanted_owner, wanted) = match function.rsplit_once("::") {
        Some((owner, name)) => (Some(owner), name),
        None => (None, function),
    };
    name(lines[at]) == Some(wanted) && owner(lines, at).as_deref() == wanted_owner
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn all_named(lines: &[&str], function: &str) -> impl Iterator<Item = usize> {
    (0..lines.len()).filter(move |&at| is_named(lines, at, function))
}

/// The name of the function that begins on this line.
fn name(line: &str) -> Option<&str> {
    let rest = without_qualifiers(line).strip_prefix("fn ")?;
    Some(identifier(rest)).filter(|name| !name.is_empty())
}

/// The type or trait whose `impl` or `trait` block holds the function at line `at`.
fn owner(lines: &[&str], at: usize) -> Option<String> {
    for outer in shallower(lines, at) {
        let line = without_qualifiers(lines[outer]);
        if name(line).is_some() || line.starts_with("mod ") {
            return None;
        }
        if let Some(rest) = line.strip_prefix("trait ") {
            return Some(identifier(rest).to_string());
        }
        if line.starts_with("impl ") || line.starts_with("impl<") {
            // A long header goes on over some lines, up to its brace.
            let header = lines[outer..at].join(" ");
            return Some(implementor(header.split('{').next()?));
        }
    }
    None
}

/// `Pass` out of `impl<T> Drop for gate::Pass<T>`.
fn implementor(header: &str) -> String {
    let rest = header.trim_start().trim_start_matches("unsafe ");
    let rest = after_generics(rest.trim_start_matches("impl"));
    let of = match rest.split_once(" for ") {
        Some((_, of)) => of,
        None => rest,
    };
    let path = of.trim().trim_start_matches('&');
    let end = path
        .find(|c: char| c != ':' && c != '_' && !c.is_alphanumeric())
        .unwrap_or(path.len());
    path[..end]
        .rsplit("::")
        .next()
        .unwrap_or_default()
        .to_string()
}

fn after_generics(text: &str) -> &str {
    if !text.starts_with('<') {
        return text;
    }
    let mut depth = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if previous != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
        previous = c;
    }
    text
}

/// Lines above `at` that are indented less, nearest first; blank lines and comments do not count.
fn shallower(lines: &[&str], at: usize) -> impl Iterator<Item = usize> {
    let depth = indent(lines[at]);
    (0..at).rev().filter(move |&up| {
        let line = lines[up].trim_start();
        !line.is_empty() && !line.starts_with("//") && indent(lines[up]) < depth
    })
}

/// The last lines of a signature that rustfmt broke: `) -> T {`, `where`, `{`.
fn ends_a_header(line: &str) -> bool {
    let line = line.trim();
    line.starts_with([')', '>']) || line == "where" || line == "{"
}

/// The last line of the function that begins at `start`.
fn end(lines: &[&str], start: usize) -> usize {
    if lines[start].trim_end().ends_with('}') {
        return start;
    }
    let depth = indent(lines[start]);
    (start + 1..lines.len())
        .find(|&at| {
            indent(lines[at]) <= depth
                && (lines[at].trim_start().starts_with('}') || name(lines[at]).is_some())
        })
        .unwrap_or(lines.len() - 1)
}

fn has_todo(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.contains("todo!(")
}

/// The text of the string literal that a call's arguments begin with; empty without one.
fn first_string(arguments: &str) -> String {
    let Some(literal) = arguments.trim_start().strip_prefix('"') else {
        return String::new();
    };
    let mut text = String::new();
    let mut rest = literal.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => text.extend(rest.next()),
            _ => text.push(c),
        }
    }
    text.replace("{{", "{").replace("}}", "}")
}

fn without_qualifiers(line: &str) -> &str {
    const QUALIFIERS: [&str; 6] = [
        "pub ",
        "const ",
        "async ",
        "unsafe ",
        "extern \"C\" ",
        "default ",
    ];
    let mut rest = line.trim_start();
    loop {
        let before = rest;
        for word in QUALIFIERS {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        if let Some((_, after)) = rest.strip_prefix("pub(").and_then(|r| r.split_once(") ")) {
            rest = after;
        }
        if rest == before {
            return rest;
        }
    }
}

fn identifier(text: &str) -> &str {
    let end = text
        .find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
/// fn first() is not here.
pub async fn first() -> u8 {
    // todo!(\"not this\")
    todo!(\"send {{n}} \\\"a\\\"\")
}

pub(crate) fn second() {
    1
}

fn third() { todo!() }

impl<T: Fn() -> u8> fmt::Display for super::Pass<T>
where
    T: Send,
{
    fn fmt(
        &self,
    ) -> Result {
        fn inner() {}
        todo!(
            \"a long text\"
        )
    }
}

unsafe impl Gate {
    pub const fn fmt() {}
}

mod deep {
    fn free() {}
}

pub trait Knock {
    fn knock(&self) {
        todo!(\"knock\");
    }
}
";

    #[test]
    fn finds_functions_and_their_todo() {
        let table = [
            ("first", Some(2), Some((4, "send {n} \"a\""))),
            ("second", Some(7), None),
            ("third", Some(11), Some((11, ""))),
            ("Pass::fmt", Some(17), Some((21, "a long text"))),
            ("inner", Some(20), None),
            ("Gate::fmt", Some(28), None),
            ("free", Some(32), None),
            ("Knock::knock", Some(36), Some((37, "knock"))),
            ("knock", None, None),
            ("fmt", None, None),
            ("Display::fmt", None, None),
        ];
        for (function, line, todo) in table {
            assert_eq!(function_line(SOURCE, function), line, "{function}");
            let todo = todo.map(|(line, text)| (line, text.to_string()));
            assert_eq!(todo_line(SOURCE, function), todo, "{function}");
        }
    }

    #[test]
    fn empty_sources_have_no_functions() {
        assert_eq!(function_line("", "first"), None);
        assert_eq!(todo_line("", "first"), None);
    }
}
