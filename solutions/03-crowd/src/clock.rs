//! Time: the heartbeat, and the end of patience.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

/// Given: the clock. Everybody who holds the receiver is told the time every `every`, in milliseconds since now.
///
/// A `watch` keeps the newest value only: who was busy sees one change, however many there were.
pub fn heartbeat(every: Duration) -> watch::Receiver<u64> {
    let (say, beats) = watch::channel(0);
    tokio::spawn(async move {
        let began = Instant::now();
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once.
        ticks.tick().await;
        loop {
            ticks.tick().await;
            let ms = began.elapsed().as_millis() as u64;
            if say.send(ms).is_err() {
                return;
            }
        }
    });
    beats
}

/// Waits for `what`, but not longer than `until`.
///
/// # Rules
/// 1. If `what` is ready in time, its result is returned at once, whether it is good or an error.
/// 2. If it is not, the call returns an error at `until`, and `what` is dropped: nobody goes on with it.
/// 3. No thread is held up meanwhile.
///
/// ```
/// # use solution_crowd::in_time;
/// # use std::{future, io, time::Duration};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let soon = tokio::time::Instant::now() + Duration::from_millis(20);
/// assert_eq!(in_time(soon, async { Ok(7) }).await?, 7);
/// let error = in_time::<()>(soon, future::pending()).await.unwrap_err();
/// assert_eq!(error.kind(), io::ErrorKind::TimedOut);
/// # io::Result::Ok(())
/// # })?;
/// # io::Result::Ok(())
/// ```
///
/// # Errors
/// - [`ErrorKind::TimedOut`] if `until` came first.
/// - any [`io::Error`] of `what`, as it is.
///
/// # Spec
/// RFC 9293 section 3.8.4 (the application knows best how long silence may last).
pub async fn in_time<T>(
    until: Instant,
    what: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    // SOLUTION: wait for it until then
    timeout_at(until, what)
        .await
        .unwrap_or_else(|_| Err(io::Error::new(ErrorKind::TimedOut, "nothing came in time")))
    // END SOLUTION
}
