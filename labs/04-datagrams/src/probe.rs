//! A question with a number and a time in it.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::time::Duration;

/// The length of a probe.
pub const HEADER: usize = 20;

/// A question to which the answer is the same bytes.
///
/// ```text
///    0        4                 12                20
///   +--------+-----------------+-----------------+
///   | number | sent            | secret          |      the highest byte first
///   +--------+-----------------+-----------------+
///     4        8, microseconds   8
/// ```
///
/// Only whoever has the question, the secret with it, can give the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    pub number: u32,
    /// When it is sent, on the sender's own clock.
    pub sent: Duration,
    pub secret: u64,
}

impl Probe {
    /// Given: a probe with a secret that nobody can guess.
    pub fn new(number: u32, sent: Duration) -> Self {
        Self {
            number,
            // The standard library's only source of randomness: each has keys of its own.
            secret: RandomState::new().hash_one((number, sent)),
            sent,
        }
    }

    /// Given: as it goes over the wire.
    pub fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(&self.number.to_be_bytes());
        bytes[4..12].copy_from_slice(&(self.sent.as_micros() as u64).to_be_bytes());
        bytes[12..].copy_from_slice(&self.secret.to_be_bytes());
        bytes
    }

    /// How long the round trip took, if this datagram answers this probe.
    ///
    /// The probe was sent to `asked`. `from` is where the datagram says that it comes from, and `now` is when it came,
    /// on the clock of `sent`.
    ///
    /// # Rules
    /// 1. Only `asked` can answer: the same address and the same port.
    /// 2. The answer is the bytes of the question, all of them and no more. Anything else is no answer: a sender on an
    ///    envelope can be forged, and then it is the secret that tells.
    /// 3. The round trip is the time from `sent` to `now`, not rounded.
    /// 4. No datagram, of whatever length and content, is an error, or worth a panic.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use lab_datagrams::Probe;
    /// let (ada, eve) = ("192.0.2.1:7000".parse().unwrap(), "192.0.2.2:7000".parse().unwrap());
    /// let ms = Duration::from_millis;
    /// let probe = Probe::new(1, ms(20));
    /// assert_eq!(probe.answered_by(ada, ada, &probe.to_bytes(), ms(25)), Some(ms(5)));
    /// assert_eq!(probe.answered_by(ada, eve, &probe.to_bytes(), ms(25)), None);
    /// assert_eq!(probe.answered_by(ada, ada, b"12:00", ms(25)), None);
    /// ```
    ///
    /// # Spec
    /// RFC 5452 section 9.1 (for DNS: who answers, from where, with which number); RFC 8085 section 5.1 (what strangers inject).
    pub fn answered_by(
        self,
        asked: SocketAddr,
        from: SocketAddr,
        bytes: &[u8],
        now: Duration,
    ) -> Option<Duration> {
        todo!("from whom it was asked, the bytes that were asked, and how long it took")
    }
}
