//! One client: what it asks, what it hears.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::answers::answer;
use crate::clock::in_time;
use crate::letters::{Outbox, deliver, mailbox};
use crate::questions::Questions;
use crate::wire::{LENGTH, Letter, MAX_QUESTION};

/// What every client of the server shares. Given; each client gets a clone.
#[derive(Clone)]
pub struct House {
    /// The clock: changes at each beat.
    pub beats: watch::Receiver<u64>,
    /// Becomes true, once, when the server is asked to stop.
    pub stop: watch::Receiver<bool>,
    /// How long a client may be silent, and how long it may take nothing.
    pub idle: Duration,
    /// Places in each client's queue.
    pub queue: usize,
}

/// Answers one client's questions and tells it the time, until there is nothing more to say.
///
/// # Rules
/// 1. Each question gets one letter, the one that [`answer`] returns, in the order of the questions.
/// 2. Each time that `house.beats` changes, the client is told the time ([`Letter::Time`]), also while a question has come
///    half-way. The question loses nothing by it.
/// 3. A client that has asked no whole question for `house.idle` is let go. Neither beats nor single bytes of a question
///    prolong its time; it begins anew when an answer has been put.
/// 4. When `house.stop` changes, no further question is heard. A question that is being answered is still answered.
/// 5. When the client has said its end, its questions are still answered.
///
/// Not tested: whether the one who asked hears beats while its own answer is in the making.
///
/// # Errors
/// - [`io::ErrorKind::TimedOut`] if the client is let go.
/// - any [`io::Error`] of [`Questions::next`] or [`Outbox::put`], as it is.
///
/// # Spec
/// tokio, documentation of `tokio::select!`, "Cancellation safety".
pub async fn converse(
    mut questions: Questions<impl AsyncRead + Unpin>,
    outbox: Outbox,
    mut house: House,
) -> io::Result<()> {
    todo!("wait for a question, a beat and the stop at once, and deal with whichever comes")
}

/// Looks after one client, from its first byte to its last: [`converse`] listens, [`deliver`] talks, both at once.
///
/// # Rules
/// 1. All letters that were put are delivered, whatever the conversation ended with: a client that is let go, or that
///    broke a rule, still gets the answers that it is owed.
/// 2. When both have ended, the connection is closed, and nothing is left of the client: no task, no queue, no place.
/// 3. A client that takes nothing costs a queue of `house.queue` letters and no more. It is let go after `house.idle`, and
///    the conversation with it ends too, at its next letter.
/// 4. The client's panic is not caught here.
///
/// # Errors
/// - the first error of the conversation, else of the delivery, as it is.
///
/// # Spec
/// RFC 4732 section 2.1.2 (application resource exhaustion).
pub async fn attend(conn: TcpStream, house: House) -> io::Result<()> {
    todo!("converse and deliver at the same time, and wait for both")
}

/// Given: one client without beats, queue and patience, for the steps before those.
///
/// It reads with `read_exact`, as [`Questions::next`] must not: whoever drops this read hangs up.
pub async fn plain(mut conn: TcpStream, mut stop: watch::Receiver<bool>) -> io::Result<()> {
    loop {
        let question = tokio::select! {
            question = one_question(&mut conn) => question?,
            _ = stop.changed() => return Ok(()),
        };
        let Some(question) = question else {
            return Ok(());
        };
        let letter = answer(&question).await;
        conn.write_all(&letter.frame()).await?;
    }
}

async fn one_question(conn: &mut TcpStream) -> io::Result<Option<String>> {
    let mut length = [0; LENGTH];
    match conn.read_exact(&mut length).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        done => done?,
    };
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_QUESTION {
        return Err(io::Error::other("a question over the limit"));
    }
    let mut question = vec![0; length];
    conn.read_exact(&mut question).await?;
    Ok(Some(String::from_utf8_lossy(&question).into_owned()))
}
