//! Answering whoever writes.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use crate::{MAX_DATAGRAM, tell};

/// Answers datagrams, without end.
///
/// `answer` is given who sent a datagram, and its bytes; it gives back the bytes of the answer, or `None` for none.
///
/// # Rules
/// 1. `answer` is called once for each datagram, with all of its bytes: up to [`MAX_DATAGRAM`], or none at all. One that
///    looks like the one before is a datagram like any other.
/// 2. Each answer is one datagram, from this socket to whoever sent the question.
/// 3. Whoever else has written before makes no difference: one socket serves everybody.
/// 4. An answer that cannot be sent is told (`tell`), and the next datagram is read.
/// 5. However long nothing comes, that is no end.
///
/// Not tested: the "once" of rule 1, which nobody sees from outside; rule 4, since on a loopback every answer can be sent;
/// more than 1.5 s of silence; what happens after an error of receiving.
///
/// # Errors
/// None that ends it, but for an error of receiving.
///
/// # Spec
/// RFC 768 (a datagram has a source port, to which a reply goes); RFC 1122 section 4.1.3.5 (that address, too).
pub fn serve(
    socket: &UdpSocket,
    mut answer: impl FnMut(SocketAddr, &[u8]) -> Option<Vec<u8>>,
) -> io::Result<()> {
    // SOLUTION: receive, ask `answer`, send to whoever asked, and again
    let mut buffer = [0; MAX_DATAGRAM];
    loop {
        let (n, from) = socket.recv_from(&mut buffer)?;
        let Some(answer) = answer(from, &buffer[..n]) else {
            continue;
        };
        if let Err(error) = socket.send_to(&answer, from) {
            tell(format_args!("{from}: {error}"));
        }
    }
    // END SOLUTION
}
