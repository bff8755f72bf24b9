//! Work that blocks.

use std::io;

/// Does work that blocks, without holding up anybody else.
///
/// `work` is an ordinary function that takes its time: it never says `.await`, so nothing else can happen on its
/// thread until it returns. The tasks of all clients share a few threads.
///
/// # Rules
/// 1. `work` is called once, and its text returned.
/// 2. While it runs, no other task waits for it: everybody else hears the time and gets answers.
/// 3. The work of several clients goes on side by side; the short one does not wait for the long one.
/// 4. If `work` panics, that is an error. Nobody is disconnected, not even the client who asked.
///
/// ```
/// # use solution_crowd::answer_slowly;
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let text = answer_slowly(|| std::fs::read_to_string("Cargo.toml").unwrap()).await?;
/// assert!(text.starts_with("[package]"));
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
///
/// Not tested: a limit for works at the same time, as a real server has one; here it would have to be eight or more.
///
/// # Errors
/// - any [`io::Error`] with a text for the client, if `work` panicked.
///
/// # Spec
/// tokio, module documentation of `tokio::task`, "Blocking and Yielding".
pub async fn answer_slowly(work: impl FnOnce() -> String + Send + 'static) -> io::Result<String> {
    // SOLUTION: do the work where it may block, and say it if it panics
    tokio::task::spawn_blocking(work)
        .await
        // The error's own text would tell a client about the inside of the server.
        .map_err(|_| io::Error::other("the work broke off"))
    // END SOLUTION
}
