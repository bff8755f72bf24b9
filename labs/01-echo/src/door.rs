//! The door: where clients knock. It is opened, and from then on somebody stands behind it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// The shortest pause that counts as one: see [`pause_after`].
pub const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
/// The longest pause: clients wait in the queue meanwhile.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What is done with one client, on a thread of its own. It owns the client's connection: whoever drops a visit
/// hangs up.
pub type Visit = Box<dyn FnOnce() -> io::Result<()> + Send>;

/// Opens a door at `at` and says on `out` where it is.
///
/// Returns the door: a socket on which clients can connect from now on.
///
/// # Rules
/// 1. `out` gets one line, `listening on ADDR`, ended by `\n` and flushed: somebody waits for it.
/// 2. ADDR is where the door really is. Port 0 in `at` means "any free port": the line names the one it became.
/// 3. The line is written when clients can connect, not before. If the door cannot be opened, nothing is written.
/// 4. IPv6 is as good as IPv4: `[::1]:0` becomes `listening on [::1]:PORT`.
///
/// ```
/// # use lab_echo::open;
/// let mut line = Vec::new();
/// let door = open("127.0.0.1:0".parse().unwrap(), &mut line)?;
/// let port = door.local_addr()?.port();
/// assert_eq!(line, format!("listening on 127.0.0.1:{port}\n").into_bytes());
/// std::net::TcpStream::connect(("127.0.0.1", port))?;
/// # std::io::Result::Ok(())
/// ```
///
/// Not tested: names such as `localhost`; ports below 1024.
///
/// # Errors
/// - of opening: an [`io::Error`] of the same kind, whose text holds the port that was asked for, such as
///   [`ErrorKind::AddrInUse`] with "cannot listen on 127.0.0.1:7000: Address already in use".
/// - any [`io::Error`] of writing to `out`, as it is.
///
/// # Spec
/// RFC 9293 section 3.9.1.1 (OPEN, passive).
pub fn open(at: SocketAddr, out: &mut impl Write) -> io::Result<TcpListener> {
    todo!("open the door, then say where it is")
}

/// Receives clients at `door`, for ever, each on a thread of its own.
///
/// `welcome` is called once for each client, in the order they came. `Some(visit)`: run it on a new thread.
/// `None`: the client was turned away, there is nothing left to do.
///
/// # Rules
/// 1. No client waits for another: one that says nothing holds nobody up.
/// 2. A visit that fails, or panics, ends for its own client only. Its error is one line on stderr ([`tell`]).
/// 3. If no thread can be had for a visit, that client is let go and the next one is served.
/// 4. If a client could not be accepted, nothing happens for as long as [`pause_after`] says; then it goes on. The
///    clients in the queue are served when they can be, in their order.
///
/// Not tested: rule 3, which takes a machine that is out of threads; Ctrl-C. A thread that sits in `accept` cannot be
/// told to stop: that is what the crowd lab is about.
///
/// # Errors
/// None: a server does not end because of its clients.
///
/// # Spec
/// RFC 9293 section 3.9.1.1 (OPEN, passive: one connection after another at the same port).
pub fn serve(door: TcpListener, welcome: impl Fn(TcpStream) -> Option<Visit>) -> ! {
    todo!("accept clients for ever, and run each visit on a thread of its own")
}

/// How long to wait before the next `accept`, when one has failed with `error`.
///
/// # Rules
/// 1. The connection was gone before it was accepted ([`ErrorKind::ConnectionAborted`]), or the call was interrupted
///    ([`ErrorKind::Interrupted`]): no time at all. Else one client could slow down the others.
/// 2. No file descriptor is left (EMFILE, ENFILE), or no memory (ENOBUFS, ENOMEM): from [`SHORTEST_PAUSE`] to
///    [`LONGEST_PAUSE`]. The client is still in the queue, so that the next `accept` fails as well, at once: without a
///    pause this takes a whole processor.
///
/// `pause-after CODE` on the command line prints the answer for an error code of your system.
///
/// ```
/// # use lab_echo::pause_after;
/// let gone = std::io::ErrorKind::ConnectionAborted.into();
/// assert!(pause_after(&gone).is_zero());
/// ```
///
/// Not tested: any other error, except that the server goes on after it.
///
/// # Spec
/// RFC 9293 section 3.5.3 (a reset ends the connection, not the listener); POSIX `accept`, "Errors".
pub fn pause_after(error: &io::Error) -> Duration {
    todo!("tell the errors of one client from those of the whole system")
}

/// Given: a line on stderr. That nobody reads it any more is no reason to stop (`eprintln!` would panic).
pub fn tell(what: impl Display) {
    let _ = writeln!(io::stderr(), "{what}");
}
