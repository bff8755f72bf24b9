//! One of a program's output streams, kept up to a limit.

use std::os::fd::OwnedFd;

/// Stderr is kept to this many bytes at its beginning, and as many at its end.
const MAX_STDERR: usize = 64 * 1024;

/// One of a program's output streams.
pub struct Captured {
    pub pipe: Option<OwnedFd>,
    pub bytes: Vec<u8>,
    /// How many of `bytes` the test has dealt with.
    pub taken: usize,
    pub limit: usize,
    /// Bytes that came beyond the limit and were thrown away.
    pub dropped: usize,
    /// Beyond the limit, keep the newest half instead of throwing everything away.
    keep_tail: bool,
}

impl Captured {
    pub fn new(pipe: OwnedFd, limit: usize) -> Self {
        Self {
            pipe: Some(pipe),
            bytes: Vec::new(),
            taken: 0,
            limit,
            dropped: 0,
            keep_tail: false,
        }
    }

    pub fn stderr(pipe: OwnedFd) -> Self {
        Self {
            keep_tail: true,
            ..Self::new(pipe, 2 * MAX_STDERR)
        }
    }

    pub fn untaken(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    /// Reads once; returns the number of bytes.
    pub fn read(&mut self, buffer: &mut [u8]) -> u64 {
        let Some(pipe) = &self.pipe else { return 0 };
        match rustix::io::read(pipe, &mut *buffer) {
            Ok(0) => {
                self.pipe = None;
                0
            }
            Ok(n) => {
                self.keep(&buffer[..n]);
                n as u64
            }
            Err(_) => 0,
        }
    }

    fn keep(&mut self, new: &[u8]) {
        self.bytes.extend_from_slice(new);
        let over = self.bytes.len().saturating_sub(self.taken + self.limit);
        if over > 0 && self.keep_tail {
            let head = self.limit / 2;
            self.bytes.drain(head..head + over);
        } else if over > 0 {
            self.bytes.truncate(self.taken + self.limit);
            self.dropped += over;
        }
    }
}
