//! Every transcript of the book is played again: its commands run, and what they print is what stands there.
//!
//! A comment right above a `console` block says what a reader of the page knows from the text around it:
//!
//! - `<!-- not replayed: REASON -->`: it cannot be. The check lists it with its reason.
//! - `<!-- replayed: in the background -->`: its last command is a server that the next block speaks to, or the next 2
//!   with `in the background for 2`.
//! - `<!-- replayed: with NAME.py -->`: that listing runs meanwhile; or a command does, as it would be typed.
//! - `<!-- replayed: after COMMAND -->`: what the text tells the reader to do first.
//! - `<!-- replayed: numbers vary -->`: measured, or dated; words count, numbers and days do not.
//!
//! The latter four can be joined with `; `. A line `...` stands for any lines.

mod note;
mod transcript;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::fences::{self, Fence};
use super::group::Group;
use crate::Error;
use crate::course::Course;
use crate::grade::compile;
use crate::grade::results::Subject;
use note::How;
use transcript::{same, steps};

/// A server gets this long until it listens and has said so.
const TO_BE_READY: Duration = Duration::from_secs(10);

/// Prints the first module that one of these listings imports, or program that one of these commands starts with, and
/// that is not there.
const MISSING: &str = r#"
import ast, importlib.util, shutil, sys
for word in sys.argv[1:]:
    if word.startswith("$ "):
        words = word[2:].split()
        for name in [w for w, before in zip(words, ["|"] + words) if before in ("|", "&&")]:
            name = name.lstrip("(")
            if name.isalnum() and name not in ("cd", "ulimit") and not shutil.which(name):
                sys.exit(print("program", name))
        if "-m" in words and not importlib.util.find_spec(words[words.index("-m") + 1]):
            sys.exit(print("Python module", words[words.index("-m") + 1]))
        continue
    for node in ast.walk(ast.parse(open(word).read())):
        names = [it.name for it in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if not importlib.util.find_spec(name.split(".")[0]):
                sys.exit(print("Python module", name.split(".")[0]))
"#;

pub fn check(course: &Course) -> Result<Vec<String>, Error> {
    let fences = fences::read(course)?;
    let labs = programs(course, &fences)?;
    let mut stage = Stage {
        course,
        labs,
        directory: PathBuf::new(),
        background: None,
    };
    let (mut breaches, mut chapter) = (Vec::new(), String::new());
    for fence in &fences {
        if fence.chapter != chapter {
            chapter.clone_from(&fence.chapter);
            stage
                .enter(&fences, &chapter)
                .map_err(|error| Error::Failed(format!("{chapter}: {error}")))?;
        }
        if fence.kind != "console" {
            continue;
        }
        match stage.play(fence) {
            Ok(Played::AsWritten) => {}
            Ok(Played::Not(reason)) => println!("      {}: not replayed: {reason}", fence.place()),
            Err(what) => breaches.push(format!("{}: {what}", fence.place())),
        }
    }
    Ok(breaches)
}

enum Played {
    AsWritten,
    /// With the reason.
    Not(String),
}

/// Where the transcripts of one chapter are played.
struct Stage<'a> {
    course: &'a Course,
    /// By name: the program of the solution.
    labs: HashMap<String, PathBuf>,
    /// Holds the chapter's listings that have a name.
    directory: PathBuf,
    /// The server that a block before has left running, and for how many blocks more.
    background: Option<(Group, usize)>,
}

impl Stage<'_> {
    fn enter(&mut self, fences: &[Fence], chapter: &str) -> io::Result<()> {
        self.background = None;
        self.directory = self.course.target.join("replay").join(chapter);
        match fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&self.directory)?,
        }
        for fence in fences.iter().filter(|it| it.chapter == chapter) {
            if let Some(file) = fence.file() {
                fs::write(self.directory.join(file), &fence.text)?;
            }
        }
        Ok(())
    }

    fn play(&mut self, fence: &Fence) -> Result<Played, String> {
        let how = How::read(fence.note.as_deref())?;
        let behind = self.background.take();
        if let Some(reason) = how.not {
            return Ok(Played::Not(reason));
        }
        if let Some(missing) = self.missing(fence, &how)? {
            return match std::env::var_os("COURSE_NOTHING_MISSING") {
                None => Ok(Played::Not(format!("no {missing} here"))),
                Some(_) => Err(format!("no {missing} here")),
            };
        }
        for command in &how.after {
            self.start(command, Stdio::null())?.output()?;
        }
        let mut servers = Vec::new();
        for server in &how.with {
            let command = match server.ends_with(".py") {
                true => format!("python3 {server}"),
                false => server.clone(),
            };
            servers.push(self.up(&[], &command, "")?);
        }
        let steps = steps(&fence.text)?;
        if how.background > 0 {
            let (mut commands, printed): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
            let last = commands.pop().unwrap_or_default();
            let server = self.up(&commands, &last, &printed.concat())?;
            self.background = Some((server, how.background));
            return Ok(Played::AsWritten);
        }
        for (command, expected) in steps {
            let got = self.start(&command, Stdio::null())?.output()?;
            if !same(&expected, &got, how.numbers_vary) {
                return Err(format!("$ {command}\nprints\n{got}and not\n{expected}"));
            }
        }
        self.background = behind.and_then(|(server, more)| (more > 1).then(|| (server, more - 1)));
        Ok(Played::AsWritten)
    }

    /// What these commands need and this machine has not: a Python module or a program.
    fn missing(&self, fence: &Fence, how: &How) -> Result<Option<String>, String> {
        let files = fs::read_dir(&self.directory)
            .into_iter()
            .flatten()
            .flatten();
        let files = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let named = |file: &String| fence.text.contains(file.as_str()) || how.with.contains(file);
        let mut words: Vec<String> = files
            .filter(|file| file.ends_with(".py") && named(file))
            .collect();
        words.extend(
            fence
                .text
                .lines()
                .filter(|line| line.starts_with("$ "))
                .map(str::to_string),
        );
        let output = Command::new("python3")
            .args(["-c", MISSING])
            .args(words)
            .current_dir(&self.directory)
            .output()
            .map_err(|error| format!("cannot start python3: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_string();
        match output.status.success() {
            true => Ok(Some(said).filter(|said| !said.is_empty())),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// A server is up when it listens and has printed what the transcript shows of it.
    fn up(&self, before: &[String], server: &str, expected: &str) -> Result<Group, String> {
        let commands = format!("{}\nexec {server}", before.join("\n"));
        let server = self.start(&commands, Stdio::piped())?;
        let until = Instant::now() + TO_BE_READY;
        while !server.listens() || !same(expected, &server.so_far(), false) && !expected.is_empty()
        {
            if Instant::now() > until {
                let got = server.so_far();
                return Err(format!(
                    "$ {commands}\ndoes not listen, or printed\n{got}and not\n{expected}"
                ));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(server)
    }

    fn start(&self, command: &str, input: Stdio) -> Result<Group, String> {
        let mut command = command.to_string();
        for (lab, program) in &self.labs {
            let program = program.to_string_lossy();
            for written in [
                format!("cargo run -q -p lab-{lab} --"),
                format!("cargo run -p lab-{lab} --"),
                format!("target/debug/lab-{lab}"),
            ] {
                command = command.replace(&written, &program);
            }
        }
        // A descriptor that our own caller left open is none that a reader's terminal has, and limits count it.
        command.insert_str(0, "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-\n");
        let mut shell = Command::new("bash");
        shell
            .args(["-c", &command])
            .current_dir(&self.directory)
            .env("PYTHONUNBUFFERED", "1")
            .env("LC_ALL", "C.UTF-8")
            .stdin(input);
        Group::start(shell, &self.directory.join("printed"))
            .map_err(|error| format!("cannot start bash: {error}"))
    }
}

/// The solutions that transcripts run as `lab-NAME`.
fn programs(course: &Course, fences: &[Fence]) -> Result<HashMap<String, PathBuf>, Error> {
    let catalog = super::catalog(course)?;
    let named = |lab: &str| {
        fences
            .iter()
            .any(|it| it.kind == "console" && it.text.contains(&format!("lab-{lab} ")))
    };
    let labs: Vec<&str> = catalog
        .labs
        .iter()
        .map(|lab| lab.name.as_str())
        .filter(|lab| named(lab))
        .collect();
    let built = compile::build(&course.root, Subject::Solutions, &labs)?;
    let programs = built.programs.into_iter();
    programs
        .map(|(lab, program)| program.map(|it| (lab, it)).map_err(Error::Failed))
        .collect()
}
