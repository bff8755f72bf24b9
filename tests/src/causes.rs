//! Every reason for which a step can fail, by a name that the JSON, the wrong programs and the book share.

use keeper::report::Outcome;

/// A reason, without the facts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CauseId {
    NotWrittenYet,
    Panicked,
    EndedEarly,
    KilledBySignal,
    OutOfMemory,
    KilledItsKeeper,
    LeftProcesses,
    NotConnected,
    NotAccepted,
    NotRead,
    NotAnswered,
    Spinning,
    Silent,
    NotClosed,
    NotEnded,
    ClosedEarly,
    Reset,
    BytesDiffer,
    LineEnd,
    BytesExtra,
    OutputDiffers,
    TooMuchOutput,
    ExitStatus,
    BrokeSilence,
    ConnectionRefused,
    Overspent,
    TooSlow,
}

impl CauseId {
    pub const ALL: [Self; 27] = [
        Self::NotWrittenYet,
        Self::Panicked,
        Self::EndedEarly,
        Self::KilledBySignal,
        Self::OutOfMemory,
        Self::KilledItsKeeper,
        Self::LeftProcesses,
        Self::NotConnected,
        Self::NotAccepted,
        Self::NotRead,
        Self::NotAnswered,
        Self::Spinning,
        Self::Silent,
        Self::NotClosed,
        Self::NotEnded,
        Self::ClosedEarly,
        Self::Reset,
        Self::BytesDiffer,
        Self::LineEnd,
        Self::BytesExtra,
        Self::OutputDiffers,
        Self::TooMuchOutput,
        Self::ExitStatus,
        Self::BrokeSilence,
        Self::ConnectionRefused,
        Self::Overspent,
        Self::TooSlow,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotWrittenYet => "not-written-yet",
            Self::Panicked => "panicked",
            Self::EndedEarly => "ended-early",
            Self::KilledBySignal => "killed-by-signal",
            Self::OutOfMemory => "out-of-memory",
            Self::KilledItsKeeper => "killed-its-keeper",
            Self::LeftProcesses => "left-processes",
            Self::NotConnected => "not-connected",
            Self::NotAccepted => "not-accepted",
            Self::NotRead => "not-read",
            Self::NotAnswered => "not-answered",
            Self::Spinning => "spinning",
            Self::Silent => "silent",
            Self::NotClosed => "not-closed",
            Self::NotEnded => "not-ended",
            Self::ClosedEarly => "closed-early",
            Self::Reset => "reset",
            Self::BytesDiffer => "bytes-differ",
            Self::LineEnd => "line-end",
            Self::BytesExtra => "bytes-extra",
            Self::OutputDiffers => "output-differs",
            Self::TooMuchOutput => "too-much-output",
            Self::ExitStatus => "exit-status",
            Self::BrokeSilence => "broke-silence",
            Self::ConnectionRefused => "connection-refused",
            Self::Overspent => "overspent",
            Self::TooSlow => "too-slow",
        }
    }

    /// What it means, where the name alone is enough to know; `None` where only the facts of a run can tell.
    pub fn likely(self) -> Option<&'static str> {
        Some(match self {
            Self::NotWrittenYet => "This step is not written yet: its todo! was reached.",
            Self::OutOfMemory => {
                "Your program asked for more memory than it may have. A length that somebody else sent was \
                 believed before it was checked against a limit."
            }
            Self::KilledItsKeeper => "Your program ended the process that watches over it.",
            Self::LeftProcesses => {
                "Your program started other processes and left them running when it ended. They have been ended."
            }
            Self::NotConnected => {
                "Your program never opened a connection to the address it was given."
            }
            Self::Silent => {
                "This system does not tell whether your program waits, has not read, or is busy. The wire record \
                 shows the last bytes that moved."
            }
            Self::NotClosed => {
                "Your program has not ended its side of this connection. That side ends when `shutdown` says so, or when \
                 the last owner of the socket is dropped; a `try_clone` is an owner."
            }
            Self::ClosedEarly => {
                "Your program ended this connection, or itself, before everything had come."
            }
            Self::Reset => {
                "A socket that is closed while bytes wait in it unread sends a reset instead of an end (RFC 9293 \
                 section 3.6.1)."
            }
            Self::BytesExtra => "Your program sent more than belongs here.",
            Self::Overspent => {
                "Your program keeps what it has dealt with. A small buffer that is filled again and again is enough."
            }
            Self::LineEnd => {
                "A line on this wire ends with CR LF (\"\\r\\n\", bytes 0d 0a), not with LF alone."
            }
            Self::TooMuchOutput => {
                "Your program prints without end. It was stopped, and what it printed was thrown away."
            }
            Self::ConnectionRefused => {
                "Nobody listens at this address any more: your program closed its listening socket, or ended."
            }
            _ => return None,
        })
    }

    pub fn outcome(self) -> Outcome {
        match self {
            Self::Panicked | Self::KilledBySignal | Self::OutOfMemory => Outcome::Crashed,
            Self::NotAccepted
            | Self::NotRead
            | Self::NotAnswered
            | Self::Spinning
            | Self::TooSlow
            | Self::Silent
            | Self::NotConnected
            | Self::NotClosed
            | Self::NotEnded => Outcome::TimedOut,
            _ => Outcome::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_cause_has_a_name_of_its_own() {
        let names: HashSet<_> = CauseId::ALL.iter().map(|id| id.name()).collect();
        assert_eq!(names.len(), CauseId::ALL.len());
    }
}
