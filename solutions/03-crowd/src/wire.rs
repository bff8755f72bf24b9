//! What goes over the wire. Given: nothing to do here.

use std::fmt;

/// The bytes of a length.
pub const LENGTH: usize = 4;
/// The longest question, in bytes, its length not included.
pub const MAX_QUESTION: usize = 1024;
/// The longest text of a letter, in bytes.
pub const MAX_TEXT: usize = 64 * 1024;

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letter {
    /// A beat: milliseconds since the server began.
    Time(u64),
    Answer(String),
    /// Why there is no answer.
    Sorry(String),
}

impl Letter {
    /// The letter's frame, ready to be sent.
    pub fn frame(&self) -> Vec<u8> {
        frame(&self.to_string())
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Time(ms) => write!(out, "time {ms}"),
            Self::Answer(text) => write!(out, "answer {text}"),
            Self::Sorry(why) => write!(out, "sorry {why}"),
        }
    }
}

/// The length of `text`, then `text`.
///
/// ```
/// assert_eq!(solution_crowd::frame("Ada"), b"\0\0\0\x03Ada");
/// ```
pub fn frame(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LENGTH + text.len());
    bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes
}
