//! A server that gives every byte back, a client that talks and listens at once, and a relay between two
//! connections.
//!
//! `->` is what a client says, `<-` what it hears. Three conversations, one program:
//!
//! ```text
//! serve    -> any bytes, as many as the client likes      send      what you type    ->  the server
//!          <- the same bytes, while more are coming                 what it answers  <-  the server
//!          -> the end ("no more from me")
//!          <- the end, after the last byte                Both at once, until both have said their end.
//!
//! relay    near -> relay -> far      each direction for itself:
//!          near <- relay <- far      the end of one is not the end of the other
//! ```
//!
//! Nine functions, one for each step:
//!
//! ```text
//! open -> serve -> welcome (given) -> echo          one client: `echo`; then many: `serve`
//!           |         |-> let_go_when_idle          serve --idle-ms N
//!           |         '-> Gate::enter               serve --max N
//!           '-> pause_after                         when a client could not be accepted
//! converse                                          send
//! open -> serve -> relay -> pass_on, twice          relay
//! ```

mod door;
mod gate;
mod guest;
mod relay;
mod send;

pub use door::{LONGEST_PAUSE, SHORTEST_PAUSE, Visit, open, pause_after, serve, tell};
pub use gate::{Gate, Pass};
pub use guest::{echo, let_go_when_idle};
pub use relay::{pass_on, relay};
pub use send::converse;
