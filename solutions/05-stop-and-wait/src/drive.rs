//! What an engine wants done, and the loop that does it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::{Body, Packet, Receiver, Wire};

/// What an engine wants done. It does nothing itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send this packet to this address.
    Send { to: SocketAddr, packet: Packet },
    /// Write these bytes to the file, behind all before them.
    Write(Vec<u8>),
}

impl Action {
    pub fn send(to: SocketAddr, packet: &Packet) -> Self {
        let packet = packet.clone();
        Self::Send { to, packet }
    }
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    pub address: SocketAddr,
    pub connection: u32,
}

impl Peer {
    /// The packet that tells this peer that its packet `sequence` has come.
    pub fn acknowledgement(&self, sequence: u16) -> Packet {
        Packet {
            connection: self.connection,
            sequence,
            body: Body::Acknowledgement,
        }
    }

    // SOLUTION ONLY
    /// Whether this packet, which came from `from`, is the peer's, as far as one can tell.
    pub(crate) fn wrote(&self, from: SocketAddr, packet: &Packet) -> bool {
        from == self.address && packet.connection == self.connection
    }
    // END SOLUTION
}

/// Until when an engine has nothing to do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Until then; after that it wants to be told the time.
    Until(Duration),
    /// Until a datagram comes.
    Forever,
    /// The transfer is over, for good or ill.
    Over,
}

/// One end of a transfer, with all that it needs.
pub trait End {
    fn on_datagram(
        &mut self,
        now: Duration,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Action>,
    ) -> io::Result<()>;

    fn on_time(&mut self, now: Duration, out: &mut Vec<Action>) -> io::Result<()>;

    fn wait(&self) -> Wait;
}

impl End for Receiver {
    fn on_datagram(
        &mut self,
        now: Duration,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Action>,
    ) -> io::Result<()> {
        Receiver::on_datagram(self, now, from, datagram, out);
        Ok(())
    }

    fn on_time(&mut self, now: Duration, out: &mut Vec<Action>) -> io::Result<()> {
        Receiver::on_time(self, now, out);
        Ok(())
    }

    fn wait(&self) -> Wait {
        Receiver::wait(self)
    }
}

/// Runs one end of a transfer over the wire, until it is over.
///
/// [`Wire::now`] is the time, [`Wire::receive`] waits for a datagram, and [`Wire::carry_out`] does what an engine wants
/// done.
///
/// # Rules
/// 1. Waits for a datagram, as long as `end` says. If one comes, `end` is told about it and about the time, as it is after
///    the wait.
/// 2. If none comes until then, `end` is told the time, again as it is now.
/// 3. What it wants done is carried out before the next wait, in order, once each.
/// 4. Returns when the wait is [`Wait::Over`], and what was wanted before that is carried out.
///
/// Not tested: what is wanted when the wait is over already, since neither end wants anything then; how exact the time is
/// that `end` is told, and how often it is told in vain; an error of `end` or of [`Wire::receive`], which no test can bring
/// about.
///
/// # Errors
/// Those of the wire and of `end`, as they come.
///
/// # Spec
/// RFC 6298 section 5 (the one timer of a sender).
pub fn drive(end: &mut impl End, wire: &mut Wire) -> io::Result<()> {
    // SOLUTION: wait for a datagram or for the time, tell the end, do what it wants
    let mut actions = Vec::new();
    loop {
        let until = match end.wait() {
            Wait::Until(until) => Some(until),
            Wait::Forever => None,
            Wait::Over => return Ok(()),
        };
        match wire.receive(until)? {
            Some((from, datagram)) => {
                end.on_datagram(wire.now(), from, &datagram, &mut actions)?;
            }
            None => end.on_time(wire.now(), &mut actions)?,
        }
        for action in actions.drain(..) {
            wire.carry_out(action)?;
        }
    }
    // END SOLUTION
}
