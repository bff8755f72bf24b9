//! Which answers say how long the road is.

use std::collections::HashMap;
use std::time::Duration;

use crate::Rto;

/// Letters that were sent and not answered yet, and what was learnt from those that were.
#[derive(Debug)]
pub struct Retransmission {
    pub rto: Rto,
    /// By number: when a letter was sent last, and how often it was sent.
    waiting: HashMap<u32, (Duration, u32)>,
}

impl Retransmission {
    /// Given: nothing has been sent.
    pub fn new(rto: Rto) -> Self {
        Self {
            rto,
            waiting: HashMap::new(),
        }
    }

    /// Given: the letter with this number was sent at `now`, for the first time or again.
    pub fn sent(&mut self, number: u32, now: Duration) {
        let (last, times) = self.waiting.entry(number).or_insert((now, 0));
        *last = now;
        *times += 1;
    }

    /// The letter with this number was answered at `now`: learns from that what can be learnt.
    ///
    /// Returns the sample that was taken, if one was.
    ///
    /// # Rules
    /// 1. If the letter was sent once, the sample is the time since then, and `rto` learns it.
    /// 2. If it was sent more than once, nobody knows which of them was answered: no sample is taken, and the time-out
    ///    stays as long as the time-outs have made it.
    /// 3. A letter is answered once. A second answer, or one to a letter that was never sent, is no sample. A number that
    ///    is sent again after its answer is a new letter.
    /// 4. An answer is about its own letter only: those before it still wait for theirs. It may come in the same moment.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use solution_datagrams::{Retransmission, Rto};
    /// let ms = Duration::from_millis;
    /// let mut letters = Retransmission::new(Rto::new(Duration::ZERO));
    /// letters.sent(1, ms(0));
    /// assert_eq!(letters.answered(1, ms(100)), Some(ms(100)));
    /// letters.sent(2, ms(1000));
    /// letters.sent(2, ms(2000));
    /// assert_eq!(letters.answered(2, ms(2100)), None);
    /// ```
    ///
    /// Not tested: a clock that runs backwards.
    ///
    /// # Spec
    /// RFC 6298 section 3 (Karn's algorithm); RFC 8085 section 3.1.1 asks the same of programs that use UDP.
    pub fn answered(&mut self, number: u32, now: Duration) -> Option<Duration> {
        // SOLUTION: a sample, if there is no doubt which letter was answered
        let (sent, times) = self.waiting.remove(&number)?;
        if times > 1 {
            return None;
        }
        let sample = now.saturating_sub(sent);
        self.rto.sample(sample);
        Some(sample)
        // END SOLUTION
    }
}
