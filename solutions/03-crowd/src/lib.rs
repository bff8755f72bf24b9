//! A server that says the time to everyone who is there, and answers whoever asks.
//!
//! This is the first lab with `async`. Its one idea: a **task** costs so little that each client has its own, and any
//! task can be dropped at any `.await`, which is both how things are stopped and how things are lost.
//!
//! Both sides speak in frames: a length of four bytes, the highest first, then so many bytes of UTF-8 text.
//!
//! ```text
//! -> 00 00 00 08  "echo Ada"             a question
//! <- 00 00 00 09  "time 1200"            a beat: milliseconds since the server began; nobody has to ask for it
//! <- 00 00 00 0a  "answer Ada"           the answer
//! -> 00 00 00 02  "hm"
//! <- 00 00 00 27  "sorry this is not a question I know: hm"
//! ```
//!
//! The questions are given, in `answers.rs`: `echo TEXT`, `say N`, `wait MS`, `work MS`, `fail MS`, `panic`.
//!
//! Ten functions, one for each step:
//!
//! ```text
//! until_stopped                                  serve --drain-ms N
//!   '-> serve                                    one task a client
//!         |-> Gate::enter                        serve --max N
//!         '-> attend                             one client
//!               |-> converse                     what it asks, and the time
//!               |     |-> in_time                serve --idle-ms N
//!               |     |-> Questions::next
//!               |     |-> answer (given) -> answer_slowly
//!               |     '-> Outbox::put            serve --queue N
//!               '-> deliver -> in_time           what it hears
//! ```

mod answers;
mod clock;
mod door;
mod letters;
mod questions;
mod stop;
mod visit;
mod wire;
mod work;

pub use answers::answer;
pub use clock::{heartbeat, in_time};
pub use door::{Gate, PAUSE, Pass, serve, tell};
pub use letters::{Outbox, Put, deliver, mailbox};
pub use questions::Questions;
pub use stop::{Badge, Guests, Signals, until_stopped};
pub use visit::{House, attend, converse, plain};
pub use wire::{LENGTH, Letter, MAX_QUESTION, MAX_TEXT, frame};
pub use work::answer_slowly;
