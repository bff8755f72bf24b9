//! Letters with an edge: each is sent alone, comes whole or not at all, perhaps twice, perhaps late, and from anybody.
//!
//! Nine functions, one for each step, and the commands that call them:
//!
//! ```text
//! serve                                        serve, shop
//! listen_for                                   wait, ask, ping
//! take                                         hear
//! Tally::came                                  count, ping
//! Rto::sample                                  rto, karn
//! Retransmission::answered -> Rto::sample      karn
//! Probe::answered_by                           ask, ping
//! Shop::answer                                 shop
//! ping -> listen_for, Probe::answered_by, Tally::came
//! ```
//!
//! What counts and what waits is never told what time it is by a clock of its own: time is an argument, as a
//! [`Duration`](std::time::Duration) since some beginning. So an hour can be tried in a microsecond.

mod listen;
mod ping;
mod probe;
mod retransmission;
mod rto;
mod serve;
mod shop;
mod take;
mod tally;

pub use listen::listen_for;
pub use ping::{Plan, ping};
pub use probe::{HEADER, Probe};
pub use retransmission::Retransmission;
pub use rto::{GRANULARITY, MAX_RTO, MIN_RTO, Rto};
pub use serve::serve;
pub use shop::{AMPLIFICATION, MAX_GOODS, Order, Reply, Secret, Shop};
pub use take::{Taken, take};
pub use tally::{Came, Tally};

/// The most that one datagram can hold over IPv4: 65,535 bytes less 20 for IP and 8 for UDP.
pub const MAX_DATAGRAM: usize = 65_507;

/// Says on stderr what went wrong with one client; the others go on.
pub fn tell(what: impl std::fmt::Display) {
    use std::io::Write;
    // Nobody may be there to read it, which is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{what}");
}
