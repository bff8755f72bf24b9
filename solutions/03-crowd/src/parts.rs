//! Given: one command for each step that can be seen alone.

use std::future::Future;
use std::io::{self, BufRead, ErrorKind, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use solution_crowd::{Guests, House, Letter, Put, Questions, Signals};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::args::Options;
use crate::{HEARTBEAT, IDLE, QUEUE, open};

/// Whoever has not got a place after this waits for one.
const MOMENT: Duration = Duration::from_millis(20);
/// A day: longer than anybody tries these commands.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

async fn first_client(at: SocketAddr) -> io::Result<TcpStream> {
    Ok(open(at).await?.accept().await?.0)
}

pub async fn hear(at: SocketAddr, options: Options) -> io::Result<()> {
    let mut questions = Questions::new(first_client(at).await?);
    let cancel = options.cancel.unwrap_or(NEVER);
    loop {
        // The time for one question, however often the wait for it is given up.
        let until = options.idle.map(|idle| Instant::now() + idle);
        let question = loop {
            let one = async {
                match until {
                    Some(until) => solution_crowd::in_time(until, questions.next()).await,
                    None => questions.next().await,
                }
            };
            // Whichever is not ready first is dropped, wherever it was.
            tokio::select! {
                question = one => break question?,
                () = sleep(cancel) => {}
            }
        };
        match question {
            Some(question) => say(format_args!("question: {question}"))?,
            None => return say("the end"),
        }
    }
}

pub async fn tell(at: SocketAddr, options: Options) -> io::Result<()> {
    let conn = first_client(at).await?;
    // Both halves are the connection's owners: this one waits until the client has gone, too.
    let (from_client, to_client) = conn.into_split();
    let (letters, inbox) = mpsc::channel(QUEUE);
    // Reading a terminal or a pipe blocks, so a thread of its own does it.
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if letters.blocking_send(Letter::Answer(line)).is_err() {
                return;
            }
        }
    });
    solution_crowd::deliver(inbox, to_client, options.idle.unwrap_or(IDLE)).await?;
    say("delivered")?;
    from_client.readable().await
}

pub async fn converse(at: SocketAddr, options: Options) -> io::Result<()> {
    let signals = Signals::new()?;
    let guests = Guests::new();
    let questions = Questions::new(first_client(at).await?);
    let house = House {
        beats: solution_crowd::heartbeat(options.heartbeat.unwrap_or(HEARTBEAT)),
        stop: guests.stop(),
        idle: options.idle.unwrap_or(IDLE),
        queue: QUEUE,
    };
    let (outbox, mut inbox) = solution_crowd::mailbox(house.queue);
    tokio::spawn(async move {
        signals.come().await;
        guests.tell_to_stop();
        // Dropping `guests` would be news of its own.
        sleep(NEVER).await;
    });
    let printing = tokio::spawn(async move {
        while let Some(letter) = inbox.recv().await {
            say(letter)?;
        }
        say("the end")
    });
    solution_crowd::converse(questions, outbox, house).await?;
    printing.await?
}

/// A line of input, a line of output; and one more for each letter that had to wait and got its place.
pub fn queue(runtime: &Runtime, places: usize) -> io::Result<()> {
    let (outbox, inbox) = solution_crowd::mailbox(places);
    let outbox = &outbox;
    let mut inbox = Some(inbox);
    let mut waiting: Vec<Pin<Box<dyn Future<Output = io::Result<Put>>>>> = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let letter = match word {
            "time" => Some(Letter::Time(rest.parse().map_err(io::Error::other)?)),
            "answer" => Some(Letter::Answer(rest.to_string())),
            "sorry" => Some(Letter::Sorry(rest.to_string())),
            "take" | "close" => None,
            other => return Err(io::Error::other(format!("unknown: {other}"))),
        };
        match letter {
            Some(letter) => waiting.push(Box::pin(outbox.put(letter))),
            None if word == "close" => drop(inbox.take()),
            None => match inbox.as_mut().map(mpsc::Receiver::try_recv) {
                Some(Ok(letter)) => say(format_args!("took: {letter}"))?,
                _ => say("nothing to take")?,
            },
        }
        let before = waiting.len();
        let mut still = Vec::new();
        for mut put in waiting {
            match runtime.block_on(async { timeout(MOMENT, put.as_mut()).await }) {
                Ok(Ok(Put::Kept)) => say("kept")?,
                Ok(Ok(Put::Skipped)) => say("skipped")?,
                Ok(Err(error)) if error.kind() == ErrorKind::BrokenPipe => say("gone")?,
                Ok(Err(error)) => return Err(error),
                Err(_) => still.push(put),
            }
        }
        if matches!(word, "time" | "answer" | "sorry") && still.len() == before {
            say("waits")?;
        }
        waiting = still;
    }
    Ok(())
}

/// A line on stdout, at once: somebody waits for it.
fn say(what: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{what}")?;
    out.flush()
}
