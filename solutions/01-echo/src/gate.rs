//! The gate: at most so many guests at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the guests who are in.
pub struct Gate {
    places: usize,
    taken: Arc<AtomicUsize>,
}

/// A place, held for as long as this value lives.
pub struct Pass {
    taken: Arc<AtomicUsize>,
}

impl Gate {
    /// Given: a gate with `places` places, all of them free.
    pub fn new(places: usize) -> Self {
        let taken = Arc::new(AtomicUsize::new(0));
        Self { places, taken }
    }

    /// Takes a place, if there is one.
    ///
    /// Who gets `None` is closed at once, without a byte: it costs no thread and does not wait (`main.rs` does that).
    /// This step is two functions: this one, and `drop` below.
    ///
    /// # Rules
    /// 1. Never more than `places` passes live at the same time, however many threads ask.
    /// 2. A place is free again when its pass is dropped, and not before: whether the guest said goodbye, broke the
    ///    connection or made its thread panic.
    /// 3. Nobody waits here.
    ///
    /// ```
    /// # use solution_echo::Gate;
    /// let gate = Gate::new(1);
    /// let pass = gate.enter().expect("a place is free");
    /// assert!(gate.enter().is_none());
    /// drop(pass);
    /// assert!(gate.enter().is_some());
    /// ```
    ///
    /// Not tested: two threads that ask at the same moment; which comes first for a guest who leaves, its closed connection or its free place.
    ///
    /// # Spec
    /// RFC 4732 section 2.1.2 (application resource exhaustion: simultaneous connections are a resource).
    pub fn enter(&self) -> Option<Pass> {
        // SOLUTION: take a place and hand out a pass, or None
        // Looking and taking are one act: between a `load` and an `add` somebody else could take the place.
        self.taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |taken| {
                (taken < self.places).then_some(taken + 1)
            })
            .ok()?;
        Some(Pass {
            taken: Arc::clone(&self.taken),
        })
        // END SOLUTION
    }
}

impl Drop for Pass {
    /// Runs however a guest leaves: at the end of its visit, after `?`, and while a panic unwinds. It must not panic.
    fn drop(&mut self) {
        // SOLUTION ONLY
        self.taken.fetch_sub(1, Ordering::AcqRel);
        // END SOLUTION
    }
}
