//! A file over UDP, whole: one packet at a time, again until it is acknowledged.
//!
//! Both ends are state machines that do no I/O. They are given packets and the time, and they push what is to be done
//! onto a list: [`Action`]. So a test says what time it is, and an hour passes in no time. The same two machines run
//! over UDP with [`drive`].
//!
//! ```text
//! sender                               receiver
//!   Ready                                Listening
//!     | offer: send, wait                  | the first packet of a transfer
//!     v                                    v
//!   Waiting <-. on_time: send again      Open <--. receive: write, acknowledge
//!     |   |   '                            |  |  '
//!     |   '--> GaveUp                      |  '--> GaveUp
//!     | on_acknowledgement                 | the last packet
//!     v                                    v
//!   Ready, or Done after the last        Lingering --> Done
//! ```
//!
//! Eleven functions, one for each step:
//!
//! ```text
//! drive                                    send, receive
//!   |-> Sender::on_datagram                play sender
//!   |     |-> decode                       unpack
//!   |     '-> Sender::on_acknowledgement   play sender
//!   |-> Sender::offer                      play sender
//!   |-> Sender::on_time                    play sender
//!   |-> Receiver::on_datagram              play receiver
//!   |     |-> decode
//!   |     |-> Receiver::receive            play receiver --expect N
//!   |     |     '-> arrival                arrival
//!   |     '-> Receiver::linger             play receiver --last N
//!   '-> encode                             pack
//! ```

mod drive;
mod packet;
mod receiver;
mod sender;
mod sequence;
mod wire;

pub use drive::{Action, End, Peer, Wait, drive};
pub use packet::{Body, HEADER, MAX_PACKET, MAX_PAYLOAD, Packet, Refusal, decode, encode};
pub use receiver::{Receiver, Receiving};
pub use sender::{MAX_BACKOFF, MAX_SENDINGS, NotReady, Sender, Sending};
pub use sequence::{Arrival, arrival};
pub use wire::Wire;
