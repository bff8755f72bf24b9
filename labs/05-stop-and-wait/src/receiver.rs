//! The receiver: writes each packet once, and acknowledges it as often as it comes.

use std::net::SocketAddr;
use std::time::Duration;

use crate::{Action, Arrival, Body, Packet, Peer, Wait, arrival, decode};

/// The other end of a transfer: the one that wants the file.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// How long it waits for a packet, once a transfer has begun.
    pub patience: Duration,
    pub state: Receiving,
}

/// What a receiver is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiving {
    /// No transfer has begun.
    Listening,
    /// The packet `expected` should come next, from `peer`. At `until` there is no more patience.
    Open {
        peer: Peer,
        expected: u16,
        until: Duration,
    },
    /// Everything is written; `last` was the number of the last packet. Its acknowledgement may be lost, so the receiver
    /// stays until nothing has come for so long that the sender seems to have it.
    Lingering {
        peer: Peer,
        last: u16,
        until: Duration,
    },
    /// The file is whole.
    Done,
    /// The sender fell silent in the middle of the file.
    GaveUp,
}

impl Receiver {
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            state: Receiving::Listening,
        }
    }

    /// Given: hears a data packet of the transfer that has begun.
    pub fn on_data(
        &mut self,
        now: Duration,
        sequence: u16,
        last: bool,
        payload: &[u8],
        out: &mut Vec<Action>,
    ) {
        match self.state {
            Receiving::Open { .. } => self.receive(now, sequence, last, payload, out),
            Receiving::Lingering { .. } => self.linger(now, Some(sequence), out),
            Receiving::Listening | Receiving::Done | Receiving::GaveUp => {}
        }
    }

    /// Given: looks at the clock.
    pub fn on_time(&mut self, now: Duration, out: &mut Vec<Action>) {
        match self.state {
            Receiving::Open { until, .. } if now >= until => self.state = Receiving::GaveUp,
            Receiving::Lingering { .. } => self.linger(now, None, out),
            _ => {}
        }
    }

    /// Hears a data packet while the file is not whole. The state is [`Receiving::Open`].
    ///
    /// # Rules
    /// 1. A packet that is [`Arrival::New`] is written and then acknowledged, in this order: an acknowledgement is a
    ///    promise. From then on the next number is expected; after 65,535 comes 0.
    /// 2. One that is [`Arrival::Again`] is not written. If its number is the one before `expected`, it is acknowledged:
    ///    the sender may have heard nothing yet, and waits. An older one may be acknowledged or not.
    /// 3. One that is [`Arrival::Ahead`] is neither written nor acknowledged, and changes nothing, whatever it says of
    ///    itself.
    /// 4. An acknowledgement has the number of the packet that came, an older one's too, and the connection of the peer,
    ///    and goes to the peer's address. One packet has one acknowledgement at most.
    /// 5. Each packet that is new or comes again renews the patience, an older one too, acknowledged or not: `until`
    ///    becomes `now + patience`.
    /// 6. After the new packet that is the `last`, the state is [`Receiving::Lingering`] with its number. No other packet
    ///    leads there.
    ///
    /// What is written may be written in pieces. An empty payload need not be written, but may be.
    ///
    /// # Errors
    /// None.
    ///
    /// # Spec
    /// RFC 9293 section 3.10.7.4 (TCP too acknowledges a segment that it has had, and drops it).
    pub fn receive(
        &mut self,
        now: Duration,
        sequence: u16,
        last: bool,
        payload: &[u8],
        out: &mut Vec<Action>,
    ) {
        todo!("write what is new, and acknowledge what came")
    }

    /// Stays when the file is whole: `heard` is the number of a data packet that came, or none if only time has passed.
    /// The state is [`Receiving::Lingering`].
    ///
    /// # Rules
    /// 1. If the last packet comes again, its acknowledgement was lost. It is acknowledged again, once, and the patience
    ///    is renewed: `until` becomes `now + patience`. This holds whatever the time is.
    /// 2. A packet from before the last one came late. It may be acknowledged with its own number or not, and may renew
    ///    the patience or not.
    /// 3. Any other number changes nothing and is not answered.
    /// 4. If nothing was heard and `now` is `until` or later, the state becomes [`Receiving::Done`]; before that, nothing
    ///    happens. A packet, whichever it is, is not the end.
    /// 5. Nothing is written any more.
    ///
    /// # Errors
    /// None.
    ///
    /// # Spec
    /// RFC 9293 section 3.10.7.4, TIME-WAIT: "acknowledge it, and restart the 2 MSL timeout".
    pub fn linger(&mut self, now: Duration, heard: Option<u16>, out: &mut Vec<Action>) {
        todo!("answer again while there is patience, then be done")
    }

    /// Takes a datagram that came from `from`, whatever it is and whoever wrote it.
    ///
    /// # Rules
    /// 1. What is no packet, and what is no data, is dropped.
    /// 2. In [`Receiving::Listening`], a packet that is the `first` of a transfer begins it: whoever wrote it is the peer,
    ///    by address and connection, and its number is expected. The state becomes [`Receiving::Open`] with
    ///    `now + patience`. Every other packet is dropped.
    /// 3. From then on, what does not come from the peer's address, with the peer's connection, is dropped. In
    ///    [`Receiving::Done`] and [`Receiving::GaveUp`] everything is: one receiver takes one file.
    /// 4. What is left, the packet that began the transfer too, is heard by [`Receiver::on_data`], whatever the time is:
    ///    to look at the clock is for [`Receiver::on_time`].
    /// 5. What is dropped changes nothing, and is not answered.
    ///
    /// # Errors
    /// None.
    ///
    /// # Spec
    /// RFC 8085 section 5.1 (who sent it); RFC 9293 section 3.5 (why TCP begins with three segments and not with one).
    pub fn on_datagram(
        &mut self,
        now: Duration,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Action>,
    ) {
        todo!("take the first packet's sender for the peer, and hear nobody else")
    }

    /// Until when nothing happens by itself.
    pub fn wait(&self) -> Wait {
        match self.state {
            Receiving::Listening => Wait::Forever,
            Receiving::Open { until, .. } | Receiving::Lingering { until, .. } => {
                Wait::Until(until)
            }
            Receiving::Done | Receiving::GaveUp => Wait::Over,
        }
    }
}
