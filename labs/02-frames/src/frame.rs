//! One frame: a length, then so many bytes.

use crate::{Refusal, Step};

/// The length of a payload is told in so many bytes, the highest first.
pub const PREFIX: usize = 4;

/// The largest payload that is sent or taken, in bytes, where nobody says otherwise.
pub const MAX_FRAME: u32 = 1024 * 1024;

/// The frame around `payload`, as it goes over the wire.
///
/// # Rules
/// 1. First the length of the payload, in bytes, as [`PREFIX`] bytes with the highest first. It does not count itself.
/// 2. Then the payload, whatever its bytes are. It may be empty.
/// 3. A payload longer than `max` bytes is refused: the other side would refuse it too.
///
/// ```
/// # use lab_frames::encode;
/// assert_eq!(encode(b"hello", 100)?, b"\0\0\0\x05hello");
/// # Ok::<(), lab_frames::Refusal>(())
/// ```
///
/// # Errors
/// - [`Refusal::LengthOverLimit`] if the payload is longer than `max`.
///
/// # Spec
/// RFC 791 appendix B (the byte order of the network); RFC 9293 section 2.2 (TCP keeps no edges).
pub fn encode(payload: &[u8], max: u32) -> Result<Vec<u8>, Refusal> {
    todo!("put the length before the payload")
}

/// The frame that `buffer` begins with, if all of it is there.
///
/// `buffer` is what has come by now. It begins where a frame begins, and may end anywhere: within the length, within
/// the payload, or in one of the frames after it.
///
/// # Rules
/// 1. [`Step::NeedMore`] while a byte of the length or of the payload is missing, be it all of them.
/// 2. [`Step::Done`] from the last byte of the payload on: `value` is the payload, `used` is how many bytes of `buffer`
///    are this frame, its length included.
/// 3. What comes after this frame is not looked at.
///
/// ```
/// # use lab_frames::{Step, frame};
/// assert_eq!(frame(b"\0\0\0\x05hell"), Step::NeedMore);
/// assert_eq!(frame(b"\0\0\0\x05hello\0"), Step::Done { value: &b"hello"[..], used: 9 });
/// ```
///
/// # Errors
/// None: every four bytes are a length, and to need more is not an error. Limits are the next function's.
///
/// # Spec
/// RFC 9293 section 2.2 (a stream of bytes: they may come in any pieces).
pub fn frame(buffer: &[u8]) -> Step<&[u8]> {
    todo!("look whether the length is there, then whether the payload is")
}

/// Like [`frame`], but no frame whose length is over `max`.
///
/// A length is a claim of somebody else's. It costs them four bytes, whatever it says.
///
/// # Rules
/// 1. A length over `max` is refused as soon as its [`PREFIX`] bytes are there, not when the payload is.
/// 2. It is refused however much of the payload is there, and before any memory is asked for on its account.
/// 3. A length of exactly `max` is not over it.
///
/// ```
/// # use lab_frames::{Refusal, Step, frame_within};
/// assert_eq!(frame_within(b"\xff\xff\xff\xff", 100), Err(Refusal::LengthOverLimit));
/// assert_eq!(frame_within(b"\xff\xff\xff", 100), Ok(Step::NeedMore));
/// ```
///
/// # Errors
/// - [`Refusal::LengthOverLimit`] if the length is over `max`.
///
/// # Spec
/// CWE-789 (memory allocation with excessive size value); RFC 9113 section 4.2 has the same rule for HTTP/2.
pub fn frame_within(buffer: &[u8], max: u32) -> Result<Step<&[u8]>, Refusal> {
    todo!("refuse a length over the limit, else look for the frame")
}

/// Tells the end of a conversation from a cut: the input has ended, and `rest` is what was left.
///
/// `rest` begins where a frame begins and holds no whole frame.
///
/// # Rules
/// 1. Nothing is left: the other side has ended between two frames, as it should.
/// 2. Fewer than [`PREFIX`] bytes are left: the end came within a length.
/// 3. Else it came within a payload.
/// 4. `missing` is how many bytes more would have made the length whole, or the payload.
///
/// ```
/// # use lab_frames::{Refusal, end};
/// assert_eq!(end(b""), Ok(()));
/// assert_eq!(end(b"\0\0\0\x05hel"), Err(Refusal::EndInPayload { missing: 2 }));
/// ```
///
/// Not tested: a `rest` that holds a whole frame.
///
/// # Errors
/// - [`Refusal::EndInLength`] and [`Refusal::EndInPayload`], as the rules say.
///
/// # Spec
/// RFC 9293 section 3.6 (an end says that no more will come, not that all has come); RFC 9112 section 8 has the same
/// rule for HTTP.
pub fn end(rest: &[u8]) -> Result<(), Refusal> {
    todo!("tell the end between frames from the two ends within one")
}
