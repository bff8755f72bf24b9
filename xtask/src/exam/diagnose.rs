//! Part C: a network is described, three commands are shown, the fault is to be named.

use std::path::Path;

use fastrand::Rng;
use serde::Deserialize;
use toml::Spanned;

use super::answer::Kind;
use super::commands::Command;
use super::data::Table;
use super::paper::{Block, Key, Part, Question, Section};
use super::world::{Fault, NAME, World};
use crate::Error;

const QUESTIONS: usize = 4;
const POINTS: u32 = 5;
const COMMANDS: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    fault: Vec<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    id: Spanned<String>,
    name: Spanned<String>,
    why: Spanned<String>,
}

pub fn sections(root: &Path, random: &mut Rng) -> Result<Vec<Section>, Error> {
    let table = Table::<File>::read(root, "diagnose")?;
    let rows = table.parsed.fault.iter();
    let ids = Fault::ALL.map(Fault::id);
    table.has_exactly(rows.map(|row| (&row.id, [&row.name, &row.why])), &ids)?;

    let mut faults = Fault::ALL;
    random.shuffle(&mut faults);
    let mut sections = Vec::new();
    for (n, fault) in faults.into_iter().take(QUESTIONS).enumerate() {
        let mut section = case(&table, fault, random);
        if n == 0 {
            section.shown.insert(0, words(&table));
        }
        sections.push(section);
    }
    Ok(sections)
}

/// Everything that an answer may be, with its meaning.
fn words(table: &Table<File>) -> Block {
    let rows = table.parsed.fault.iter();
    let rows = rows.map(|row| format!("{:<20} {}", row.id.get_ref(), row.name.get_ref()));
    Block::Code {
        language: "text",
        text: rows.collect::<Vec<_>>().join("\n"),
    }
}

fn case(table: &Table<File>, fault: Fault, random: &mut Rng) -> Section {
    let world = World::new(random);
    let mut triples = telling(&world, fault);
    let mut chosen = triples.swap_remove(random.usize(..triples.len()));
    random.shuffle(&mut chosen);
    let facts = world.facts(fault);
    let shown = chosen
        .iter()
        .filter_map(|command| command.shown(&world, &facts));
    let rows = &mut table.parsed.fault.iter();
    let row = rows
        .find(|row| row.id.get_ref() == fault.id())
        .expect("checked when it was read");
    Section {
        part: Part::Diagnose,
        shown: vec![
            Block::Text(format!(
                "The client is {}, its name server {}, its router {}. The server is {}; its name is `{NAME}`, and its \
                 program serves TLS on port {}.",
                world.client, world.resolver, world.routers[0], world.server, world.port
            )),
            Block::Code {
                language: "text",
                text: shown.collect::<Vec<_>>().join("\n\n"),
            },
        ],
        questions: vec![Question {
            id: String::new(),
            points: POINTS,
            prompt: "What is wrong in this network?".to_string(),
            kind: Kind::OneOf(Fault::ALL.map(|it| it.id().to_string()).to_vec()),
            key: Key::Derived(fault.id().to_string()),
            why: row.why.get_ref().clone(),
        }],
    }
}

/// The command without which a fault could be told by exclusion alone.
fn decisive(fault: Fault) -> Option<Command> {
    match fault {
        Fault::PathLost => Some(Command::Traceroute),
        Fault::SmallMtu => Some(Command::LargePing),
        _ => None,
    }
}

/// The sets of commands whose output tells this fault from every other.
fn telling(world: &World, fault: Fault) -> Vec<Vec<Command>> {
    let all = |fault| {
        let facts = world.facts(fault);
        Command::ALL.map(|command| command.shown(world, &facts))
    };
    let shown = all(fault);
    let others: Vec<_> = Fault::ALL
        .into_iter()
        .filter(|it| *it != fault)
        .map(all)
        .collect();
    let mut found = Vec::new();
    for set in 0_u32..1 << Command::ALL.len() {
        let inside = |n: &usize| set & (1 << n) != 0;
        let chosen: Vec<usize> = (0..Command::ALL.len()).filter(inside).collect();
        let run = chosen.iter().all(|&n| shown[n].is_some());
        // A command that cannot be run elsewhere tells that it could be run here.
        let told = others
            .iter()
            .all(|other| chosen.iter().any(|&n| other[n] != shown[n]));
        let fair = decisive(fault).is_none_or(|it| chosen.iter().any(|&n| Command::ALL[n] == it));
        if chosen.len() == COMMANDS && run && told && fair {
            found.push(chosen.iter().map(|&n| Command::ALL[n]).collect());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn three_commands_are_enough_for_every_fault_in_every_network() {
        for seed in 0..200 {
            let world = World::new(&mut Rng::with_seed(seed));
            for fault in Fault::ALL {
                assert!(!telling(&world, fault).is_empty(), "{fault:?}, seed {seed}");
            }
        }
    }

    #[test]
    fn what_is_asked_follows_from_what_is_shown() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for seed in 0..50 {
            let world = World::new(&mut Rng::with_seed(seed));
            for fault in Fault::ALL {
                let facts = world.facts(fault);
                for commands in telling(&world, fault) {
                    let shown = commands.iter().filter_map(|it| it.shown(&world, &facts));
                    let shown: String = shown.collect();
                    let before = seen.insert(shown, fault.id());
                    assert!(
                        before.is_none_or(|id| id == fault.id()),
                        "{before:?} and {fault:?}"
                    );
                }
            }
        }
    }
}
