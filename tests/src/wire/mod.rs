//! The record of everything that the scripted ends of a test sent and received, stdin and stdout included.
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

/// One TCP connection between the test and the program, all datagrams between two addresses, or a program's stdin and
/// stdout.
pub struct Recorded {
    /// The test's name for it, such as `near`.
    pub name: String,
    pub test: SocketAddr,
    pub program: SocketAddr,
    pub kind: Kind,
    kept: [usize; 2],
    ended: [bool; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A TCP connection, and who connected.
    Connection(Side),
    Datagrams,
    /// What the test writes is the program's stdin, what the program writes its stdout. There are no addresses.
    Pipes,
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
    /// One datagram, whole.
    Datagram {
        kept: Vec<u8>,
        length: usize,
        fate: Fate,
    },
}

/// What the bench did to a datagram on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Passed on once, in its turn.
    Delivered,
    /// Never passed on.
    Lost,
    /// Passed on twice.
    Doubled,
    /// Passed on after so many others that came later in its direction.
    Late(usize),
}

impl Fate {
    /// What a reader of the record is told, if there is anything to tell.
    pub fn told(self) -> Option<&'static str> {
        match self {
            Self::Delivered => None,
            Self::Lost => Some("lost by the test"),
            Self::Doubled => Some("doubled by the test"),
            Self::Late(_) => Some("held back by the test"),
        }
    }
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
        let connection = self.add(name, test, program, Kind::Connection(opened_by));
        self.push(at, connection, opened_by, What::Open);
        connection
    }

    /// Adds a pair of addresses between which datagrams go; returns its index.
    pub fn pair(&mut self, name: &str, test: SocketAddr, program: SocketAddr) -> usize {
        self.add(name, test, program, Kind::Datagrams)
    }

    /// Adds the stdin and stdout of a program; returns their index.
    pub fn pipes(&mut self, name: &str) -> usize {
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        self.add(name, nowhere, nowhere, Kind::Pipes)
    }

    pub fn bytes(&mut self, at: Duration, connection: usize, from: Side, bytes: &[u8]) {
        let what = What::Bytes {
            kept: self.keep(connection, from, bytes),
            length: bytes.len(),
        };
        self.push(at, connection, from, what);
    }

    pub fn datagram(
        &mut self,
        at: Duration,
        connection: usize,
        from: Side,
        bytes: &[u8],
        fate: Fate,
    ) {
        let what = What::Datagram {
            kept: self.keep(connection, from, bytes),
            length: bytes.len(),
            fate,
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
        // What goes through a pipe is in no packet.
        match self.connections.iter().all(|it| it.kind == Kind::Pipes) {
            true => Ok(()),
            false => fs::write(directory.join("wire.pcapng"), pcapng::render(self)?),
        }
    }

    fn add(&mut self, name: &str, test: SocketAddr, program: SocketAddr, kind: Kind) -> usize {
        self.connections.push(Recorded {
            name: name.to_string(),
            test,
            program,
            kind,
            kept: [0; 2],
            ended: [false; 2],
        });
        self.connections.len() - 1
    }

    /// The part of `bytes` for which there is room.
    fn keep(&mut self, connection: usize, from: Side, bytes: &[u8]) -> Vec<u8> {
        let kept = &mut self.connections[connection].kept[from as usize];
        let room = KEPT.saturating_sub(*kept).min(bytes.len());
        *kept += room;
        bytes[..room].to_vec()
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
