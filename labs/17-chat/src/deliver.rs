//! What a guest hears. Given: the crowd lab built it.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::wire::Line;

/// Sends the lines of a queue until the queue has ended, and then the end.
///
/// A guest that takes nothing is waited for, for each line `patience` at most.
pub async fn deliver(
    mut inbox: mpsc::Receiver<Line>,
    mut to: OwnedWriteHalf,
    patience: Duration,
) -> io::Result<()> {
    // A line is small and has to leave now, not when the one before it was acknowledged (RFC 1122 section 4.2.3.4).
    to.as_ref().set_nodelay(true)?;
    while let Some(line) = inbox.recv().await {
        let late = || io::Error::new(ErrorKind::TimedOut, "a guest takes nothing");
        timeout(patience, to.write_all(line.as_bytes()))
            .await
            .map_err(|_| late())??;
    }
    to.shutdown().await
}
