//! Part B: programs whose one line of output is to be predicted. The key is had by running them.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use serde::Deserialize;
use toml::Spanned;

use super::answer::Kind;
use super::data::Table;
use super::paper::{Block, Key, Part, Question, Section};
use crate::Error;

const QUESTIONS: usize = 4;
const POINTS: u32 = 5;
/// Each of these programs is done in well below a second.
const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    program: Vec<Program>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    id: Spanned<String>,
    why: Spanned<String>,
    source: Spanned<String>,
    values: BTreeMap<String, Spanned<Values>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    Range([u64; 2]),
    Words(Vec<String>),
}

pub fn sections(root: &Path, random: &mut Rng) -> Result<Vec<Section>, Error> {
    let table = read(root)?;
    let mut programs: Vec<&Program> = table.parsed.program.iter().collect();
    random.shuffle(&mut programs);
    let chosen = programs.into_iter().take(QUESTIONS);
    chosen
        .map(|program| {
            let source = filled(&table, program, random)?;
            Ok(Section {
                part: Part::Predict,
                shown: vec![Block::Code {
                    language: "rust",
                    text: source.clone(),
                }],
                questions: vec![Question {
                    id: String::new(),
                    points: POINTS,
                    prompt: "What does this program print?".to_string(),
                    kind: Kind::Line,
                    key: Key::Printed(source),
                    why: program.why.get_ref().clone(),
                }],
            })
        })
        .collect()
}

fn read(root: &Path) -> Result<Table<File>, Error> {
    let table = Table::<File>::read(root, "predict")?;
    let programs = &table.parsed.program;
    if programs.len() < QUESTIONS {
        let what = format!("a paper has {QUESTIONS} programs; write more [[program]]s");
        return Err(table.missing(&what));
    }
    for (n, program) in programs.iter().enumerate() {
        table.filled([&program.id, &program.why, &program.source])?;
        if programs[..n].iter().any(|it| it.id == program.id) {
            return Err(table.wrong(&program.id, "an earlier program has this id too"));
        }
        for (name, values) in &program.values {
            let sound = match values.get_ref() {
                Values::Range([least, most]) => least <= most,
                Values::Words(words) => !words.is_empty(),
            };
            if !sound {
                return Err(table.wrong(values, "write [least, most], or a list of words"));
            }
            if !program.source.get_ref().contains(&format!("@{name}")) {
                return Err(table.wrong(values, &format!("@{name} is not in the source")));
            }
        }
    }
    Ok(table)
}

fn filled(table: &Table<File>, program: &Program, random: &mut Rng) -> Result<String, Error> {
    let mut facts = Vec::new();
    for (name, values) in &program.values {
        let value = match values.get_ref() {
            Values::Range([least, most]) => random.u64(least..=most).to_string(),
            Values::Words(words) => words[random.usize(..words.len())].clone(),
        };
        facts.push((name.as_str(), value));
    }
    let source = table.fill(&program.source, &facts)?;
    Ok(source.trim_start().to_string())
}

/// What each of these programs prints, by source. One call of rustc builds them all, in `scratch`.
pub fn outputs(sources: &[&str], scratch: &Path) -> Result<HashMap<String, String>, Error> {
    let failed = |error: std::io::Error| {
        Error::Failed(format!("cannot run the programs of part B: {error}"))
    };
    fs::create_dir_all(scratch).map_err(failed)?;
    let mut text = String::new();
    let mut arms = String::new();
    for (n, source) in sources.iter().enumerate() {
        let source = source.replacen("fn main()", "pub fn main()", 1);
        text.push_str(&format!("mod p{n} {{\n{source}}}\n"));
        arms.push_str(&format!("        \"{n}\" => end(p{n}::main()),\n"));
    }
    text.push_str(&format!(
        "fn end(ended: impl std::process::Termination) -> std::process::ExitCode {{ ended.report() }}\n\
         fn main() -> std::process::ExitCode {{\n    match std::env::args().nth(1).unwrap().as_str() {{\n{arms}\
         \x20       _ => std::process::ExitCode::from(2),\n    }}\n}}\n"
    ));
    let (file, program) = (scratch.join("predict.rs"), scratch.join("predict"));
    fs::write(&file, text).map_err(failed)?;
    let built = Command::new(rustc())
        .args(["--edition", "2024", "--cap-lints", "allow", "-o"])
        .args([&program, &file])
        .output()
        .map_err(|error| Error::Failed(format!("cannot start rustc: {error}")))?;
    if !built.status.success() {
        let words = String::from_utf8_lossy(&built.stderr).into_owned();
        return Err(Error::Failed(format!(
            "a program of part B does not compile; this is the course's fault:\n{words}"
        )));
    }
    let mut outputs = HashMap::new();
    for (n, source) in sources.iter().enumerate() {
        let printed = printed(&program, n)?;
        outputs.insert(source.to_string(), printed);
    }
    Ok(outputs)
}

/// Cargo's neighbour, so that the version is the same whatever `PATH` says.
fn rustc() -> PathBuf {
    if let Some(rustc) = env::var_os("RUSTC") {
        return rustc.into();
    }
    let beside = env::var_os("CARGO").map(|cargo| PathBuf::from(cargo).with_file_name("rustc"));
    beside
        .filter(|rustc| rustc.is_file())
        .unwrap_or_else(|| "rustc".into())
}

fn printed(program: &Path, n: usize) -> Result<String, Error> {
    let trouble = |what: String| Error::Failed(format!("a program of part B {what}"));
    let mut child = Command::new(program)
        .arg(n.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| trouble(format!("cannot be started: {error}")))?;
    let text = all(&mut child);
    if text.is_none() {
        let _ = child.kill();
    }
    let status = child
        .wait()
        .map_err(|error| trouble(format!("cannot be waited for: {error}")))?;
    let text = text.ok_or_else(|| trouble(format!("did not end within {DEADLINE:?}")))?;
    let line = text.trim_end();
    match status.success() && !line.is_empty() && !line.contains('\n') {
        true => Ok(line.to_string()),
        false => Err(trouble(format!("ended with {status} and printed {text:?}"))),
    }
}

/// Everything that it prints, or `None` if that does not end.
fn all(child: &mut Child) -> Option<String> {
    let mut stdout = child.stdout.take()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = stdout.read_to_string(&mut text);
        let _ = tell.send(text);
    });
    told.recv_timeout(DEADLINE).ok()
}
