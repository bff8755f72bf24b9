//! The table of the peers: what is known of each, put together from the scripts that ran.

use super::systems::{SYSTEMS, System};
use super::{Outcome, Script};

pub struct Row {
    pub name: String,
    pub state: State,
    /// Which labs, and what is missing.
    about: String,
    /// What the scripts said that failed.
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Later,
    Works,
    Missing,
    Fails,
}

/// Rows of the document's systems, in its order, then of the other peers. Without `all`, of `labs` only.
pub fn of(mut ran: Vec<(Script, Outcome)>, labs: &[&str], all: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for system in &SYSTEMS {
        let is = |script: &Script| script.peer == system.slug;
        let (of_it, rest) = ran.into_iter().partition(|(script, _)| is(script));
        ran = rest;
        let row = Row::of(system, of_it, labs);
        if all || row.state != State::Later {
            rows.push(row);
        }
    }
    rows.extend(ran.into_iter().map(|(script, outcome)| {
        let mut row = Row::new(&script.peer.replace('_', "-"));
        row.add(&script.lab, outcome);
        row
    }));
    rows
}

pub fn table(rows: &[Row]) -> String {
    let wide = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let state = match row.state {
            State::Later => "later",
            State::Works => "ok",
            State::Missing => "missing",
            State::Fails => "FAIL",
        };
        text.push_str(&format!("{state:<8} {:<wide$}  {}\n", row.name, row.about));
    }
    for row in rows.iter().filter(|row| !row.said.is_empty()) {
        let said = row.said.trim_end().replace('\n', "\n  ");
        text.push_str(&format!("\n{}\n  {said}\n", row.name));
    }
    text
}

impl Row {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_string(),
            state: State::Later,
            about: String::new(),
            said: String::new(),
        }
    }

    fn of(system: &System, ran: Vec<(Script, Outcome)>, labs: &[&str]) -> Self {
        let mut row = Self::new(system.name);
        let is_about = |lab: &&&str| system.labs.contains(*lab);
        let untried: Vec<_> = labs.iter().filter(is_about).collect();
        let untried = untried
            .into_iter()
            .filter(|lab| ran.iter().all(|(script, _)| script.lab != **lab));
        let untried: Vec<&str> = untried.copied().collect();
        for (script, outcome) in ran {
            row.add(&script.lab, outcome);
        }
        for lab in untried {
            let script = format!("tests/peers/{}_{}.py", lab.replace('-', "_"), system.slug);
            row.add(lab, Outcome::Fails(format!("{script} is not there\n")));
        }
        if row.state == State::Later {
            row.about = format!("{}: not there yet", system.labs.join(", "));
        }
        row
    }

    fn add(&mut self, lab: &str, outcome: Outcome) {
        if !self.about.is_empty() {
            self.about.push_str(", ");
        }
        self.about.push_str(lab);
        let state = match outcome {
            Outcome::Works => State::Works,
            Outcome::Missing(what) => {
                self.about.push_str(&format!(" (without {what})"));
                State::Missing
            }
            Outcome::Fails(said) => {
                self.about.push_str(" (fails)");
                self.said.push_str(&said);
                State::Fails
            }
        };
        self.state = self.state.max(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn ran(lab: &str, peer: &str, outcome: Outcome) -> (Script, Outcome) {
        let script = Script {
            lab: lab.to_string(),
            peer: peer.to_string(),
            path: PathBuf::new(),
        };
        (script, outcome)
    }

    #[test]
    fn a_system_whose_lab_is_there_has_to_be_tried() {
        let rows = of(
            vec![ran("hello", "socket", Outcome::Works)],
            &["hello", "echo"],
            true,
        );
        assert_eq!(rows.len(), SYSTEMS.len());
        assert_eq!(rows[0].state, State::Fails);
        let table = table(&rows);
        assert!(
            table.contains("tests/peers/echo_socket.py is not there"),
            "{table}"
        );
        assert!(table.contains("later    lxml"), "{table}");
    }

    #[test]
    fn the_worst_of_a_system_is_its_state() {
        let rows = of(
            vec![
                ran("echo", "socket", Outcome::Missing("python3".to_string())),
                ran("echo", "socat", Outcome::Works),
                ran("hello", "socket", Outcome::Works),
            ],
            &["hello", "echo"],
            false,
        );
        let shown: Vec<_> = table(&rows).lines().map(str::to_string).collect();
        assert_eq!(shown[0], "missing  socket  echo (without python3), hello");
        assert_eq!(shown[1], "ok       socat   echo");
        assert_eq!(shown.len(), 2);
    }
}
