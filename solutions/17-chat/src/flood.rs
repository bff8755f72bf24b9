//! How much one guest may say.

use std::time::{Duration, Instant};

/// How many lines one guest may send. Each guest has their own: a clone of a fresh one.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// Lines that may come at once.
    burst: u32,
    /// What a line costs, in time.
    every: Duration,
    // SOLUTION ONLY
    /// When all that was said will have worn off.
    paid_at: Option<Instant>,
    // END SOLUTION
}

impl Allowance {
    /// Given: nothing has been said yet.
    pub fn new(burst: u32, every: Duration) -> Self {
        Self {
            burst,
            every,
            // SOLUTION ONLY
            paid_at: None,
            // END SOLUTION
        }
    }

    /// Whether a line that comes at `now` may pass. If so, it is counted.
    ///
    /// A line that passes is a debt of `every`, and debts wear off with time: after a second there is a second less. A line
    /// passes if the debt with it is at most `burst` times `every`.
    ///
    /// # Rules
    /// 1. After a silence `burst` lines pass at once, and no further one.
    /// 2. From then on one passes each `every`. No part of that time is lost, however often somebody tries in between.
    /// 3. A longer silence earns no more than that: the debt is never less than nothing.
    /// 4. A line that does not pass costs nothing.
    ///
    /// Times are arguments, so that this can be tried without waiting: `flood --burst N --every-ms N`.
    ///
    /// ```
    /// # use solution_chat::Allowance;
    /// # use std::time::{Duration, Instant};
    /// let (now, second) = (Instant::now(), Duration::from_secs(1));
    /// let mut allowance = Allowance::new(2, second);
    /// assert!(allowance.take(now));
    /// assert!(allowance.take(now));
    /// assert!(!allowance.take(now));
    /// assert!(allowance.take(now + second));
    /// ```
    ///
    /// Not tested: a `now` before the last one; a `burst` of 0.
    ///
    /// # Spec
    /// RFC 1459 section 8.10 (flood control of clients: a timer that runs ahead by two seconds a message, ten at most).
    pub fn take(&mut self, now: Instant) -> bool {
        // SOLUTION: let the debt wear off, and see whether there is room for one line more
        let paid_at = self.paid_at.map_or(now, |paid_at| paid_at.max(now)) + self.every;
        let passes = paid_at - now <= self.every * self.burst;
        if passes {
            self.paid_at = Some(paid_at);
        }
        passes
        // END SOLUTION
    }
}
