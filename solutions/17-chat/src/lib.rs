//! A chat: a server through which many people talk at once, and a client for one of them.
//!
//! Its one idea: **one task owns the room**. Nobody else touches it, so there is no lock. Everybody sends it a message
//! through one channel, and it puts what each of them is to hear into that guest's own bounded queue, without ever waiting.
//!
//! ```text
//!   ada --- visit --\                             /--[ | | | | ]--> ada
//!   bob --- visit ---+-- Act, one channel --> host --[ | | | | ]--> bob
//!   eve --- visit --/                             \--[ | | | | ]--> eve
//! ```
//!
//! Both sides speak in lines of UTF-8. Here Ada comes into a room in which Bob is:
//!
//! ```text
//! -> ada                      her first line is the name that she wants
//! <- welcome ada hall         (Bob hears: joined ada)
//! -> good morning             (Bob hears: said ada good morning)
//! <- said bob tea at four?
//! -> /tell bob yes            (Bob, and nobody else, hears: told ada yes)
//! -> /who
//! <- here ada bob
//! -> /room attic              (Bob hears: left ada)
//! <- welcome ada attic
//! -> /sing
//! <- sorry this is not a command I know: /sing
//! ```
//!
//! Ten functions, one for each step:
//!
//! ```text
//! until_stopped                        serve --drain-ms N
//!   '-> serve                          a task a guest
//!         '-> visit                    one guest, from the first byte to the last
//!               |-> harmless           what no terminal should be sent
//!               |-> Allowance::take    serve --burst N --every-ms N
//!               |-> deliver (given)    what the guest hears
//!               '-> Act, to the host's channel
//! host                                 the task that owns the room; serve --queue N
//!   |-> Hall::on_line                  who hears what
//!   |     |-> Hall::join
//!   |     '-> Hall::command
//!   '-> Hall::leave (given)
//! talk -> harmless                     join ADDR NAME
//! ```

mod deliver;
mod door;
mod flood;
mod hall;
mod harmless;
mod host;
mod stop;
mod talk;
mod visit;
mod wire;

pub use deliver::deliver;
pub use door::{PAUSE, serve, tell};
pub use flood::Allowance;
pub use hall::{Delivery, FIRST_ROOM, Guest, GuestId, Hall, MAX_NAME, Refusal};
pub use harmless::harmless;
pub use host::{Act, host};
pub use stop::{Badge, Guests, Signals, until_stopped};
pub use talk::talk;
pub use visit::{House, visit};
pub use wire::{Command, Line, Lines, MAX_LINE, MAX_NEWS, News, io_error, lines};
