//! `cargo xtask route`: which labs, in which order.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::catalog::{Catalog, unknown};
use crate::course::Course;
use crate::screen;
use crate::state::{self, State};

pub const HELP: &str = "\
Shows the routes through the course, or chooses one. `grade` follows it; any lab may be done at any time.

Usage: cargo xtask route [NAME]

  -h, --help    print this

Example:
  cargo xtask route \"whole book\"
";

const FORMAT: u32 = 1;

/// Where a learner begins who has chosen nothing.
const FIRST: &str = "first weekend";

/// All labs, by number.
const WHOLE: &str = "whole book";

const ROUTES: [(&str, &[&str]); 7] = [
    (FIRST, &["hello", "echo", "frames", "crowd", "chat"]),
    (
        "web",
        &["http-message", "http-server", "http-client", "scrape"],
    ),
    ("mail", &["dialogue", "mime", "smtp", "imap"]),
    (
        "names and paths",
        &["dns", "ping", "traceroute", "packets", "doctor"],
    ),
    ("locks", &["seal", "auth", "tls", "letterbox"]),
    ("files", &["dialogue", "ftp", "sftp"]),
    (WHOLE, &[]),
];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    format: u32,
    route: String,
}

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    let mut name = None;
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Value(value) => {
                // `route names and paths` needs no quotes.
                let word = value.string()?;
                name = Some(name.map_or(word.clone(), |name: String| format!("{name} {word}")));
            }
            other => {
                return Err(Error::Usage(format!(
                    "{}; cargo xtask route --help",
                    other.unexpected()
                )));
            }
        }
    }
    let state = State::open(course)?;
    if let Some(name) = name {
        let names = ROUTES.iter().map(|(name, _)| *name);
        if !names.clone().any(|known| known == name) {
            return Err(Error::Usage(unknown(
                &format!("route {name:?}"),
                &name,
                names,
            )));
        }
        let bytes = serde_json::to_vec_pretty(&Chosen {
            format: FORMAT,
            route: name,
        })
        .expect("plain data");
        let path = file(&state);
        state::write_whole(&path, &bytes)
            .map_err(|error| Error::Failed(format!("cannot write {}: {error}", path.display())))?;
    }
    screen::out(&render(chosen(&state), &Catalog::read(&course.root)?));
    Ok(ExitCode::SUCCESS)
}

/// The name of the route that the learner has chosen.
pub fn chosen(state: &State) -> &'static str {
    let path = file(state);
    let read = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice::<Chosen>(&bytes).map_err(|error| error.to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return FIRST,
        Err(error) => Err(error.to_string()),
    };
    let known = |route: &str| {
        ROUTES
            .iter()
            .find(|(name, _)| *name == route)
            .map(|(name, _)| *name)
    };
    match read {
        Ok(chosen) => known(&chosen.route).unwrap_or(FIRST),
        Err(why) => {
            state::set_aside(&path, &why);
            FIRST
        }
    }
}

/// The labs of a route that exist, as words for [`Catalog::select`].
pub fn labs(route: &str, catalog: &Catalog) -> Vec<String> {
    let on_route = ROUTES
        .iter()
        .find(|(name, _)| *name == route)
        .map_or(&[][..], |(_, labs)| labs);
    let exists = |name: &&&str| catalog.labs.iter().any(|lab| lab.name == **name);
    match route {
        WHOLE => catalog.labs.iter().map(|lab| lab.name.clone()).collect(),
        _ => on_route
            .iter()
            .filter(exists)
            .map(|name| name.to_string())
            .collect(),
    }
}

fn render(chosen: &str, catalog: &Catalog) -> String {
    let mut text = String::from(
        "Routes through the course; * is yours. A lab in brackets is not there yet.\n\n",
    );
    for (name, labs) in ROUTES {
        let mark = if name == chosen { '*' } else { ' ' };
        let labs = match name {
            WHOLE => "every lab, by number".to_string(),
            _ => labs
                .iter()
                .map(|lab| shown(lab, catalog))
                .collect::<Vec<_>>()
                .join(", "),
        };
        text.push_str(&format!("{mark} {name:<16} {labs}\n"));
    }
    text.push_str("\nChoose one: cargo xtask route NAME\n");
    text
}

fn shown(lab: &str, catalog: &Catalog) -> String {
    match catalog.labs.iter().any(|known| known.name == lab) {
        true => lab.to_string(),
        false => format!("({lab})"),
    }
}

fn file(state: &State) -> PathBuf {
    state.directory.join("route.json")
}
