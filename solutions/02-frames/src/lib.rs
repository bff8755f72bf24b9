//! Messages out of a stream of bytes: frames with a length, lines with an end, characters with a shape.
//!
//! A frame on this wire is a length and a payload:
//!
//! ```text
//!   00 00 00 05   68 65 6c 6c 6f      the payload: any bytes, as many as the length says
//!   ----------------------------
//!   the length of the payload in bytes: 4 bytes, the highest first; it does not count itself
//! ```
//!
//! No function here reads or writes. All take bytes that somebody else has read, in whatever pieces they came, and
//! say what has become whole by now. "Not yet" is not an error.
//!
//! Eight functions, one for each step, and the commands that call them:
//!
//! ```text
//! encode                                       encode
//! frame                                        first
//! frame_within -> frame                        first --max-frame N
//! Inbox::feed  -> frame                        split
//! Inbox::feed  -> line                         lines
//! Text::feed                                   text
//! end                                          end
//! Decoder::hear -> Inbox::feed -> frame_within
//!            '---> end                         decode, serve
//! ```

mod decoder;
mod frame;
mod inbox;
mod line;
mod refusal;
mod text;

pub use decoder::{Decoder, Event, Input};
pub use frame::{MAX_FRAME, PREFIX, encode, end, frame, frame_within};
pub use inbox::{Inbox, Step};
pub use line::{CRLF, MAX_LINE, line};
pub use refusal::Refusal;
pub use text::Text;
