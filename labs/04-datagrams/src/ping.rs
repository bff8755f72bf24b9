//! All of it together: questions with numbers, over whatever road there is.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use crate::{Came, Probe, Tally, listen_for};

/// How often to ask, and how long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub count: u32,
    pub wait: Duration,
}

/// Sends probes to `to`, and tells and counts what becomes of them.
///
/// `clock` says how much time has passed since some beginning. `tell` is given the number of a probe, what its answer
/// means, and how long the round trip took: from when that probe was sent to when this answer came.
///
/// # Rules
/// 1. Probes have the numbers 1 to `plan.count`, and each is sent once.
/// 2. One probe at a time is waited for, and it has `plan.wait` to be answered. When its answer is there, or that time is
///    over, the next one is sent.
/// 3. Every answer to any of these probes is counted and told as soon as it comes: also the second answer to one, also the
///    answer to one that was given up. Neither of these ends the wait for the newest probe.
/// 4. What is no answer is neither told nor counted. It ends no wait, and gives nobody more time.
/// 5. After the last one, it listens for `plan.wait` once more, whatever comes: what is late or comes twice is still on its
///    way.
///
/// Not tested: a wait that is a little longer than `plan.wait`; an error of sending.
///
/// # Errors
/// Those of the socket. That nothing came is none.
///
/// # Spec
/// RFC 4737 section 3 (late), RFC 5560 (twice), RFC 7680 section 2 (lost: it did not come in a time that is stated).
pub fn ping(
    socket: &UdpSocket,
    to: SocketAddr,
    plan: Plan,
    clock: impl Fn() -> Duration,
    mut tell: impl FnMut(u32, Came, Duration),
) -> io::Result<Tally> {
    todo!("send each probe, listen for it, and listen once more at the end")
}
