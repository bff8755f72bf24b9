//! The calling side: talk and listen at once.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic;
use std::sync::Arc;
use std::thread;

/// How many bytes are read at once, at most.
const PIECE: usize = 16 * 1024;

/// Sends `letter` and writes what comes back to `answer`, both at once.
///
/// Returns when both have ended, the letter and the answer.
///
/// # Rules
/// 1. Neither side waits for the other. A server that answers while you talk stops listening to you when you do not
///    take its answer: both would wait for ever.
/// 2. The end of the letter is said to the server ("no more from me"), at once, and the answer is still read to its
///    end.
/// 3. The end of the answer is not the end of the letter: what is left of it is sent.
/// 4. What has come is written to `answer` and flushed before the next read: a person may be waiting for it.
/// 5. If the connection breaks, the error is returned at once, even if `letter` has not ended. That is why `letter` is
///    `'static`: its thread may outlive this call.
/// 6. Memory grows neither with the letter nor with the answer.
///
/// ```
/// # use lab_echo::converse;
/// # use std::net::{TcpListener, TcpStream};
/// # let door = TcpListener::bind("127.0.0.1:0")?;
/// # let conn = TcpStream::connect(door.local_addr()?)?;
/// # std::thread::spawn(move || {
/// #     let (mut from, mut to) = (&door.accept().unwrap().0, Vec::new());
/// #     std::io::copy(&mut from, &mut to).unwrap();
/// #     std::io::Write::write_all(&mut from, &to).unwrap();
/// # });
/// // `conn` leads to a server that says the letter back when it has heard its end.
/// let mut answer = Vec::new();
/// converse(conn, &b"Dear Ada"[..], &mut answer)?;
/// assert_eq!(answer, b"Dear Ada");
/// # std::io::Result::Ok(())
/// ```
///
/// Not tested: what happens to the connection when `letter` or `answer` fails, except that the call returns.
///
/// # Errors
/// - any [`io::Error`] of the connection, of `letter` or of `answer`, as it is.
///
/// # Spec
/// RFC 9293 section 3.6 (who has closed may go on receiving), 3.8.6 (the window: who does not read stops the sender).
pub fn converse(
    conn: TcpStream,
    mut letter: impl Read + Send + 'static,
    mut answer: impl Write,
) -> io::Result<()> {
    todo!("send the letter and its end on a thread of its own, and meanwhile read the answer")
}
