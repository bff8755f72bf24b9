//! The door: where clients come in, each to a task of its own, and not more than there are places.

use std::convert::Infallible;
use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long the server waits when a client could not be accepted, since no descriptor or no memory was left.
pub const PAUSE: Duration = Duration::from_millis(50);

/// Receives clients at `door`, for ever, each in a task of its own.
///
/// `attend` is called once for each client and returns the future that looks after it; the future owns the connection.
/// If there is a `gate`, each client also has a [`Pass`].
///
/// # Rules
/// 1. No client waits for another: one that says nothing holds nobody up.
/// 2. A client whose future returns an error, or panics, is gone, and nobody else notices. An error is one line on
///    stderr ([`tell`]).
/// 3. If a client cannot be accepted, nothing happens for [`PAUSE`], and then it goes on. Clients in the queue are served
///    when they can be.
/// 4. With a gate, a client's pass is taken before it is accepted and kept exactly as long as its future lives. Who finds
///    no place waits in the queue of the door.
///
/// Not tested: that dropping this future closes the door and ends no client; but `until_stopped` counts on it.
///
/// # Errors
/// None: a server does not end because of its clients. `Infallible` is a type without values: this future has no result.
///
/// # Spec
/// RFC 9293 section 3.9.1.1 (OPEN, passive: one connection after another at the same port).
pub async fn serve<F>(
    door: TcpListener,
    gate: Option<Gate>,
    attend: impl Fn(TcpStream) -> F,
) -> Infallible
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    todo!("accept clients for ever, and look after each in a task of its own")
}

/// Lets in so many guests at a time.
#[derive(Clone)]
pub struct Gate {
    places: Arc<Semaphore>,
}

/// A place, held for as long as this value lives.
pub type Pass = OwnedSemaphorePermit;

impl Gate {
    /// Given: a gate with `places` places, all of them free.
    pub fn new(places: usize) -> Self {
        let places = places.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Waits for a place, and takes it.
    ///
    /// In the echo lab a guest too many was sent away. This one waits, which costs a future and no thread.
    ///
    /// # Rules
    /// 1. Never more passes live at the same time than the gate has places.
    /// 2. A place is free again when its pass is dropped, however that comes about: a goodbye, an error, a panic, a task
    ///    that is dropped.
    /// 3. Who waits gets the next place that is free. Whoever stops waiting takes none.
    ///
    /// ```
    /// # use lab_crowd::Gate;
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let gate = Gate::new(1);
    /// let pass = gate.enter().await;
    /// let waits = tokio::spawn(async move { gate.enter().await });
    /// drop(pass);
    /// waits.await.expect("the place that became free");
    /// # });
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// Not tested: in which order those who wait come in.
    ///
    /// # Spec
    /// RFC 4732 section 2.1.2 (application resource exhaustion: simultaneous connections are a resource).
    pub async fn enter(&self) -> Pass {
        todo!("wait for a place, and hand out its pass")
    }
}

/// Given: a line on stderr. That nobody reads it any more is no reason to stop (`eprintln!` would panic).
pub fn tell(what: impl Display) {
    let _ = writeln!(io::stderr(), "{what}");
}
