//! Which packet came, seen from the one that should come next.

/// What a data packet is to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The one that should come next.
    New,
    /// One that came before: its acknowledgement was lost or is late, or the network has doubled it or held it back.
    Again,
    /// One that should come later. An honest sender does not send it yet.
    Ahead,
}

/// Tells what the packet `sequence` is to a receiver that has had all before `expected`.
///
/// # Rules
/// 1. `expected` itself is new.
/// 2. Numbers go round: after 65,535 comes 0. The 32,767 numbers before `expected` came before, and the 32,767 after it
///    are ahead, wherever on the circle `expected` stands.
/// 3. The number just opposite, 32,768 away, may be either of the two, but never new.
///
/// ```
/// # use solution_stop_and_wait::{Arrival, arrival};
/// assert_eq!(arrival(7, 6), Arrival::Again);
/// assert_eq!(arrival(0, 65_535), Arrival::Again);
/// assert_eq!(arrival(65_535, 0), Arrival::Ahead);
/// ```
///
/// # Errors
/// None: every number is somewhere on the circle.
///
/// # Spec
/// RFC 1982 section 3.2 (comparison of serial numbers); RFC 9293 section 3.4 (TCP's are compared in the same way).
pub fn arrival(expected: u16, sequence: u16) -> Arrival {
    // SOLUTION: measure how far the one is behind the other, on a circle
    match expected.wrapping_sub(sequence) {
        0 => Arrival::New,
        1..0x8000 => Arrival::Again,
        0x8000.. => Arrival::Ahead,
    }
    // END SOLUTION
}
