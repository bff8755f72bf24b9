//! Runs a program that is not trusted, and tells how it ended.
//!
//! [`Kept`] starts a program under the small binary `keeper` (`main.rs`), which does what the starting
//! process must not do to itself: it becomes the parent of every orphan below it, sets the limits, and
//! kills whatever is left when the program ends or when the starter goes away.
//!
//! The runner keeps each hidden test this way, and each hidden test keeps the learner's program.
//! [`report`] is what the two tell each other about a step.

pub mod family;
mod kept;
pub mod protocol;
pub mod report;

pub use kept::{Ended, How, Kept, Limits, Start, wait_readable};
