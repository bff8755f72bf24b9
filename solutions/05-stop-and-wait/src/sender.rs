//! The sender: one packet on its way, and none before it is acknowledged.

use std::error::Error;
use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::time::Duration;

use crate::{Action, Body, Packet, Peer, Wait, decode};

/// A packet is sent so many times at most; then the sender gives up.
pub const MAX_SENDINGS: u32 = 20;
/// The longest wait for an acknowledgement is so many times the first.
pub const MAX_BACKOFF: u32 = 8;

/// One end of a transfer: the one that has the file.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Where packets go, and from where acknowledgements have to come.
    pub peer: Peer,
    /// How long the first wait for an acknowledgement is.
    pub timeout: Duration,
    pub state: Sending,
}

/// What a sender is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// Nothing is on its way. The next packet gets this number; it is the first of the transfer or not.
    Ready { sequence: u16, first: bool },
    /// `packet` has been sent, `times` times, and is not acknowledged. `wait` after the last time is `due`.
    Waiting {
        packet: Packet,
        times: u32,
        wait: Duration,
        due: Duration,
    },
    /// Every packet is acknowledged.
    Done,
    /// A packet was sent [`MAX_SENDINGS`] times, and nobody knows whether it came.
    GaveUp,
}

/// The sender has a packet on its way, or its transfer is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotReady;

impl Sender {
    /// A sender whose first packet has the number `first`.
    pub fn new(peer: Peer, timeout: Duration, first: u16) -> Self {
        let state = Sending::Ready {
            sequence: first,
            first: true,
        };
        Self {
            peer,
            timeout,
            state,
        }
    }

    /// Sends the next piece of the file. `last`: none comes after it.
    ///
    /// `now` and all times of an engine count from the same moment, whichever it is.
    ///
    /// # Rules
    /// 1. In [`Sending::Ready`], the piece becomes a data packet, with the peer's connection and the number and `first`
    ///    of the state. It is sent to the peer's address.
    /// 2. The state becomes [`Sending::Waiting`]: sent once; the first wait is `timeout`, and it ends at `now + timeout`.
    /// 3. In every other state nothing is sent and nothing changes: not the packet on its way, not its times.
    ///
    /// # Errors
    /// - [`NotReady`], rule 3: there is one packet on its way at most.
    ///
    /// # Spec
    /// RFC 8085 section 3.1.2 (one datagram a round trip: the least that a sender over UDP may do against congestion).
    pub fn offer(
        &mut self,
        now: Duration,
        payload: Vec<u8>,
        last: bool,
        out: &mut Vec<Action>,
    ) -> Result<(), NotReady> {
        // SOLUTION: send the piece as a packet, and wait for its acknowledgement
        let Sending::Ready { sequence, first } = self.state else {
            return Err(NotReady);
        };
        let body = Body::Data {
            first,
            last,
            payload,
        };
        let packet = Packet {
            connection: self.peer.connection,
            sequence,
            body,
        };
        out.push(Action::send(self.peer.address, &packet));
        self.state = Sending::Waiting {
            packet,
            times: 1,
            wait: self.timeout,
            due: now + self.timeout,
        };
        Ok(())
        // END SOLUTION
    }

    /// Hears that the packet `sequence` was acknowledged.
    ///
    /// # Rules
    /// 1. If this is the packet that the sender waits for, the state becomes [`Sending::Ready`] with the next number, or
    ///    [`Sending::Done`] if the packet was the last.
    /// 2. After 65,535 comes 0.
    /// 3. Any other number changes nothing: not the packet, not the times, not when it is due. It acknowledges a packet
    ///    that was acknowledged before, and came late or twice, or one that was never sent.
    /// 4. In every state but [`Sending::Waiting`] nothing changes, whatever the number is. Whoever has given up has said so:
    ///    what comes then comes too late.
    ///
    /// Nothing is sent here. A sender that answers a late acknowledgement with a packet keeps every duplicate alive
    /// until the end of the transfer.
    ///
    /// # Errors
    /// None.
    ///
    /// # Spec
    /// RFC 1123 section 4.2.3.1 (what TFTP's late acknowledgements do: the "Sorcerer's Apprentice Syndrome").
    pub fn on_acknowledgement(&mut self, sequence: u16) {
        // SOLUTION: go on to the next packet, or to the end
        let Sending::Waiting { packet, .. } = &self.state else {
            return;
        };
        if sequence != packet.sequence {
            return;
        }
        self.state = match packet.body {
            Body::Data { last: true, .. } => Sending::Done,
            _ => Sending::Ready {
                sequence: sequence.wrapping_add(1),
                first: false,
            },
        };
        // END SOLUTION
    }

    /// Looks at the clock: `now` may be when the packet is due, or not yet, or long past it.
    ///
    /// # Rules
    /// 1. Before it is due, nothing happens.
    /// 2. From then on, the packet is sent again: the same packet, with the same number, to the peer's address.
    /// 3. Then the next wait begins, at `now`. It grows with each sending, by a millisecond at least, until it is
    ///    [`MAX_BACKOFF`] times `timeout`, and then it stays there. Twice as long each time is what is usual.
    /// 4. A packet is sent [`MAX_SENDINGS`] times at most. When it is due once more, nothing is sent, and the state
    ///    becomes [`Sending::GaveUp`].
    /// 5. In every state but [`Sending::Waiting`] nothing happens.
    ///
    /// # Errors
    /// None: to give up is a state.
    ///
    /// # Spec
    /// RFC 6298 section 5, rules 5.4 to 5.6 (send again, and double the wait); RFC 9293 section 3.8.3 (when to give up).
    pub fn on_time(&mut self, now: Duration, out: &mut Vec<Action>) {
        // SOLUTION: send the packet again if it is due, or give up
        let Sending::Waiting {
            packet,
            times,
            wait,
            due,
        } = &mut self.state
        else {
            return;
        };
        if now < *due {
            return;
        }
        if *times == MAX_SENDINGS {
            self.state = Sending::GaveUp;
            return;
        }
        out.push(Action::send(self.peer.address, packet));
        *times += 1;
        *wait = (*wait * 2).min(self.timeout * MAX_BACKOFF);
        *due = now + *wait;
        // END SOLUTION
    }

    /// Takes a datagram that came from `from`, whatever it is and whoever wrote it.
    ///
    /// # Rules
    /// 1. What is no packet is dropped.
    /// 2. What does not come from the peer's address, with the peer's connection, is dropped. Anybody can write an
    ///    acknowledgement; nobody but the peer has been told the connection.
    /// 3. What is no acknowledgement is dropped.
    /// 4. All else is heard by [`Sender::on_acknowledgement`].
    /// 5. What is dropped changes nothing, and is not answered.
    ///
    /// # Errors
    /// None: on a network, bytes that make no sense are no error. They come every day.
    ///
    /// # Spec
    /// RFC 8085 section 5.1 (who sent it), and RFC 5961 section 1 (guessing what one has not seen).
    pub fn on_datagram(&mut self, from: SocketAddr, datagram: &[u8]) {
        // SOLUTION: hear acknowledgements of the peer, and drop everything else
        if let Ok(packet) = decode(datagram)
            && self.peer.wrote(from, &packet)
            && packet.body == Body::Acknowledgement
        {
            self.on_acknowledgement(packet.sequence);
        }
        // END SOLUTION
    }

    /// Until when nothing happens by itself.
    pub fn wait(&self) -> Wait {
        match self.state {
            Sending::Ready { .. } => Wait::Forever,
            Sending::Waiting { due, .. } => Wait::Until(due),
            Sending::Done | Sending::GaveUp => Wait::Over,
        }
    }
}

impl Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "the sender is not ready for another packet")
    }
}

impl Error for NotReady {}
