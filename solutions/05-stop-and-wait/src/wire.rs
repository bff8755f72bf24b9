//! Given: a socket, a clock and a file, for an engine that has none of them.

use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use crate::{Action, MAX_PACKET, encode};

/// Between two waits of a receiver that waits for ever.
const LONG: Duration = Duration::from_secs(3600);

pub struct Wire {
    socket: UdpSocket,
    began: Instant,
    file: Box<dyn Write>,
}

impl Wire {
    /// Datagrams go through `socket`, what is written goes to `file`, and the time begins now.
    pub fn new(socket: UdpSocket, file: impl Write + 'static) -> Self {
        Self {
            socket,
            began: Instant::now(),
            file: Box::new(file),
        }
    }

    /// The time.
    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// Waits for the next datagram and says who wrote it; `None` once the time is `until`, even if more are waiting.
    /// Whoever is flooded still gets to look at the clock.
    pub fn receive(&self, until: Option<Duration>) -> io::Result<Option<(SocketAddr, Vec<u8>)>> {
        // One byte more than a packet may have: what is longer would be cut without a word.
        let mut datagram = [0; MAX_PACKET + 1];
        loop {
            let left = match until {
                Some(until) => until.saturating_sub(self.now()),
                None => LONG,
            };
            if left.is_zero() {
                return Ok(None);
            }
            self.socket.set_read_timeout(Some(left))?;
            match self.socket.recv_from(&mut datagram) {
                Ok((n, from)) => return Ok(Some((from, datagram[..n].to_vec()))),
                Err(error) if is_no_news(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends, or writes and flushes.
    pub fn carry_out(&mut self, action: Action) -> io::Result<()> {
        match action {
            Action::Send { to, packet } => self.socket.send_to(&encode(&packet), to).map(|_| ()),
            Action::Write(bytes) => {
                self.file.write_all(&bytes)?;
                self.file.flush()
            }
        }
    }
}

/// The time is up, a signal came, or an earlier datagram found nobody. None of these is a reason to stop.
fn is_no_news(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock
            | ErrorKind::TimedOut
            | ErrorKind::Interrupted
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
    )
}
