//! The client: one person's keyboard, one person's screen.

use std::future;
use std::io::{self, BufRead, Write};
use std::thread;

use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::harmless::harmless;
use crate::wire::{self, MAX_NEWS};

/// Takes part in a chat: sends what is typed, shows what comes, both at the same time.
///
/// A keyboard has no future to wait for: `read_line` blocks its thread until somebody presses Enter, and nothing can cancel
/// it. Someone may sit and read for an hour.
///
/// # Rules
/// 1. The first line that is sent is `name`.
/// 2. Each line of `keyboard` is sent as soon as it was typed, with LF, whether or not anything comes or ever came. The last
///    one may be without LF in `keyboard`; it is sent with it.
/// 3. Each line that comes ([`wire::lines`], at most [`MAX_NEWS`]) is written to `screen` at once, with LF, [`harmless`] and
///    flushed, whether or not anything is typed.
/// 4. When the keyboard ends, the server hears "no more from me", and what still comes is shown, however long it takes.
/// 5. When the server ends, so does this, at once: without another key being pressed.
/// 6. A file may be the keyboard. Of what was typed and not sent yet at most a thousand lines are kept, besides what `keyboard`
///    itself has read ahead; then the keyboard waits.
///
/// Not tested: a line that was typed and is too long for the server, is no UTF-8, or ends with CR LF; what became of a line
/// that was typed while the server ended, and an error of sending; that a line is not held back until the one before was
/// acknowledged (`deliver` says why it might be); a missing flush, since stdout flushes each line; the number in rule 6, if it
/// is not far too large.
///
/// # Errors
/// - [`io::ErrorKind::InvalidData`] if a line that comes is too long, or no UTF-8.
/// - any [`io::Error`] of reading from the connection or of writing to `screen`, as it is.
///
/// # Spec
/// RFC 9293 section 3.6 (each direction ends for itself).
pub async fn talk(
    name: &str,
    keyboard: impl BufRead + Send + 'static,
    conn: TcpStream,
    mut screen: impl Write,
) -> io::Result<()> {
    // SOLUTION: send what is typed and show what comes, at the same time
    let (from_server, mut to_server) = conn.into_split();
    let (typed, mut keys) = mpsc::channel(1);
    let name = name.to_string();
    // A thread that nobody waits for: it may sit in `read_line` when all else is done.
    thread::spawn(move || {
        let lines = keyboard.lines().map_while(Result::ok);
        for line in std::iter::once(name).chain(lines) {
            if typed.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let say = async {
        while let Some(line) = keys.recv().await {
            to_server.write_all(format!("{line}\n").as_bytes()).await?;
        }
        to_server.shutdown().await
    };
    let hear = async {
        let mut news = wire::lines(from_server, MAX_NEWS);
        while let Some(line) = news.next().await {
            let line = line.map_err(wire::io_error)?;
            writeln!(screen, "{}", harmless(&line))?;
            screen.flush()?;
        }
        Ok(())
    };
    tokio::select! {
        heard = hear => heard,
        // Whether it is all said or cannot be said: what there is to hear decides.
        never = async { let _ = say.await; future::pending().await } => never,
    }
    // END SOLUTION
}
