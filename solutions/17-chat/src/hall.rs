//! The hall: who is here, and who hears what. No socket and no queue: decisions only.

use std::collections::BTreeMap;
use std::fmt;

use crate::wire::{Command, News};

/// The longest name, in characters.
pub const MAX_NAME: usize = 16;
/// The room that everybody comes into.
pub const FIRST_ROOM: &str = "hall";

/// A connection, numbered in the order in which they came. A name is something else: it has to be asked for.
pub type GuestId = u64;

/// Somebody who has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub name: String,
    pub room: String,
}

/// Everybody who has a name. A connection without one is not in here, and hears nothing that is meant for a room.
#[derive(Debug, Default)]
pub struct Hall {
    guests: BTreeMap<GuestId, Guest>,
}

/// A decision: these are to hear this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub to: Vec<GuestId>,
    pub news: News,
}

/// Why a name is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    TooLong,
    /// It has a character that no name may have.
    Has(char),
    Taken,
}

impl Hall {
    /// Lets a guest in under the name that they want.
    ///
    /// # Rules
    /// 1. A name is 1 to [`MAX_NAME`] characters out of `a` to `z`, `A` to `Z`, `0` to `9`, `-` and `_`.
    /// 2. No two guests have the same name, in whichever rooms they are. `Ada` and `ada` are the same; who came first keeps
    ///    their own spelling.
    /// 3. The guest is now in [`FIRST_ROOM`], and hears [`News::Welcome`].
    /// 4. Everybody else in that room hears [`News::Joined`].
    /// 5. A refusal changes nothing: the same guest may ask for another name, and somebody else for this one.
    ///
    /// In which order the deliveries are listed does not matter, here and everywhere in this file; but what one guest is to
    /// hear twice comes in that order.
    ///
    /// ```
    /// # use solution_chat::{Hall, Refusal};
    /// let mut hall = Hall::default();
    /// hall.join(1, "Ada")?;
    /// assert_eq!(hall.join(2, "ada"), Err(Refusal::Taken));
    /// assert_eq!(hall.join(2, "Bob")?.len(), 2);
    /// # Ok::<(), Refusal>(())
    /// ```
    ///
    /// Not tested: a guest who is in already.
    ///
    /// # Errors
    /// - [`Refusal::Empty`], [`Refusal::TooLong`], [`Refusal::Has`] for what breaks rule 1. Of several, any will do.
    /// - [`Refusal::Taken`] for rule 2.
    ///
    /// # Spec
    /// RFC 8266 section 2 has the rules for nicknames in all scripts; ours is the part of them that needs no tables.
    pub fn join(&mut self, guest: GuestId, wanted: &str) -> Result<Vec<Delivery>, Refusal> {
        // SOLUTION: check the name, let the guest in, and say who is to hear of it
        check_name(wanted)?;
        if self.called(wanted).is_some() {
            return Err(Refusal::Taken);
        }
        Ok(self.enter(guest, wanted.to_string(), FIRST_ROOM.to_string()))
        // END SOLUTION
    }

    /// What a line that a guest has sent leads to.
    ///
    /// # Rules
    /// 1. From somebody who has no name yet, the line is the name that they want ([`Hall::join`]). A refusal is a
    ///    [`News::Sorry`], to them alone.
    /// 2. From a guest, an empty line is nothing.
    /// 3. A line that is a command ([`Command::of`]) is one: [`Hall::command`].
    /// 4. Any other line is [`News::Said`] to everybody else in the guest's room, and to nobody in another. The guest does
    ///    not hear it.
    ///
    /// ```
    /// # use solution_chat::{Delivery, Hall, News};
    /// let mut hall = Hall::default();
    /// hall.on_line(1, "ada");
    /// hall.on_line(2, "bob");
    /// let said = News::Said { by: "ada".to_string(), text: "tea?".to_string() };
    /// assert_eq!(hall.on_line(1, "tea?"), [Delivery { to: vec![2], news: said }]);
    /// ```
    ///
    /// # Spec
    /// RFC 1459 section 3.2.2 (a message to a group goes to those who are in it, and to each once).
    pub fn on_line(&mut self, guest: GuestId, line: &str) -> Vec<Delivery> {
        // SOLUTION: a name, a command, or something that is said: decide who hears what
        let Some(speaker) = self.guests.get(&guest) else {
            return match self.join(guest, line) {
                Ok(deliveries) => deliveries,
                Err(refusal) => sorry(guest, refusal),
            };
        };
        if let Some(command) = Command::of(line) {
            return self.command(guest, command);
        }
        if line.is_empty() {
            return Vec::new();
        }
        let said = News::Said {
            by: speaker.name.clone(),
            text: line.to_string(),
        };
        vec![self.to_others(guest, &speaker.room, said)]
        // END SOLUTION
    }

    /// Does what a guest has asked for.
    ///
    /// # Rules
    /// 1. [`Command::Room`]: everybody in the old room hears [`News::Left`]; the guest is in the new room and hears
    ///    [`News::Welcome`]; everybody else there hears [`News::Joined`]. What holds for the name of a guest holds for that
    ///    of a room, only that it need not be free. A room needs nobody to open it.
    /// 2. [`Command::Tell`]: the guest of that name hears [`News::Told`], in whichever room they are, and nobody else does.
    ///    Names are compared as in [`Hall::join`].
    /// 3. [`Command::Who`]: the guest hears [`News::Here`], all names in the room, their own among them, each once and in
    ///    any order.
    /// 4. What cannot be done is a [`News::Sorry`] to the one who asked, and changes nothing: a name that no room can have,
    ///    nobody of that name, [`Command::Unknown`].
    ///
    /// Not tested: going where one is already, telling oneself, a guest who is not in, whether `Attic` and `attic` are one
    /// room.
    ///
    /// # Spec
    /// RFC 1459 sections 4.2.1 (channels), 4.4.1 (private messages), 4.2.5 (names).
    pub fn command(&mut self, guest: GuestId, command: Command) -> Vec<Delivery> {
        // SOLUTION: move, tell or list, and say who hears what
        let Some(Guest { name, room }) = self.guests.get(&guest).cloned() else {
            return Vec::new();
        };
        match command {
            Command::Room(new) => {
                if let Err(refusal) = check_name(&new) {
                    return sorry(guest, refusal);
                }
                let mut deliveries = self.leave(guest);
                deliveries.extend(self.enter(guest, name, new));
                deliveries
            }
            Command::Tell { to, text } => match self.called(&to) {
                Some(to) => vec![Delivery {
                    to: vec![to],
                    news: News::Told { by: name, text },
                }],
                None => sorry(guest, format_args!("nobody is called {to}")),
            },
            Command::Who => {
                let here = self.guests.values().filter(|other| other.room == room);
                vec![Delivery {
                    to: vec![guest],
                    news: News::Here(here.map(|other| other.name.clone()).collect()),
                }]
            }
            Command::Unknown(line) => {
                sorry(guest, format_args!("this is not a command I know: {line}"))
            }
        }
        // END SOLUTION
    }

    /// Given: somebody has gone, in whichever way. Everybody else in the room hears [`News::Left`], and the name is free.
    ///
    /// Who has no name leaves without a word.
    pub fn leave(&mut self, guest: GuestId) -> Vec<Delivery> {
        let Some(gone) = self.guests.remove(&guest) else {
            return Vec::new();
        };
        let mut to = Vec::new();
        for (id, other) in &self.guests {
            if other.room == gone.room {
                to.push(*id);
            }
        }
        let news = News::Left(gone.name);
        vec![Delivery { to, news }]
    }

    // SOLUTION ONLY
    /// Puts a guest into a room.
    fn enter(&mut self, guest: GuestId, name: String, room: String) -> Vec<Delivery> {
        let joined = self.to_others(guest, &room, News::Joined(name.clone()));
        let new = Guest {
            name: name.clone(),
            room: room.clone(),
        };
        self.guests.insert(guest, new);
        let to = vec![guest];
        let news = News::Welcome { name, room };
        vec![Delivery { to, news }, joined]
    }

    /// To everybody in a room but one.
    fn to_others(&self, but: GuestId, room: &str, news: News) -> Delivery {
        let there = self.guests.iter();
        let to = there
            .filter(|(id, guest)| **id != but && guest.room == room)
            .map(|(id, _)| *id)
            .collect();
        Delivery { to, news }
    }

    /// The guest of this name.
    fn called(&self, name: &str) -> Option<GuestId> {
        let mut guests = self.guests.iter();
        let (id, _) = guests.find(|(_, guest)| guest.name.eq_ignore_ascii_case(name))?;
        Some(*id)
    }
    // END SOLUTION
}

// SOLUTION ONLY
fn check_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::Empty);
    }
    let may = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match name.chars().find(|c| !may(*c)) {
        Some(other) => Err(Refusal::Has(other)),
        None if name.len() > MAX_NAME => Err(Refusal::TooLong),
        None => Ok(()),
    }
}

fn sorry(guest: GuestId, why: impl fmt::Display) -> Vec<Delivery> {
    let news = News::Sorry(why.to_string());
    vec![Delivery {
        to: vec![guest],
        news,
    }]
}
// END SOLUTION

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Empty => write!(out, "a name has at least one character"),
            Self::TooLong => write!(out, "a name has at most {MAX_NAME} characters"),
            Self::Has(other) => write!(out, "{other:?} cannot be in a name: a-z A-Z 0-9 - _"),
            Self::Taken => write!(out, "this name is taken"),
        }
    }
}
