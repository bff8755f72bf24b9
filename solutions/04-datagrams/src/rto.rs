//! How long to wait before a letter is sent again.

use std::time::Duration;

/// G in RFC 6298: the grain of the clock.
pub const GRANULARITY: Duration = Duration::from_millis(1);
/// The time-out before anything is known (rule 2.1), and the least that it should ever be (rule 2.4).
pub const MIN_RTO: Duration = Duration::from_secs(1);
/// The most that it is (rule 2.5).
pub const MAX_RTO: Duration = Duration::from_secs(60);

/// The retransmission time-out.
#[derive(Debug, Clone)]
pub struct Rto {
    /// The least that `rto` is made.
    min: Duration,
    /// The smoothed round-trip time; `None` before the first sample.
    srtt: Option<Duration>,
    /// How much the round-trip time varies.
    rttvar: Duration,
    rto: Duration,
}

impl Rto {
    /// Given: nothing is known yet, so the time-out is one second.
    pub fn new(min: Duration) -> Self {
        Self {
            min,
            srtt: None,
            rttvar: Duration::ZERO,
            rto: MIN_RTO,
        }
    }

    /// Learns from a round trip that took `r`.
    ///
    /// # Rules
    /// 1. The first sample: SRTT is `r`, and RTTVAR is half of it.
    /// 2. Each one after it: RTTVAR becomes 3/4 RTTVAR + 1/4 |SRTT - `r`|, and SRTT becomes 7/8 SRTT + 1/8 `r`. The
    ///    SRTT in the first formula is the one from before.
    /// 3. Then the time-out is SRTT + the larger of [`GRANULARITY`] and 4 RTTVAR.
    /// 4. It is never less than `min`, and never more than [`MAX_RTO`].
    /// 5. Whatever it was before, also after a time-out, has no part in it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use solution_datagrams::Rto;
    /// let mut rto = Rto::new(Duration::ZERO);
    /// rto.sample(Duration::from_millis(100));
    /// assert_eq!(rto.rto(), Duration::from_millis(300));
    /// rto.sample(Duration::from_millis(100));
    /// assert_eq!(rto.rto(), Duration::from_millis(250));
    /// ```
    ///
    /// What is rounded off below a microsecond makes no difference.
    ///
    /// Not tested: a `min` above [`MAX_RTO`], which leaves no time-out that keeps rule 4.
    ///
    /// # Spec
    /// RFC 6298 section 2 (rules 2.2 to 2.5).
    pub fn sample(&mut self, r: Duration) {
        // SOLUTION: the three formulas of RFC 6298 section 2, and the two limits
        let srtt = match self.srtt {
            None => {
                self.rttvar = r / 2;
                r
            }
            Some(srtt) => {
                self.rttvar = (self.rttvar * 3 + srtt.abs_diff(r)) / 4;
                (srtt * 7 + r) / 8
            }
        };
        self.srtt = Some(srtt);
        let rto = srtt + GRANULARITY.max(self.rttvar * 4);
        self.rto = rto.max(self.min).min(MAX_RTO);
        // END SOLUTION
    }

    /// Given: the time ran out, and the next one is twice as long (rule 5.5).
    pub fn timed_out(&mut self) {
        self.rto = (self.rto * 2).min(MAX_RTO);
    }

    /// Given: how long to wait now.
    pub fn rto(&self) -> Duration {
        self.rto
    }

    /// Given: the smoothed round-trip time, once there is one.
    pub fn srtt(&self) -> Option<Duration> {
        self.srtt
    }

    /// Given: how much it varies.
    pub fn rttvar(&self) -> Duration {
        self.rttvar
    }
}
