//! Questions, out of whatever pieces they come in.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::wire::{LENGTH, MAX_QUESTION};

/// The questions of one client, in their order.
pub struct Questions<R> {
    from: R,
    // SOLUTION ONLY
    /// What has come and was not handed out yet: here it outlives a `next` that was dropped.
    come: Vec<u8>,
    // END SOLUTION
}

impl<R: AsyncRead + Unpin> Questions<R> {
    pub fn new(from: R) -> Self {
        Self {
            from,
            // SOLUTION ONLY
            come: Vec::new(),
            // END SOLUTION
        }
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
    /// # use solution_crowd::Questions;
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
        // SOLUTION: read until a whole question is there, and keep what has come in `self`
        loop {
            if let Some(question) = self.whole()? {
                return Ok(Some(question));
            }
            // Its one await: dropped here, it has either read nothing, or what it read is in `come`.
            if self.from.read_buf(&mut self.come).await? == 0 {
                return match self.come.is_empty() {
                    true => Ok(None),
                    false => Err(ErrorKind::UnexpectedEof.into()),
                };
            }
        }
        // END SOLUTION
    }

    // SOLUTION ONLY
    /// Takes the first question out of what has come, if all of it is there.
    fn whole(&mut self) -> io::Result<Option<String>> {
        let Some((length, rest)) = self.come.split_first_chunk::<LENGTH>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length) as usize;
        if length > MAX_QUESTION {
            let why = format!("a question of {length} bytes; the limit is {MAX_QUESTION}");
            return Err(io::Error::new(ErrorKind::InvalidData, why));
        }
        let Some(text) = rest.get(..length) else {
            return Ok(None);
        };
        let text = String::from_utf8(text.to_vec())
            .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        self.come.drain(..LENGTH + length);
        Ok(Some(text))
    }
    // END SOLUTION
}
