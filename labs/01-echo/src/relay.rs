//! Between two connections: what one side says, the other hears, and the reverse.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::panic;
use std::thread;

/// Passes on what comes from `from` to `to`, until the end, and then passes on the end.
///
/// One direction only. Returns how many bytes were passed on.
///
/// # Rules
/// 1. Every byte, whatever its value, in its order, once; what has come is passed on at once.
/// 2. After the last byte `to` hears the end ("no more from me"). Its other half is not touched: it may go on talking.
/// 3. Memory does not grow with what is passed on.
///
/// # Errors
/// - any [`io::Error`] of reading, writing or saying the end, as it is.
///
/// # Spec
/// RFC 9293 section 3.6.1 (half-closed connections).
pub fn pass_on(from: &TcpStream, to: &TcpStream) -> io::Result<u64> {
    todo!("pass on the bytes, then the end")
}

/// Connects to `to` and passes on between `near` and it, in both directions at once.
///
/// # Rules
/// 1. Each direction ends for itself. When one side has said its end, the other hears it and may go on talking for as
///    long as it likes: every byte of that arrives too.
/// 2. Returns when both directions have ended; then both connections are closed.
/// 3. If one direction fails, because its connection broke, both connections are hung up at once: nobody is left
///    waiting for somebody who has gone. What was still on its way may be lost then.
/// 4. If `to` cannot be reached, `near` is closed.
///
/// Not tested: that a reset arrives as a reset; the standard library can only close.
///
/// # Errors
/// - of connecting: an [`io::Error`] of the same kind, whose text holds `to`.
/// - any [`io::Error`] of a direction that failed, as it is.
///
/// # Spec
/// RFC 9293 section 3.6.1 (half-closed connections), 3.5.3 (a reset ends both directions).
pub fn relay(near: TcpStream, to: SocketAddr) -> io::Result<()> {
    todo!("connect, then pass on in both directions at once")
}
