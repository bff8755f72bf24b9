//! Questions, out of whatever pieces they come in.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::wire::{LENGTH, MAX_QUESTION};

/// The questions of one client, in their order.
pub struct Questions<R> {
    from: R,
}

impl<R: AsyncRead + Unpin> Questions<R> {
    pub fn new(from: R) -> Self {
        Self { from }
    }

    /// The next question; `None` when the client has said its end.
    ///
    /// The caller may lose patience: it drops the future that `next` returned, before it was ready, and calls `next`
    /// again, as often as it likes.
    ///
    /// # Rules
    /// 1. A question may come in any number of pieces, and several may come in one.
    /// 2. A question is returned as soon as its last byte is there: the client may wait for the answer.
    /// 3. Nothing is lost when the future is dropped: the next call goes on with the bytes that had come by then.
    /// 4. A length over [`MAX_QUESTION`] is refused when its four bytes are there, before the rest.
    /// 5. An end in the middle of a frame is an error; one between two frames is not.
    ///
    /// ```
    /// # use lab_crowd::Questions;
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let mut questions = Questions::new(&b"\0\0\0\x03one\0\0\0\x03two"[..]);
    /// assert_eq!(questions.next().await?.as_deref(), Some("one"));
    /// assert_eq!(questions.next().await?.as_deref(), Some("two"));
    /// assert_eq!(questions.next().await?, None);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// Not tested: what `next` does after it has returned an error.
    ///
    /// # Errors
    /// - [`ErrorKind::InvalidData`] for a length over the limit, and for a text that is not UTF-8.
    /// - [`ErrorKind::UnexpectedEof`] for an end in the middle of a frame.
    /// - any [`io::Error`] of reading, as it is.
    ///
    /// # Spec
    /// RFC 9293 section 2.2 (TCP keeps the order of bytes, not the pieces they were sent in).
    pub async fn next(&mut self) -> io::Result<Option<String>> {
        todo!("read until a whole question is there, and keep what has come in `self`")
    }
}
