//! Counting what a road has done to letters with numbers.

use std::collections::BTreeSet;

/// What the arrival of a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// For the first time, and none with a higher number came before it.
    New,
    /// For the first time, after one with a higher number.
    Late,
    /// Not for the first time.
    Again,
    /// It was never sent.
    Unknown,
}

/// Three counts that must not be mixed up: what was lost, what came twice, what came late.
#[derive(Debug, Default)]
pub struct Tally {
    /// The numbers that were sent.
    sent: BTreeSet<u32>,
    /// Those of them that have come.
    came: BTreeSet<u32>,
    doubled: u32,
    late: u32,
}

impl Tally {
    /// Given: nothing has been sent.
    pub fn new() -> Self {
        Self::default()
    }

    /// Given: a letter with this number was sent.
    pub fn sent(&mut self, number: u32) {
        self.sent.insert(number);
    }

    /// Counts a letter that has come, and says what it means.
    ///
    /// # Rules
    /// 1. A number that was never sent is [`Came::Unknown`], and counts nowhere: it is no higher one for rule 3 either.
    /// 2. A number that has come before is [`Came::Again`], and one more in `doubled`. It is not late, too.
    /// 3. A number that comes for the first time is in `came` from now on. If a higher one is there already, it is
    ///    [`Came::Late`], and one more in `late`; else it is [`Came::New`].
    ///
    /// What is lost needs no count: it is what was sent and did not come, and may still come.
    ///
    /// ```
    /// # use solution_datagrams::{Came, Tally};
    /// let mut tally = Tally::new();
    /// for number in 1..=4 {
    ///     tally.sent(number);
    /// }
    /// assert_eq!(tally.came(1), Came::New);
    /// assert_eq!(tally.came(3), Came::New);
    /// assert_eq!(tally.lost(), 2);
    /// assert_eq!(tally.came(2), Came::Late);
    /// assert_eq!(tally.came(2), Came::Again);
    /// assert_eq!((tally.lost(), tally.doubled(), tally.late()), (1, 1, 1));
    /// ```
    ///
    /// # Spec
    /// RFC 4737 section 3 (a packet is reordered if one with a higher number came before it), RFC 5560 (duplicates).
    pub fn came(&mut self, number: u32) -> Came {
        // SOLUTION: tell apart what is new, late, again or unknown, and count it
        if !self.sent.contains(&number) {
            return Came::Unknown;
        }
        let late = self.came.last().is_some_and(|highest| number < *highest);
        if !self.came.insert(number) {
            self.doubled += 1;
            Came::Again
        } else if late {
            self.late += 1;
            Came::Late
        } else {
            Came::New
        }
        // END SOLUTION
    }

    /// Given: how many were sent.
    pub fn all(&self) -> usize {
        self.sent.len()
    }

    /// Given: how many of them have come, each counted once.
    pub fn arrived(&self) -> usize {
        self.came.len()
    }

    /// Given: how many have not come so far.
    pub fn lost(&self) -> usize {
        self.sent.difference(&self.came).count()
    }

    /// Given: how many copies too many have come.
    pub fn doubled(&self) -> u32 {
        self.doubled
    }

    /// Given: how many came after one with a higher number.
    pub fn late(&self) -> u32 {
        self.late
    }
}
