//! Noticing that a letter was longer than the desk.

use std::io;
use std::net::{SocketAddr, UdpSocket};

/// A datagram as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub from: SocketAddr,
    /// At most as many as were asked for.
    pub bytes: Vec<u8>,
    /// There were more, and they are lost.
    pub cut: bool,
}

/// Receives one datagram, and keeps at most `max` bytes of it.
///
/// # Rules
/// 1. `bytes` are the first `max` bytes of the datagram, or all of it if it is not longer. `max` is anything from 0 to
///    [`MAX_DATAGRAM`](crate::MAX_DATAGRAM).
/// 2. `cut` says whether there were more. A datagram of exactly `max` bytes is whole.
/// 3. What is cut off is not found at the beginning of the next datagram, and an empty one is a datagram.
///
/// # Errors
/// Those of the socket.
///
/// # Spec
/// RFC 8085 section 3.2 (how long a message should be, and that a receiver must be ready for what comes).
pub fn take(socket: &UdpSocket, max: usize) -> io::Result<Taken> {
    todo!("receive into a buffer that shows whether there was more than max")
}
