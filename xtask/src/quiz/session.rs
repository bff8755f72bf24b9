//! One sitting: asks, listens, answers, keeps.

use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use super::answers::{self, Answers};
use super::{Asked, Choice, Place, screen};
use crate::Error;
use crate::screen::{Paint, out};

/// How a sitting ended, and what it came to.
pub struct Sum {
    pub asked: usize,
    pub right: usize,
    pub left: usize,
    /// The input ended before somebody said q.
    pub cut: bool,
}

enum Heard<'a> {
    Choice(&'a Choice),
    Stop,
    EndOfInput,
}

pub fn run(asked: &Asked, seed: u64, directory: &Path) -> Result<(), Error> {
    let paint = Paint::stdout();
    out(&screen::beginning(asked));
    let places: &[Place] = match asked {
        Asked::Due(places) | Asked::Open(places) | Asked::Again(places) => places,
        Asked::Nothing(_) => return Ok(()),
    };
    let mut sum = Sum {
        asked: 0,
        right: 0,
        left: places.len(),
        cut: false,
    };
    let mut input = io::stdin().lock();
    for (n, place) in places.iter().enumerate() {
        let choices = place.question.shuffled(seed);
        out(&screen::question(
            place,
            &choices,
            n + 1,
            places.len(),
            paint,
        ));
        let choice = match listen(&mut input, &choices)? {
            Heard::Choice(choice) => choice,
            Heard::Stop => break,
            Heard::EndOfInput => {
                sum.cut = true;
                break;
            }
        };
        Answers::keep(directory, &place.key(), choice, answers::now()).map_err(|error| {
            let directory = directory.display();
            Error::Failed(format!("cannot keep the answer in {directory}: {error}"))
        })?;
        sum.asked += 1;
        sum.left -= 1;
        sum.right += usize::from(choice.right);
        out(&screen::reason(place, choice, &choices, paint));
    }
    out(&screen::end(&sum));
    Ok(())
}

/// Until there is an answer that can be one.
fn listen<'a>(input: &mut impl BufRead, choices: &[&'a Choice]) -> Result<Heard<'a>, Error> {
    let last = screen::letter(choices.len() - 1);
    loop {
        out(&format!("Your answer (a to {last}, q to stop): "));
        let mut line = Vec::new();
        let count = input
            .read_until(b'\n', &mut line)
            .map_err(|error| Error::Failed(format!("cannot read the answer: {error}")))?;
        if count == 0 {
            return Ok(Heard::EndOfInput);
        }
        let line = String::from_utf8_lossy(&line);
        let word = line.trim().to_lowercase();
        if !io::stdin().is_terminal() {
            // A terminal has shown what was typed; a pipe leaves it to us.
            out(&format!("{word}\n"));
        }
        if matches!(word.as_str(), "q" | "quit") {
            return Ok(Heard::Stop);
        }
        let mut letters = (0..choices.len()).map(screen::letter);
        match letters.position(|letter| word == letter.to_string()) {
            Some(n) => return Ok(Heard::Choice(choices[n])),
            None => out(&format!("That is none of a to {last}.\n")),
        }
    }
}
