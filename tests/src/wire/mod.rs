//! The record of everything that the scripted ends of a test sent and received.
//!
//! It is written where the bytes are, in the test's own sockets, so there is no proxy that could change
//! what it shows: what is recorded as received is what the program's writes have become on the way.

mod pcapng;
mod text;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Bytes kept in each direction of a connection; of what follows, only the length is known.
pub const KEPT: usize = 256 * 1024;

/// All connections of a run, in the order in which they came to be.
pub struct Wire {
    pub began: SystemTime,
    pub connections: Vec<Recorded>,
    pub records: Vec<Record>,
}

/// One TCP connection between the test and the program.
pub struct Recorded {
    /// The test's name for it, such as `near`.
    pub name: String,
    pub test: SocketAddr,
    pub program: SocketAddr,
    /// Who connected.
    pub opened_by: Side,
    kept: [usize; 2],
    ended: [bool; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Test,
    Program,
}

pub struct Record {
    /// Since the run began.
    pub at: Duration,
    /// Index into [`Wire::connections`].
    pub connection: usize,
    pub from: Side,
    pub what: What,
}

pub enum What {
    /// The connection came to be; `from` opened it.
    Open,
    /// One write of the test, or one read of it.
    Bytes { kept: Vec<u8>, length: usize },
    /// No more from this side (FIN).
    End,
    /// The connection was cut (RST).
    Reset,
}

impl Wire {
    pub fn new() -> Self {
        Self {
            began: SystemTime::now(),
            connections: Vec::new(),
            records: Vec::new(),
        }
    }

    /// Adds a connection, and the record of its opening; returns its index.
    pub fn open(
        &mut self,
        at: Duration,
        name: &str,
        test: SocketAddr,
        program: SocketAddr,
        opened_by: Side,
    ) -> usize {
        let connection = self.connections.len();
        self.connections.push(Recorded {
            name: name.to_string(),
            test,
            program,
            opened_by,
            kept: [0; 2],
            ended: [false; 2],
        });
        self.push(at, connection, opened_by, What::Open);
        connection
    }

    pub fn bytes(&mut self, at: Duration, connection: usize, from: Side, bytes: &[u8]) {
        let kept = &mut self.connections[connection].kept[from as usize];
        let room = KEPT.saturating_sub(*kept).min(bytes.len());
        *kept += room;
        let what = What::Bytes {
            kept: bytes[..room].to_vec(),
            length: bytes.len(),
        };
        self.push(at, connection, from, what);
    }

    /// A side ends once: closing a connection after "no more from me" sends nothing.
    pub fn end(&mut self, at: Duration, connection: usize, from: Side) {
        let ended = &mut self.connections[connection].ended[from as usize];
        if !std::mem::replace(ended, true) {
            self.push(at, connection, from, What::End);
        }
    }

    pub fn reset(&mut self, at: Duration, connection: usize, from: Side) {
        self.connections[connection].ended[from as usize] = true;
        self.push(at, connection, from, What::Reset);
    }

    /// Writes `wire.txt` and `wire.pcapng` into `directory`.
    pub fn write(&self, directory: &Path, title: &str) -> io::Result<()> {
        // The program may have deleted it.
        fs::create_dir_all(directory)?;
        fs::write(directory.join("wire.txt"), text::render(self, title))?;
        fs::write(directory.join("wire.pcapng"), pcapng::render(self)?)
    }

    fn push(&mut self, at: Duration, connection: usize, from: Side, what: What) {
        self.records.push(Record {
            at,
            connection,
            from,
            what,
        });
    }
}

impl Default for Wire {
    fn default() -> Self {
        Self::new()
    }
}
