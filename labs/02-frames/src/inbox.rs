//! The loop around every decoder: pieces come in, whole messages go out, the rest is kept.

use crate::Refusal;

/// What a look at the beginning of a buffer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<T> {
    /// No message is whole yet.
    NeedMore,
    /// `value` is whole, and `used` bytes of the buffer were spent on it: always more than none.
    Done { value: T, used: usize },
}

/// What has come and was not given out yet. The two fields are a proposal: only the functions below are called.
#[derive(Debug, Default)]
pub struct Inbox {
    kept: Vec<u8>,
    /// Where `kept` begins, counted from the first byte that ever came.
    at: u64,
}

impl Inbox {
    pub fn new() -> Self {
        Self::default()
    }

    /// Given: what has come and was not given out.
    pub fn rest(&self) -> &[u8] {
        &self.kept
    }

    /// Given: where [`rest`](Self::rest) begins in the stream; the first byte that ever came has the offset 0.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Takes in the next piece of the stream and gives out every message that is whole by now.
    ///
    /// `split` looks at bytes that begin where a message begins, as [`frame`](crate::frame) does. `emit` gets each
    /// message with its offset in the stream.
    ///
    /// # Rules
    /// 1. `piece` follows what was left before. It may hold a part of a message, or many messages, or nothing.
    /// 2. Every message that is whole is given out in this call, once, in its order, with the offset of its first byte.
    /// 3. What is left stays in the inbox: [`rest`](Self::rest) and [`at`](Self::at) say what, and from where on.
    /// 4. Memory does not grow with what was given out.
    /// 5. If `split` refuses, what is whole before that has been given out, and [`at`](Self::at) is where the refused
    ///    message begins. (Seen in the step about lines.)
    ///
    /// ```
    /// # use lab_frames::{Inbox, frame};
    /// let (mut inbox, mut got) = (Inbox::new(), Vec::new());
    /// for piece in [&b"\0\0\0\x02"[..], b"hi\0\0\0\0\0\0", b"\0\x01!"] {
    ///     inbox.feed(piece, |bytes| Ok(frame(bytes)), |at, payload| got.push((at, payload.to_vec())))?;
    /// }
    /// assert_eq!(got, [(0, b"hi".to_vec()), (6, b"".to_vec()), (10, b"!".to_vec())]);
    /// # Ok::<(), lab_frames::Refusal>(())
    /// ```
    ///
    /// Not tested: another piece after a refusal.
    ///
    /// # Errors
    /// - what `split` refuses, as it is.
    ///
    /// # Spec
    /// RFC 9293 section 2.2; Python's `asyncio.StreamReader` and Rust's `tokio_util::codec::Framed` hold such a loop.
    pub fn feed(
        &mut self,
        piece: &[u8],
        split: impl Fn(&[u8]) -> Result<Step<&[u8]>, Refusal>,
        mut emit: impl FnMut(u64, &[u8]),
    ) -> Result<(), Refusal> {
        todo!("give out every message that is whole by now, and keep the rest")
    }
}
