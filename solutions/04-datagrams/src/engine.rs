//! Given: the parts that need no network, told by lines of text what happens and when.

use std::io::{self, BufRead, ErrorKind, Read};
use std::time::Duration;

use solution_datagrams::{Retransmission, Rto, Tally};

use crate::json;

/// The longest line of an input.
const MAX_LINE: u64 = 100;

/// `sent N`, `came N`.
pub fn count(input: impl BufRead) -> io::Result<bool> {
    let mut tally = Tally::new();
    each_line(input, |words| {
        match words {
            ["sent", number] => tally.sent(parse(number)?),
            ["came", number] => {
                let number = parse(number)?;
                json::say(&json::came(number, tally.came(number)))?;
            }
            _ => return Err(odd(words)),
        }
        Ok(())
    })?;
    json::say(&json::tally(&tally))?;
    Ok(true)
}

/// A round trip in milliseconds, or `timeout`.
pub fn rto(input: impl BufRead, min: Duration) -> io::Result<bool> {
    let mut rto = Rto::new(min);
    each_line(input, |words| {
        match words {
            ["timeout"] => rto.timed_out(),
            [trip] => rto.sample(time(trip)?),
            _ => return Err(odd(words)),
        }
        json::say(&json::rto(&rto))
    })?;
    Ok(true)
}

/// `AT sent N`, `AT came N`, `AT timeout`.
pub fn karn(input: impl BufRead, min: Duration) -> io::Result<bool> {
    let mut letters = Retransmission::new(Rto::new(min));
    each_line(input, |words| {
        match words {
            [at, "sent", number] => letters.sent(parse(number)?, time(at)?),
            [at, "timeout"] => {
                time(at)?;
                letters.rto.timed_out();
            }
            [at, "came", number] => {
                let number = parse(number)?;
                let sample = letters.answered(number, time(at)?);
                json::say(&json::sample(number, sample, &letters.rto))?;
            }
            _ => return Err(odd(words)),
        }
        Ok(())
    })?;
    Ok(true)
}

/// Calls `take` with the words of each line, as soon as it is there.
fn each_line(
    mut input: impl BufRead,
    mut take: impl FnMut(&[&str]) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        let mut line = String::new();
        if input.by_ref().take(MAX_LINE).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        take(&words)?;
    }
}

/// Milliseconds, perhaps with a fraction, of no more than a year.
fn time(word: &str) -> io::Result<Duration> {
    const YEAR: f64 = 366.0 * 86_400.0;
    let seconds = parse::<f64>(word)? / 1000.0;
    match seconds {
        seconds if (0.0..YEAR).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(odd(&[word])),
    }
}

fn parse<T: std::str::FromStr>(word: &str) -> io::Result<T> {
    word.parse().map_err(|_| odd(&[word]))
}

fn odd(words: &[&str]) -> io::Error {
    let words = words.join(" ");
    io::Error::new(ErrorKind::InvalidData, format!("not understood: {words:?}"))
}
