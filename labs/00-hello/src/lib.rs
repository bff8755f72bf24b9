//! Say hello to a server, hear its greeting, and count the letters that it sends.
//!
//! The conversation, with `->` for what your program sends and `<-` for what it receives:
//!
//! ```text
//! -> Ada\r\n
//! <- Good morning, Ada.\r\n
//! <- letters: any bytes at all, as many as the server likes
//! <- the end: the server closes
//! ```
//!
//! Three functions, one for each step. `main.rs` calls them in this order.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// The longest greeting that [`greeting`] takes, in bytes, CRLF included.
pub const MAX_GREETING: usize = 1024;

/// Opens a connection to `server` and says who you are.
///
/// Returns the open connection: the answer comes over the same one.
///
/// # Rules
/// 1. The bytes sent are the name, then CR and LF (`\r\n`, bytes 0d 0a). Nothing before, nothing after.
/// 2. The connection stays open, in both directions.
///
/// Not tested: names that hold CR or LF themselves.
///
/// # Errors
/// - any [`io::Error`] of connecting or writing, as it is.
///
/// # Spec
/// RFC 9293 section 3.9.1 (OPEN, SEND); CRLF as the end of a line: RFC 5234 appendix B.1.
pub fn introduce(server: SocketAddr, name: &str) -> io::Result<TcpStream> {
    todo!("connect, then send your name and CRLF")
}

/// Reads the server's greeting: one line that ends with CRLF.
///
/// Returns the line without its CRLF.
///
/// # Rules
/// 1. The greeting may come in any number of pieces; it is complete at its CRLF, not before.
/// 2. Nothing after the CRLF is taken from the connection: the letters begin there.
/// 3. A lone CR or a lone LF does not end the greeting; it is part of it.
///
/// ```
/// # use lab_hello::greeting;
/// let mut from_server: &[u8] = b"Good morning, Ada.\r\nDear Ada";
/// assert_eq!(greeting(&mut from_server)?, b"Good morning, Ada.");
/// assert_eq!(from_server, b"Dear Ada");
/// # std::io::Result::Ok(())
/// ```
///
/// Not tested: which [`io::ErrorKind`] it is; `main.rs` only prints the error.
///
/// # Errors
/// - [`io::ErrorKind::UnexpectedEof`] if the connection ends before the CRLF.
/// - [`io::ErrorKind::InvalidData`] if [`MAX_GREETING`] bytes have come without a CRLF.
/// - any [`io::Error`] of reading, as it is.
///
/// # Spec
/// RFC 9293 section 3.9.1 (RECEIVE); TCP keeps the order of bytes, not the pieces they were sent in: section 2.2.
pub fn greeting(connection: &mut impl Read) -> io::Result<Vec<u8>> {
    todo!("read until CRLF has come")
}

/// Reads letters until the server closes, and counts their bytes.
///
/// # Rules
/// 1. Every byte counts, whatever its value: a letter may be a picture.
/// 2. The count is complete when the server has closed, however long it pauses in between.
/// 3. Memory does not grow with the letters: they may be larger than what your machine has.
///
/// ```
/// # use lab_hello::letters;
/// let mut from_server: &[u8] = b"Dear Ada,\r\nit rains.\r\n";
/// assert_eq!(letters(&mut from_server)?, 22);
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
/// - any [`io::Error`] of reading, as it is.
///
/// # Spec
/// RFC 9293 section 3.6 (closing a connection: the end is told after the last byte).
pub fn letters(connection: &mut impl Read) -> io::Result<u64> {
    todo!("read until the server closes, and count")
}
