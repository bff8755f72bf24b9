//! One client that has been let in: what it says comes back, and it does not stay for ever.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How many bytes are read at once, at most.
const PIECE: usize = 16 * 1024;

/// Sends back every byte that the client sends, until the client's end.
///
/// Returns how many bytes came back. The connection is closed then: `echo` owns it, and whoever owns a socket last
/// closes it.
///
/// # Rules
/// 1. Every byte comes back, whatever its value, in its order, once.
/// 2. What has come goes back at once: the client may wait for it before it says more.
/// 3. The client's end ("no more from me") is not an error. The client hears the end after its last byte, not before.
/// 4. Memory does not grow with what the client sends.
///
/// # Errors
/// - any [`io::Error`] of reading or writing, as it is; the connection is closed all the same.
///
/// # Spec
/// RFC 9293 section 3.6 (closing a connection), 3.9.1.3 (RECEIVE).
pub fn echo(conn: TcpStream) -> io::Result<u64> {
    todo!("send back what comes, until the client's end")
}

/// Makes reading from `conn` and writing to it fail when nothing has moved for `idle`.
///
/// Called before [`echo`], which then ends with that error: the client is let go.
///
/// # Rules
/// 1. A client that sends nothing for `idle` is let go.
/// 2. A client that takes nothing for `idle`, while there is something to send, is let go too: it may have stopped
///    reading on purpose.
/// 3. A client that is slow is not idle: it may stay for many times `idle`, as long as something moves.
///
/// "Let go" is the end or a reset, at the earliest `idle` after something moved last, at the latest `2 * idle + 1 s`.
///
/// Not tested: a reader so slow that it takes less than 4 MiB in each `idle`. The system wakes a writer not for each
/// byte, but when a good part of its buffer is free.
///
/// # Errors
/// - [`ErrorKind::InvalidInput`] if `idle` is zero; any other [`io::Error`] of the system, as it is.
///
/// # Spec
/// RFC 9293 section 3.8.4 (keep-alives; the application knows better), 3.8.6.1 (a window may stay at zero for ever).
pub fn let_go_when_idle(conn: &TcpStream, idle: Duration) -> io::Result<()> {
    todo!("set a time limit on reading and one on writing")
}
