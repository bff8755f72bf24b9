//! When a wait is given up: nothing happens, and nothing will.

use std::time::{Duration, Instant};

use crate::stage::Stage;
use crate::system;

/// How long nothing at all may happen before a wait is given up: the programs sleep and no byte moves.
pub const STUCK: Duration = Duration::from_secs(2);

/// How often the system is asked whether the programs sleep.
pub const LOOK: Duration = Duration::from_millis(100);

/// Why a wait ended without what was waited for.
#[derive(Debug, Clone, Copy)]
pub struct Stopped {
    pub reason: Reason,
    pub waited: Duration,
    /// CPU time of all programs during the wait, where the system tells.
    pub cpu: Option<Duration>,
    /// Bytes that moved during the wait, in any direction.
    pub moved: u64,
    /// They ran, or wanted to, at most of the looks: on a busy machine that says more than their CPU time.
    pub awake: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The window that the test gave is over.
    Window,
    /// The step's time is over.
    Deadline,
    /// The programs sleep and nothing moves: waiting longer would change nothing.
    Stuck,
}

/// For how long nothing has happened.
pub struct Quiet {
    looks: u32,
    /// At how many of them a program did not sleep.
    awake: u32,
    since: Instant,
    next_look: Instant,
    moved: u64,
    cpu: Option<Duration>,
}

impl Quiet {
    /// Whether the programs were busy at most looks, however little of a processor they were given.
    pub fn was_awake(&self) -> bool {
        self.looks >= 5 && 2 * self.awake > self.looks
    }

    pub fn since(now: Instant, moved: u64, cpu: Option<Duration>) -> Self {
        Self {
            looks: 0,
            awake: 0,
            since: now,
            next_look: now + LOOK,
            moved,
            cpu,
        }
    }

    pub fn look(&mut self, now: Instant, stage: &Stage) -> Duration {
        if now >= self.next_look {
            self.next_look = now + LOOK;
            let cpu = stage.cpu();
            let asleep = stage
                .running()
                .all(|p| system::asleep(p.kept.pid()) == Some(true));
            self.looks += 1;
            self.awake += u32::from(!asleep);
            if !asleep || cpu != self.cpu || stage.moved != self.moved {
                (self.since, self.moved, self.cpu) = (now, stage.moved, cpu);
            }
        }
        now - self.since
    }
}
