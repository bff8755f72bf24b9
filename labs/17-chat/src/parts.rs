//! Given: one command for each step that can be seen alone.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use lab_chat::{Act, Allowance, Delivery, Guests, Hall, Line, News};
use tokio::sync::mpsc;

use crate::args::Options;
use crate::{ACTS, BURST, EVERY, house, open};

/// A line of input leads to the deliveries that it led to, one for each who hears it, and a line with a dot.
pub fn hall() -> io::Result<()> {
    let mut hall = Hall::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (word, guest, text) = words(&line)?;
        let deliveries = match word {
            "join" => match hall.join(guest, text) {
                Ok(deliveries) => deliveries,
                Err(refusal) => vec![Delivery {
                    to: vec![guest],
                    news: News::Sorry(refusal.to_string()),
                }],
            },
            "line" => hall.on_line(guest, text),
            "gone" => hall.leave(guest),
            other => return Err(unknown(other)),
        };
        for Delivery { to, news } in deliveries {
            for guest in to {
                say(format_args!("{guest} hears: {news}"))?;
            }
        }
        say(".")?;
    }
    Ok(())
}

pub fn harmless() -> io::Result<()> {
    // Not `lines`, which would take a CR for a part of the end.
    for line in io::stdin().lock().split(b'\n') {
        let line = String::from_utf8(line?).map_err(io::Error::other)?;
        say(lab_chat::harmless(&line))?;
    }
    Ok(())
}

pub fn flood(options: &Options) -> io::Result<()> {
    let mut allowance = Allowance::new(
        options.burst.unwrap_or(BURST),
        options.every.unwrap_or(EVERY),
    );
    let began = Instant::now();
    for line in io::stdin().lock().lines() {
        let now = Duration::from_millis(line?.parse().map_err(io::Error::other)?);
        let passes = allowance.take(began + now);
        say(if passes { "passes" } else { "does not" })?;
    }
    Ok(())
}

/// Only `take` is answered, when there is something to take.
pub async fn host(places: usize) -> io::Result<()> {
    let (acts, to_host) = mpsc::channel(ACTS);
    let host = tokio::spawn(lab_chat::host(to_host));
    let mut inboxes: HashMap<u64, mpsc::Receiver<Line>> = HashMap::new();
    let mut typed = typed();
    while let Some(line) = typed.recv().await {
        let (word, guest, text) = words(&line)?;
        let act = match word {
            "come" => {
                let (outbox, inbox) = mpsc::channel(places);
                inboxes.insert(guest, inbox);
                Act::Came { guest, outbox }
            }
            "line" => Act::Line {
                guest,
                line: text.to_string(),
            },
            "sorry" => Act::Sorry {
                guest,
                why: text.to_string(),
            },
            "gone" => Act::Gone { guest },
            "stop" => Act::Stop,
            "deaf" => {
                inboxes.remove(&guest);
                continue;
            }
            "take" => {
                let inbox = inboxes.get_mut(&guest).ok_or_else(|| unknown(&line))?;
                match inbox.recv().await {
                    Some(line) => say(format_args!("{guest} takes: {}", line.trim_end()))?,
                    None => say(format_args!("{guest} takes: the end"))?,
                }
                continue;
            }
            other => return Err(unknown(other)),
        };
        if acts.send(act).await.is_err() {
            break;
        }
    }
    drop(acts);
    host.await?;
    say("the host is done")
}

/// Plays the host for one guest.
pub async fn one_visit(at: SocketAddr, options: Options) -> io::Result<()> {
    let door = open(at).await?;
    let (conn, _) = door.accept().await?;
    let guests = Guests::default();
    let (acts, mut to_host) = mpsc::channel(ACTS);
    let visit = lab_chat::visit(conn, 1, house(&options, acts, &guests));
    let visit = tokio::spawn(visit);
    let mut typed = typed();
    let mut outbox = None;
    loop {
        tokio::select! {
            act = to_host.recv() => match act {
                Some(Act::Came { outbox: new, .. }) => {
                    outbox = Some(new);
                    say("came")?;
                }
                Some(Act::Line { line, .. }) => say(format_args!("line: {line}"))?,
                Some(Act::Sorry { why, .. }) => {
                    say("sorry")?;
                    put(&outbox, News::Sorry(why)).await;
                }
                Some(Act::Gone { .. }) => {
                    outbox = None;
                    say("gone")?;
                }
                Some(Act::Stop) => say("stop")?,
                None => break,
            },
            Some(line) = typed.recv() => match line.strip_prefix("tell ") {
                Some(text) => {
                    let (by, text) = ("host".to_string(), text.to_string());
                    if put(&outbox, News::Told { by, text }).await {
                        say("told")?;
                    }
                }
                None => outbox = None,
            }
        }
    }
    if let Err(error) = visit.await? {
        lab_chat::tell(error);
    }
    say("the visit is over")
}

/// Waits for a place, as no host should; false if there is nobody who would take it.
async fn put(outbox: &Option<mpsc::Sender<Line>>, news: News) -> bool {
    match outbox {
        Some(outbox) => outbox.send(news.line()).await.is_ok(),
        None => false,
    }
}

/// The lines of the input. Reading a terminal or a pipe blocks, so a thread of its own does it.
fn typed() -> mpsc::Receiver<String> {
    let (typed, lines) = mpsc::channel(1);
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if typed.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// `WORD GUEST TEXT`; what is missing is 0 or empty.
fn words(line: &str) -> io::Result<(&str, u64, &str)> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, "0"));
    let (guest, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let guest = guest.parse().map_err(io::Error::other)?;
    Ok((word, guest, text))
}

fn unknown(what: &str) -> io::Error {
    io::Error::other(format!("unknown: {what}"))
}

/// A line on stdout, at once: somebody waits for it.
fn say(what: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{what}")?;
    out.flush()
}
