//! Given: why bytes are refused.

use std::error::Error;
use std::fmt::{self, Display};

/// Why bytes are refused. That a message is not whole yet is no reason: see [`Step::NeedMore`](crate::Step::NeedMore).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A length is over the limit.
    LengthOverLimit,
    /// A line has not ended within the limit.
    LineOverLimit,
    /// A byte that is no part of any character in UTF-8.
    NotUtf8,
    /// The input ended within a length, of which `missing` bytes are missing.
    EndInLength { missing: usize },
    /// The input ended within a payload, of which `missing` bytes are missing.
    EndInPayload { missing: usize },
    /// The input ended within a line.
    EndInLine,
    /// The input ended within a character.
    EndInCharacter,
}

impl Refusal {
    /// The name that programs know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::LengthOverLimit => "length_over_limit",
            Self::LineOverLimit => "line_over_limit",
            Self::NotUtf8 => "not_utf8",
            Self::EndInLength { .. } => "end_in_length",
            Self::EndInPayload { .. } => "end_in_payload",
            Self::EndInLine => "end_in_line",
            Self::EndInCharacter => "end_in_character",
        }
    }

    /// How many bytes are missing, where that is known.
    pub fn missing(self) -> Option<usize> {
        match self {
            Self::EndInLength { missing } | Self::EndInPayload { missing } => Some(missing),
            _ => None,
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::LengthOverLimit => write!(f, "a length is over the limit"),
            Self::LineOverLimit => write!(f, "a line has not ended within the limit"),
            Self::NotUtf8 => write!(f, "a byte is no part of a character in UTF-8"),
            Self::EndInLength { missing } => {
                write!(
                    f,
                    "the input ended {missing} bytes before the end of a length"
                )
            }
            Self::EndInPayload { missing } => {
                write!(
                    f,
                    "the input ended {missing} bytes before the end of a payload"
                )
            }
            Self::EndInLine => write!(f, "the input ended within a line"),
            Self::EndInCharacter => write!(f, "the input ended within a character"),
        }
    }
}

impl Error for Refusal {}
