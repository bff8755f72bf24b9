//! The end of the server: asked for by a signal, and in order.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::host::Act;

/// Given: SIGTERM, which asks a server to stop, and SIGINT, which is Ctrl-C.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on these two signals no longer end the program.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Ready when the first of them has come.
    pub async fn come(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Given: everybody who is in.
#[derive(Default)]
pub struct Guests {
    here: watch::Sender<()>,
}

/// Held by whoever is in. Dropping it is leaving.
pub type Badge = watch::Receiver<()>;

impl Guests {
    pub fn badge(&self) -> Badge {
        self.here.subscribe()
    }

    /// Ready when nobody is in any more.
    pub async fn all_gone(&self) {
        self.here.closed().await;
    }
}

/// Serves until it is asked to stop, and then ends in order.
///
/// `serving` is what [`serve`](crate::serve) returns; it owns the door, and the house with a [`Badge`], of which each visit
/// has a clone. `asked` is ready when somebody asks for the end. `acts` leads to the host.
///
/// Returns whether all had gone. Then the program ends, and with it the connections of those who have not.
///
/// # Rules
/// 1. Until `asked` is ready, guests are served.
/// 2. Then the door is closed, at once and before anything else: from now on a guest that knocks is refused.
/// 3. Then the host hears [`Act::Stop`], however much it has to do, so that everybody who is in is told.
/// 4. It ends when the last of them has gone, and does not wait any longer than that.
/// 5. It ends after `drain` at the latest, whoever is still in. Whether the time begins before the host has taken
///    [`Act::Stop`] or after it is yours.
///
/// Not tested: a second signal; that the host is done already; a door that is closed, or an end that comes, a fraction of a
/// second late.
///
/// # Errors
/// None.
///
/// # Spec
/// POSIX `signal.h` (SIGTERM, the termination signal); RFC 9293 section 3.5.2 (a closed port answers with a reset).
pub async fn until_stopped(
    serving: impl Future<Output = Infallible>,
    asked: impl Future<Output = ()>,
    acts: mpsc::Sender<Act>,
    guests: Guests,
    drain: Duration,
) -> bool {
    todo!(
        "serve until asked; then close the door, have everybody told, and wait for them, but not for ever"
    )
}
