//! The bench: what the hidden tests are written with.
//!
//! A test starts the learner's program, talks to it over sockets and pipes, and says what it expects. The
//! bench records every byte and tells the story; when something unexpected happens, it asks the system for
//! the facts, names a cause, writes the report and the wire record, and ends the test.
//!
//! - [`Bench`] and what it hands out: [`Program`] (begun in `starting`, heard in `output` and `lines`), [`Connection`]
//!   (`sending`, `expecting`, `receive`; `paced` for ends that are slow on purpose), [`Door`].
//! - For datagrams: [`DatagramPeer`], and [`Network`], which loses, doubles and reorders them by the seed. Their sockets
//!   are `endpoint`s.
//! - `stage`: one event loop, no threads; every wait of a test is a turn of it. `quiet` says when to give up.
//! - `blame`: from what was seen to one of the [`causes`].
//! - [`wire`]: the record, as text and as pcapng.
//!
//! A failure unwinds without a message, because the report says it all. A plain panic in a test is the
//! course's own bug: no report is written then, and the runner says that the step could not be graded.

mod bench;
mod blame;
mod captured;
pub mod causes;
mod connection;
mod datagram;
mod door;
mod endpoint;
mod expecting;
mod hex;
mod lines;
mod network;
mod output;
mod paced;
mod program;
mod quiet;
mod receive;
mod sending;
mod setup;
mod stage;
mod starting;
mod story;
mod system;
pub mod wire;

pub use bench::Bench;
pub use causes::CauseId;
pub use connection::Connection;
pub use datagram::DatagramPeer;
pub use door::Door;
pub use endpoint::Datagram;
pub use network::{Direction, Faults, Network};
pub use program::Program;
pub use setup::Setup;
pub use starting::Starting;
pub use wire::Fate;

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;
