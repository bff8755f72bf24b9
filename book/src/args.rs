//! The command line. People meet it through `cargo xtask book`, so it says little.

use std::path::PathBuf;

use lexopt::prelude::*;

use xtask::Error;

pub const HELP: &str = "\
Builds, checks or serves the book; cargo xtask book starts this program.

Usage: book check --root DIR
       book build TO --root DIR
       book serve --root DIR --out DIR --state DIR [--port N] [--open]

  --root DIR     the checkout
  --out DIR      where the served pages are built
  --state DIR    where the runner keeps results.json
  --port N       the port on 127.0.0.1 (default: 3217, or a free one if that is taken)
  --open         open a browser
  -h, --help     print this
";

pub enum Command {
    Help,
    Check { root: PathBuf },
    Build { root: PathBuf, to: PathBuf },
    Serve(Serve),
}

pub struct Serve {
    pub root: PathBuf,
    pub out: PathBuf,
    pub state: PathBuf,
    pub port: Option<u16>,
    pub open: bool,
}

pub fn read() -> Result<Command, Error> {
    let mut args = lexopt::Parser::from_env();
    let mut words = Vec::new();
    let (mut root, mut out, mut state, mut port, mut open) = (None, None, None, None, false);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("root") => root = Some(PathBuf::from(args.value()?)),
            Long("out") => out = Some(PathBuf::from(args.value()?)),
            Long("state") => state = Some(PathBuf::from(args.value()?)),
            Long("port") => port = Some(args.value()?.parse()?),
            Long("open") => open = true,
            Value(word) => words.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let needed = |value: Option<PathBuf>, name: &str| {
        value.ok_or_else(|| Error::Usage(format!("--{name} is missing; book --help")))
    };
    let root = needed(root, "root")?;
    match &words[..] {
        [word] if word == "check" => Ok(Command::Check { root }),
        [word, to] if word == "build" => Ok(Command::Build {
            root,
            to: to.into(),
        }),
        [word] if word == "serve" => Ok(Command::Serve(Serve {
            root,
            out: needed(out, "out")?,
            state: needed(state, "state")?,
            port,
            open,
        })),
        _ => Err(Error::Usage(
            "what to do? check, build TO or serve; book --help".to_string(),
        )),
    }
}
