//! One step in full: the story, expected and got, the likely cause, where to look next.

use std::path::Path;

use super::lines::labelled;
use super::{Paint, View};
use crate::catalog::{Lab, Step};
use crate::course::rust_sources;
use crate::grade::results::{StepResult, Subject};
use crate::strip;

/// Where the text of a labelled line begins.
const COLUMN: usize = 13;

pub fn render(view: &View, lab: &Lab, result: &StepResult, paint: Paint, width: usize) -> String {
    let step = lab.steps.iter().find(|step| step.id == result.id);
    let place = step
        .map(|step| function(view, lab, step))
        .unwrap_or_default();
    let mut text = format!(
        "{}   {place}\n",
        paint.bold(&format!("{}/{}", lab.name, result.id))
    );
    if let Some(trouble) = &result.trouble {
        text.push_str(&untold(trouble, width));
        text.push_str(&labelled("  again", COLUMN, &again(lab, result), width));
        text.push('\n');
        return text;
    }
    text.push_str(&told(result, &view.course.root, width));
    text.push_str(&labelled("  read", COLUMN, &read(view, lab, step), width));
    let hint = format!("cargo xtask hint {}/{}", lab.name, result.id);
    text.push_str(&labelled("  hint", COLUMN, &hint, width));
    text.push_str(&labelled("  again", COLUMN, &again(lab, result), width));
    text.push('\n');
    text
}

/// What happened: the story, expected and got, the likely cause, the record. Paths are told from `root`.
pub fn told(result: &StepResult, root: &Path, width: usize) -> String {
    if let Some(trouble) = &result.trouble {
        return untold(trouble, width);
    }
    let mut text = String::new();
    for (i, event) in result.story.iter().enumerate() {
        let at = event.at_ms as f64 / 1000.0;
        text.push_str(&labelled(
            &format!("  {:>2}  {at:.3} s", i + 1),
            15,
            &event.text,
            width,
        ));
    }
    text.push('\n');
    if let Some(cause) = &result.cause {
        text.push_str(&labelled("  expected", COLUMN, &cause.expected, width));
        text.push_str(&labelled("  got", COLUMN, &cause.got, width));
        if !cause.bytes.is_empty() {
            text.push('\n');
            for line in &cause.bytes {
                text.push_str(&format!("  {line}\n"));
            }
        }
        text.push('\n');
        let mut likely = match &cause.likely {
            Some(likely) => likely.clone(),
            None => "Not known from these facts. The story above, and the wire record if there is one, show the last thing that went well.".to_string(),
        };
        match &result.mistakes[..] {
            [] => {}
            [one] => likely = format!("{} Known mistake: \"{}\".", one.advice, one.name),
            several => {
                likely = "Known mistakes that look like this:".to_string();
                for mistake in several {
                    likely.push_str(&format!(" \"{}\": {}", mistake.name, mistake.advice));
                }
            }
        }
        text.push_str(&labelled("  likely", COLUMN, &likely, width));
        if !cause.stderr.is_empty() {
            text.push_str("  stderr\n");
            for line in &cause.stderr {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    if let Some(directory) = &result.wire {
        let shown = Path::new(directory)
            .strip_prefix(root)
            .unwrap_or(Path::new(directory));
        let mut wire = shown.join("wire.txt").display().to_string();
        if Path::new(directory).join("wire.pcapng").is_file() {
            wire.push_str("   (wire.pcapng opens in Wireshark)");
        }
        // Not folded: a path may hold spaces, and is there to be copied.
        text.push_str(&format!("{:<COLUMN$}{wire}\n", "  wire"));
    }
    text
}

/// There is no verdict, and the learner's program is not why.
fn untold(trouble: &str, width: usize) -> String {
    let mut text = labelled(
        "  could not be graded",
        4,
        ": the course is at fault here, not your program.",
        width,
    );
    for line in trouble.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// Where to begin: file and line, chapter, command.
pub fn start(view: &View, lab: &Lab, result: &StepResult, width: usize) -> String {
    let Some((at, step)) = lab
        .steps
        .iter()
        .enumerate()
        .find(|(_, step)| step.id == result.id)
    else {
        return String::new();
    };
    let begin = match view.results.earned {
        0 => "Start with",
        _ => "Next:",
    };
    let mut text = format!(
        "{begin} {}, step {}: \"{}\"\n",
        lab.name,
        at + 1,
        step.title
    );
    let (place, todo) = todo(view, lab, step);
    text.push_str(&labelled("  write", COLUMN, &place, width));
    if let Some(todo) = todo {
        text.push_str(&labelled("", COLUMN, &todo, width));
    }
    text.push_str(&labelled(
        "  read",
        COLUMN,
        &read(view, lab, Some(step)),
        width,
    ));
    if at == 0 && !lab.after.is_empty() {
        let after = format!("{} (advice, not a lock)", lab.after.join(", "));
        text.push_str(&labelled("  best after", COLUMN, &after, width));
    }
    let check = format!("cargo xtask grade {}", lab.name);
    text.push_str(&labelled("  check", COLUMN, &check, width));
    let stuck = format!("cargo xtask hint {}/{}", lab.name, step.id);
    text.push_str(&labelled("  stuck?", COLUMN, &stuck, width));
    text
}

fn again(lab: &Lab, result: &StepResult) -> String {
    format!(
        "cargo xtask grade {}/{} --seed {}",
        lab.name, result.id, result.seed
    )
}

/// The chapter, and the section in it that is about this step.
fn read(view: &View, lab: &Lab, step: Option<&Step>) -> String {
    let chapter = format!("book/chapters/{}.md", lab.chapter);
    match view.course.root.join(&chapter).is_file() {
        true => match step {
            Some(step) => format!("{chapter}, \"{}\"", step.section),
            None => chapter,
        },
        false => format!("chapter {}", lab.chapter_number()),
    }
}

/// `labs/00-hello/src/lib.rs:24` and `todo!("connect, ...")`
fn todo(view: &View, lab: &Lab, step: &Step) -> (String, Option<String>) {
    sources(view, lab)
        .into_iter()
        .find_map(|(file, source)| {
            let (line, text) = strip::todo_line(&source, &step.function)?;
            Some((format!("{file}:{line}"), Some(format!("todo!({text:?})"))))
        })
        .unwrap_or_else(|| (function(view, lab, step), None))
}

/// `labs/00-hello/src/lib.rs:24  fn introduce`
fn function(view: &View, lab: &Lab, step: &Step) -> String {
    let found: Vec<_> = sources(view, lab)
        .into_iter()
        .filter_map(|(file, source)| {
            let line = strip::function_line(&source, &step.function)?;
            // A given helper may have the same name; what the learner writes is public.
            let given = !source
                .lines()
                .nth(line - 1)?
                .trim_start()
                .starts_with("pub ");
            Some((given, format!("{file}:{line}   fn {}", step.function)))
        })
        .collect();
    let best = found.into_iter().min_by_key(|(given, _)| *given);
    best.map_or_else(|| format!("fn {}", step.function), |(_, place)| place)
}

/// The lab's Rust files with their text, by name.
fn sources(view: &View, lab: &Lab) -> Vec<(String, String)> {
    let parent = match view.results.subject {
        Subject::Labs => "labs",
        Subject::Solutions => "solutions",
    };
    let directory = format!("{parent}/{}/src", lab.directory);
    rust_sources(&view.course.root.join(&directory))
        .into_iter()
        .map(|(name, text)| (format!("{directory}/{name}"), text))
        .collect()
}
