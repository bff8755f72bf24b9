//! All of it together: pieces of a stream in, events out.

use std::ops::ControlFlow;

use crate::{Inbox, Refusal, end, frame_within};

/// What a stream does.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// These bytes have come.
    Piece(&'a [u8]),
    /// No more will come.
    End,
}

/// What is told about a stream. `at` is an offset: the first byte of the stream has 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A frame that begins at `at`.
    Frame { at: u64, payload: &'a [u8] },
    /// The input ended at `at`, between two frames.
    End { at: u64 },
    /// The frame that begins at `at` is refused.
    Refused { at: u64, why: Refusal },
}

/// Turns a stream, in whatever pieces, into events.
#[derive(Debug)]
pub struct Decoder {
    inbox: Inbox,
    max: u32,
}

impl Decoder {
    /// A decoder that refuses frames with more than `max` bytes of payload.
    pub fn new(max: u32) -> Self {
        Self {
            inbox: Inbox::new(),
            max,
        }
    }

    /// Hears what the stream does next, and tells every event that follows from it.
    ///
    /// # Rules
    /// 1. Each frame is told in the call that brings its last byte.
    /// 2. The last event is [`Event::End`] or [`Event::Refused`], and there is exactly one of them: after a refusal
    ///    nobody knows where the next frame begins.
    /// 3. Returns [`ControlFlow::Break`] in the call that told the last event, else [`ControlFlow::Continue`].
    /// 4. The same bytes give the same events, however they are cut: also the frames before a refused one, also every
    ///    `at`.
    ///
    /// ```
    /// # use std::ops::ControlFlow;
    /// # use lab_frames::{Decoder, Event, Input, Refusal};
    /// let mut decoder = Decoder::new(100);
    /// let flow = decoder.hear(Input::Piece(b"\0\0\0\x02hi\0\0"), |event| {
    ///     assert_eq!(event, Event::Frame { at: 0, payload: b"hi" });
    /// });
    /// assert_eq!(flow, ControlFlow::Continue(()));
    /// let flow = decoder.hear(Input::End, |event| {
    ///     assert_eq!(event, Event::Refused { at: 6, why: Refusal::EndInLength { missing: 2 } });
    /// });
    /// assert_eq!(flow, ControlFlow::Break(()));
    /// ```
    ///
    /// Not tested: a further call after the last event.
    ///
    /// # Errors
    /// None that is returned: a refusal is an event.
    ///
    /// # Spec
    /// RFC 9293 section 2.2 (a stream of bytes), 3.6 (its end).
    pub fn hear(&mut self, input: Input<'_>, mut tell: impl FnMut(Event<'_>)) -> ControlFlow<()> {
        todo!("tell the frames of a piece, or what the end means")
    }
}
