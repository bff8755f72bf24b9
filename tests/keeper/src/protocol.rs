//! What starter and keeper say to each other over a Unix socket, which is the keeper's standard input.
//!
//! Starter to keeper: one byte with three descriptors attached (the program's stdin, stdout, stderr);
//! later [`TERMINATE`] or [`KILL`]. The end of the connection means: end everything.
//!
//! Keeper to starter, a line each: `started PID` or `cannot start: WHY`, then one [`Ended`] line.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use crate::{Ended, How};

/// Asks the keeper to send SIGTERM to the program.
pub const TERMINATE: u8 = b't';

/// Asks the keeper to kill the program and report.
pub const KILL: u8 = b'k';

const STREAMS: usize = 3;

/// Hands the program's three streams to the keeper.
pub fn send_streams(control: impl AsFd, streams: &[OwnedFd; STREAMS]) -> io::Result<()> {
    let borrowed = [streams[0].as_fd(), streams[1].as_fd(), streams[2].as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(STREAMS))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !ancillary.push(SendAncillaryMessage::ScmRights(&borrowed)) {
        return Err(io::Error::other("no room for three descriptors"));
    }
    sendmsg(
        control,
        &[IoSlice::new(b"s")],
        &mut ancillary,
        SendFlags::NOSIGNAL,
    )?;
    Ok(())
}

/// Takes what [`send_streams`] sent.
pub fn receive_streams(control: impl AsFd) -> io::Result<[OwnedFd; STREAMS]> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(STREAMS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(
        control,
        &mut [IoSliceMut::new(&mut byte)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    let mut streams = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            streams.extend(descriptors);
        }
    }
    let count = streams.len();
    streams
        .try_into()
        .map_err(|_| io::Error::other(format!("expected 3 descriptors, got {count}")))
}

/// The line for a program that has ended.
pub fn write_ended(ended: &Ended) -> String {
    let (how, number) = match ended.how {
        How::Exit(code) => ("exit", code),
        How::Signal(signal) => ("signal", signal),
        How::KeeperKilled => ("keeper-killed", 0),
    };
    format!(
        "{how} {number} cpu {} left {}\n",
        ended.cpu_ms, ended.left_over
    )
}

/// Reads a line of [`write_ended`]; `None` for anything else.
pub fn read_ended(line: &str) -> Option<Ended> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [how, number, "cpu", cpu, "left", left] = words[..] else {
        return None;
    };
    let number = number.parse().ok()?;
    Some(Ended {
        how: match how {
            "exit" => How::Exit(number),
            "signal" => How::Signal(number),
            _ => return None,
        },
        cpu_ms: cpu.parse().ok()?,
        left_over: left.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_reads_as_it_was_written() {
        for how in [How::Exit(0), How::Exit(101), How::Signal(9)] {
            let ended = Ended {
                how,
                cpu_ms: 12,
                left_over: 3,
            };
            assert_eq!(read_ended(&write_ended(&ended)), Some(ended));
        }
    }

    #[test]
    fn nonsense_is_no_end() {
        for line in ["", "exit", "exit x cpu 1 left 0", "started 12"] {
            assert_eq!(read_ended(line), None, "{line:?}");
        }
    }
}
