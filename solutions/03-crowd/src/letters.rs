//! Letters to one client: the queue in front of its connection, and the way out of it.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use crate::clock::in_time;
use crate::wire::Letter;

/// Where letters to one client are put. When it is dropped, the client has heard all that there is.
pub struct Outbox {
    letters: mpsc::Sender<Letter>,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Kept,
    Skipped,
}

/// Given: a queue with `places` places, at least one.
pub fn mailbox(places: usize) -> (Outbox, mpsc::Receiver<Letter>) {
    let (letters, inbox) = mpsc::channel(places.max(1));
    (Outbox { letters }, inbox)
}

impl Outbox {
    /// Puts a letter into the queue.
    ///
    /// A client that takes its letters more slowly than they come fills the queue. What happens then is a decision, the
    /// **policy**:
    ///
    /// | letter | when the queue is full |
    /// | --- | --- |
    /// | [`Letter::Time`] | it is skipped: the next one is worth more than this one |
    /// | any other | the caller waits for a place: an answer is owed, and until it is put no further question is heard |
    ///
    /// # Rules
    /// 1. While there is a place, every letter is kept, in the order in which it was put.
    /// 2. When there is none, the policy holds. A beat never waits; an answer is never skipped.
    /// 3. Nothing piles up anywhere else: no second queue, no task that waits in the caller's place.
    /// 4. If nobody will take letters any more, that is an error, also for a caller who waits.
    ///
    /// `queue --places N` on the command line puts and takes, a line each.
    ///
    /// ```
    /// # use solution_crowd::{Letter, Put, mailbox};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let (outbox, mut inbox) = mailbox(1);
    /// assert_eq!(outbox.put(Letter::Time(100)).await?, Put::Kept);
    /// assert_eq!(outbox.put(Letter::Time(200)).await?, Put::Skipped);
    /// assert_eq!(inbox.recv().await, Some(Letter::Time(100)));
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    /// - [`ErrorKind::BrokenPipe`] if the receiver of the queue is gone.
    ///
    /// # Spec
    /// RFC 4732 section 2.1.2 (queues fill when input is faster than output); the policy is this lab's own.
    pub async fn put(&self, letter: Letter) -> io::Result<Put> {
        // SOLUTION: put it into the queue; when that is full, skip a beat and wait with anything else
        let gone = || io::Error::new(ErrorKind::BrokenPipe, "nobody takes letters any more");
        match self.letters.try_send(letter) {
            Ok(()) => Ok(Put::Kept),
            Err(TrySendError::Full(Letter::Time(_))) => Ok(Put::Skipped),
            Err(TrySendError::Full(letter)) => match self.letters.send(letter).await {
                Ok(()) => Ok(Put::Kept),
                Err(_) => Err(gone()),
            },
            Err(TrySendError::Closed(_)) => Err(gone()),
        }
        // END SOLUTION
    }
}

/// Sends the letters of a queue to a client, until the queue has ended.
///
/// # Rules
/// 1. Each letter's frame goes out whole, in the order of the queue, and as soon as the letter is there.
/// 2. The client may be slow: while it takes nothing, this waits, for each letter at most `patience`.
/// 3. When the queue has ended, everything in it has been sent; then the client hears the end.
///
/// Not tested: a client that takes something within each `patience`, but less than 4 MiB. The system wakes a writer not
/// for each byte, but when a good part of its buffer is free.
///
/// # Errors
/// - [`ErrorKind::TimedOut`] if a letter was not taken within `patience`.
/// - any [`io::Error`] of writing, as it is.
///
/// # Spec
/// RFC 9293 section 3.8.6 (the window: a receiver that does not read stops the sender).
pub async fn deliver(
    mut inbox: mpsc::Receiver<Letter>,
    mut to: impl AsyncWrite + Unpin,
    patience: Duration,
) -> io::Result<()> {
    // SOLUTION: send each letter's frame, whole, with patience; then the end
    while let Some(letter) = inbox.recv().await {
        in_time(Instant::now() + patience, to.write_all(&letter.frame())).await?;
    }
    to.shutdown().await
    // END SOLUTION
}
