//! What the open page shows of the last run and of the quizzes: verdicts, and for a step that failed its story, with what was on the wire.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::html::{escape, with_code};
use crate::steps::anchor_of;
use crate::wire;
use xtask::quiz::answers::Answers;

/// The part of the runner's results that a page shows. What else is in there may change.
#[derive(Deserialize)]
struct Results {
    labs: Vec<LabResult>,
}

#[derive(Deserialize)]
struct LabResult {
    id: String,
    #[serde(default)]
    build_error: Option<String>,
    steps: Vec<StepResult>,
}

#[derive(Deserialize)]
struct StepResult {
    id: String,
    verdict: String,
    points: u64,
    #[serde(default)]
    cause: Option<Cause>,
    #[serde(default)]
    mistakes: Vec<Mistake>,
    #[serde(default)]
    story: Vec<Event>,
    #[serde(default)]
    wire: Option<String>,
}

#[derive(Deserialize)]
struct Cause {
    id: String,
    expected: String,
    got: String,
    #[serde(default)]
    likely: Option<String>,
    /// Where bytes differ: expected, got, and a mark under the first.
    #[serde(default)]
    bytes: Vec<String>,
}

#[derive(Deserialize)]
struct Mistake {
    name: String,
    advice: String,
}

#[derive(Deserialize)]
struct Event {
    at_ms: u64,
    text: String,
}

/// For the page's script, as JSON.
#[derive(Serialize, Clone, Default, PartialEq)]
pub struct Progress {
    labs: Vec<Lab>,
    /// The choice at each question of a quiz, by their names.
    answers: BTreeMap<String, String>,
}

#[derive(Serialize, Clone, PartialEq)]
struct Lab {
    id: String,
    /// Summed from the verdicts: only what passed counts.
    earned: u64,
    steps: Vec<Step>,
}

#[derive(Serialize, Clone, PartialEq)]
struct Step {
    id: String,
    /// One of the runner's, or `open`.
    verdict: String,
    /// HTML; empty unless it failed.
    story: String,
}

/// No file is no run yet. A file that cannot be read is said; the runner will set it aside.
pub fn read(state: &Path) -> Result<Progress, String> {
    let answers = Answers::read(state).chosen();
    let path = state.join("results.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Progress {
                labs: Vec::new(),
                answers,
            });
        }
        Err(error) => return Err(format!("cannot read results.json: {error}")),
    };
    let results: Results = serde_json::from_str(&text)
        .map_err(|error| format!("results.json is damaged ({error}); grade again"))?;
    Ok(Progress {
        labs: results.labs.iter().map(lab).collect(),
        answers,
    })
}

fn lab(lab: &LabResult) -> Lab {
    let passed = lab.steps.iter().filter(|step| step.verdict == "passed");
    Lab {
        id: lab.id.clone(),
        earned: passed.map(|step| step.points).sum(),
        steps: lab.steps.iter().map(|it| step(lab, it)).collect(),
    }
}

fn step(lab: &LabResult, step: &StepResult) -> Step {
    let open = step
        .cause
        .as_ref()
        .is_some_and(|it| it.id == "not-written-yet");
    let verdict = if open { "open" } else { &step.verdict };
    let story = match verdict {
        "failed" | "timed_out" | "crashed" => story(lab, step),
        "build_failed" => build_error(lab),
        _ => String::new(),
    };
    Step {
        id: step.id.clone(),
        verdict: verdict.to_string(),
        story,
    }
}

fn story(lab: &LabResult, step: &StepResult) -> String {
    let mut html = String::from("<ol>");
    for event in &step.story {
        let seconds = event.at_ms as f64 / 1000.0;
        html.push_str(&format!(
            "<li><span class=\"at\">{seconds:.3} s</span> {}</li>",
            escape(&event.text)
        ));
    }
    html.push_str("</ol>");
    if let Some(cause) = &step.cause {
        html.push_str(&format!(
            "<dl><dt>expected</dt><dd>{}</dd><dt>got</dt><dd>{}</dd>",
            escape(&cause.expected),
            escape(&cause.got)
        ));
        if let Some(likely) = &cause.likely {
            html.push_str(&format!("<dt>likely</dt><dd>{}</dd>", with_code(likely)));
        }
        html.push_str("</dl>");
        if !cause.bytes.is_empty() {
            let lines: Vec<String> = cause.bytes.iter().map(|line| escape(line)).collect();
            html.push_str(&format!("<pre>{}</pre>", lines.join("\n")));
        }
    }
    for Mistake { name, advice } in &step.mistakes {
        let (name, advice) = (with_code(name), with_code(advice));
        html.push_str(&format!("<p>A known mistake: {name}. {advice}</p>"));
    }
    let record = step.wire.as_ref().map(|it| Path::new(it).join("wire.txt"));
    let record = record.and_then(|file| fs::read_to_string(file).ok());
    if let Some(sequence) = record.and_then(|text| wire::sequence(&text)) {
        let id = format!("wire-{}", anchor_of(&lab.id, &step.id));
        html.push_str(&sequence.figure().html(&id));
    }
    html
}

fn build_error(lab: &LabResult) -> String {
    let words = lab.build_error.as_deref().unwrap_or("it does not compile");
    let words: Vec<String> = words.lines().map(escape).collect();
    format!("<pre>{}</pre>", words.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_and_stories_come_from_the_file() {
        let state = tempfile::tempdir().unwrap();
        assert!(read(state.path()).unwrap() == Progress::default());
        let run = state.path().join("run");
        fs::create_dir(&run).unwrap();
        fs::write(
            run.join("wire.txt"),
            "  0.012  near   test -> you  connect\n",
        )
        .unwrap();
        let json = format!(
            r#"{{"version": 1, "labs": [{{"id": "echo", "title": "Echo", "steps": [
                {{"id": "a", "verdict": "passed", "points": 10}},
                {{"id": "b", "verdict": "failed", "points": 5, "wire": {:?},
                  "cause": {{"id": "x", "expected": "<b>", "got": "c", "bytes": ["got  0000  3c", "           ^^"]}}, "story": [{{"at_ms": 12, "text": "sent"}}]}},
                {{"id": "c", "verdict": "failed", "points": 5, "cause": {{"id": "not-written-yet", "expected": "", "got": ""}}}}
            ]}}]}}"#,
            run
        );
        fs::write(state.path().join("results.json"), json).unwrap();
        let progress = read(state.path()).unwrap();
        let lab = &progress.labs[0];
        assert_eq!(lab.earned, 10);
        let verdicts: Vec<_> = lab.steps.iter().map(|step| &step.verdict[..]).collect();
        assert_eq!(verdicts, ["passed", "failed", "open"]);
        let story = &lab.steps[1].story;
        assert!(
            story.contains("&lt;b&gt;") && story.contains("0.012 s") && story.contains("<svg"),
            "{story}"
        );
        assert!(
            story.contains("<pre>got  0000  3c\n           ^^</pre>"),
            "{story}"
        );
        assert!(lab.steps[2].story.is_empty());
    }

    #[test]
    fn a_damaged_file_is_said() {
        let state = tempfile::tempdir().unwrap();
        fs::write(state.path().join("results.json"), "{").unwrap();
        assert!(
            read(state.path())
                .err()
                .unwrap()
                .starts_with("results.json is damaged")
        );
    }
}
