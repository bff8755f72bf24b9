//! What goes over the wire. Given: nothing to do here.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use tokio::io::AsyncRead;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// The longest line of a guest, in bytes, its end not counted.
pub const MAX_LINE: usize = 1024;
/// The longest line of the server, in bytes, its end not counted: a list of names, or what a guest says with a name.
pub const MAX_NEWS: usize = 64 * 1024;

/// A line of the server with its LF. Made once, however many hear it: a clone is another owner of the same bytes.
pub type Line = Arc<str>;

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// To a guest: you are in, under this name and in this room.
    Welcome { name: String, room: String },
    /// Somebody has come into your room.
    Joined(String),
    /// Somebody has left your room.
    Left(String),
    /// Somebody in your room has said something.
    Said { by: String, text: String },
    /// Somebody has told you, and nobody else, something.
    Told { by: String, text: String },
    /// Who is in your room.
    Here(Vec<String>),
    /// Why what you asked for is not done.
    Sorry(String),
    /// The server stops.
    Bye,
}

impl News {
    pub fn line(&self) -> Line {
        format!("{self}\n").into()
    }
}

impl fmt::Display for News {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Welcome { name, room } => write!(out, "welcome {name} {room}"),
            Self::Joined(name) => write!(out, "joined {name}"),
            Self::Left(name) => write!(out, "left {name}"),
            Self::Said { by, text } => write!(out, "said {by} {text}"),
            Self::Told { by, text } => write!(out, "told {by} {text}"),
            Self::Here(names) => write!(out, "here {}", names.join(" ")),
            Self::Sorry(why) => write!(out, "sorry {why}"),
            Self::Bye => write!(out, "bye"),
        }
    }
}

/// A line of a guest that begins with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/room NAME`: go into another room.
    Room(String),
    /// `/tell NAME TEXT`: tell one guest something.
    Tell { to: String, text: String },
    /// `/who`: who is in this room?
    Who,
    /// Anything else.
    Unknown(String),
}

impl Command {
    /// The command that a line is, if it is one.
    ///
    /// ```
    /// # use lab_chat::Command;
    /// assert_eq!(Command::of("good morning"), None);
    /// assert_eq!(Command::of("/room attic"), Some(Command::Room("attic".to_string())));
    /// assert_eq!(Command::of("/sing"), Some(Command::Unknown("/sing".to_string())));
    /// ```
    pub fn of(line: &str) -> Option<Self> {
        let (word, rest) = line
            .strip_prefix('/')?
            .split_once(' ')
            .unwrap_or((&line[1..], ""));
        Some(match (word, rest.split_once(' ')) {
            ("room", None) if !rest.is_empty() => Self::Room(rest.to_string()),
            ("tell", Some((to, text))) if !text.is_empty() => Self::Tell {
                to: to.to_string(),
                text: text.to_string(),
            },
            ("who", None) if rest.is_empty() => Self::Who,
            _ => Self::Unknown(line.to_string()),
        })
    }
}

/// The lines of a connection, as the frames lab found them: LF or CR LF ends a line, and its end is not part of it.
///
/// `next().await` (of `futures_util::StreamExt`) gives the next line, and `None` at the end. It may be dropped and called
/// anew: nothing is lost. A line over the limit is an error as soon as it is one, before its end has come.
pub type Lines<R> = FramedRead<R, LinesCodec>;

pub fn lines<R: AsyncRead>(from: R, longest: usize) -> Lines<R> {
    FramedRead::new(from, LinesCodec::new_with_max_length(longest))
}

/// What went wrong with a line: [`ErrorKind::InvalidData`] if it is too long or no UTF-8, else an error of the connection.
pub fn io_error(error: LinesCodecError) -> io::Error {
    match error {
        LinesCodecError::MaxLineLengthExceeded => {
            io::Error::new(ErrorKind::InvalidData, "this line is too long")
        }
        LinesCodecError::Io(error) => error,
    }
}
