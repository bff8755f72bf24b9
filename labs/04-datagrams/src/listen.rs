//! Waiting for something that may never come.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use crate::MAX_DATAGRAM;

/// Hands each datagram to `accept` until it has found what it looks for, but for no longer than `wait`.
///
/// # Rules
/// 1. `accept` is called for each datagram that comes, in order, with its sender and all of its bytes, and no more
///    once it has returned `Some`: that value is returned at once.
/// 2. After `wait` it is over, and no sooner, and `None` is returned, whatever has come until then: a datagram that is not
///    the right one gives nobody more time, also where they come faster than you can read.
/// 3. That nothing came is no error. Nor is a `wait` of zero, or an empty datagram.
///
/// Not tested: whether a `wait` of zero takes what is there already; a wait that is a little too long or too short, where
/// the clock of the test cannot tell; errors of the socket.
///
/// # Errors
/// Those of the socket, but for a time-out.
///
/// # Spec
/// RFC 8085 section 3.1.1 (no answer is a case like any other: nothing says that one will come).
pub fn listen_for<T>(
    socket: &UdpSocket,
    wait: Duration,
    mut accept: impl FnMut(SocketAddr, &[u8]) -> Option<T>,
) -> io::Result<Option<T>> {
    todo!("receive with a time-out, until `accept` is content or the time is over")
}
