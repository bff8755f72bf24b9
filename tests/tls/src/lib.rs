//! Certificates for the course: a chain that is right, and chains that are each wrong in one way.

mod authority;
mod write;

pub use authority::{Certificates, Chain};
pub use write::write;
