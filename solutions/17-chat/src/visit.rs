//! One guest, from the first byte to the last.

use std::future;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tokio::io::{copy, sink};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::deliver::deliver;
use crate::flood::Allowance;
use crate::hall::GuestId;
use crate::harmless::harmless;
use crate::host::Act;
use crate::stop::Badge;
use crate::wire::{self, MAX_LINE};

/// What every guest of the server shares. Given; each visit gets a clone.
#[derive(Clone)]
pub struct House {
    /// To the host.
    pub acts: mpsc::Sender<Act>,
    /// Places in each guest's queue.
    pub queue: usize,
    /// What each guest may say; nothing has been said yet.
    pub allowance: Allowance,
    /// How long a guest may take for their first line.
    pub name_time: Duration,
    /// How long a guest may take nothing.
    pub patience: Duration,
    /// Kept until the visit is over: it counts.
    pub badge: Badge,
}

impl House {
    /// Given: tells the host. An error if the host is done.
    pub async fn tell_host(&self, act: Act) -> io::Result<()> {
        let closed = |_| io::Error::new(ErrorKind::BrokenPipe, "the house is closed");
        self.acts.send(act).await.map_err(closed)
    }
}

/// Looks after one guest: the host hears what they say, and they hear what the host puts into their queue.
///
/// # Rules
/// 1. The first act is [`Act::Came`], with the sending end of a queue of `house.queue` places. Nobody else keeps an end of
///    it but [`deliver`], which sends what comes out of it, from now on and at the same time as everything below.
/// 2. Each line of the guest ([`wire::lines`], at most [`MAX_LINE`]) is an [`Act::Line`], as soon as it is there, in order,
///    and [`harmless`].
/// 3. But a line that the guest's own [`Allowance`] does not let pass is an [`Act::Sorry`] instead. Nobody else's allowance is
///    touched. A line costs the same whatever it says; the name is one.
/// 4. A line that is too long, or no UTF-8, is an [`Act::Sorry`], and then the guest is let go: no further line is heard.
/// 5. A guest whose first line has not come within `house.name_time` is let go; whether an [`Act::Sorry`] tells them why is
///    yours. After that line, whatever it said, they may be silent for ever.
/// 6. However a visit ends, [`Act::Gone`] is the last act, once: the guest's end, a reset, an error of [`deliver`], rules 4
///    and 5, or the end of the queue, by which the host lets a guest go.
/// 7. After that the visit waits for [`deliver`], if it is not done, also if the host is done already: the guest still gets
///    what lies in the queue. Meanwhile what the guest sends is read and thrown away, since a connection that is closed with
///    unread bytes in it ends with a reset, and that takes the last lines along. Then the connection is closed.
/// 8. The house, and with it the badge, is kept until then.
///
/// `visit --listen ADDR` on the command line takes one guest, plays the host, and prints the acts.
///
/// Not tested: a last line without its end; a task that is dropped or panics; how exactly the two times are kept, if they are
/// neither halved nor doubled; what a guest loses who sends something after the connection was closed.
///
/// # Errors
/// A guest who says the end, or whom the host lets go, is no error. Of several errors, any will do.
/// - [`ErrorKind::InvalidData`] for rule 4, [`ErrorKind::TimedOut`] for rule 5.
/// - any [`io::Error`] of reading, of [`deliver`] or of [`House::tell_host`], as it is.
///
/// # Spec
/// RFC 1459 section 8.7 (when a connection ends, the server tells the others in the guest's name); RFC 9293 section 3.6.1
/// (a connection that is closed with unread data in it is reset).
pub async fn visit(conn: TcpStream, guest: GuestId, house: House) -> io::Result<()> {
    // SOLUTION: listen and deliver at once, and tell the host of the end, however it comes
    let (mut from_guest, to_guest) = conn.into_split();
    let (outbox, inbox) = mpsc::channel(house.queue);
    house.tell_host(Act::Came { guest, outbox }).await?;
    let mut delivery = pin!(deliver(inbox, to_guest, house.patience));
    let (heard, delivered) = tokio::select! {
        heard = listen(&mut from_guest, guest, &house) => (heard, None),
        delivered = &mut delivery => (Ok(()), Some(delivered)),
    };
    // A host that is done has nobody left to tell. That is no reason to drop what is still to be delivered.
    let _ = house.tell_host(Act::Gone { guest }).await;
    let delivered = match delivered {
        Some(delivered) => delivered,
        None => tokio::select! {
            delivered = delivery => delivered,
            // Bytes that are unread when the connection is closed would make its end a reset.
            never = async { let _ = copy(&mut from_guest, &mut sink()).await; future::pending().await } => never,
        },
    };
    heard.and(delivered)
    // END SOLUTION
}

// SOLUTION ONLY
/// Tells the host what the guest says, until there is nothing more to hear.
async fn listen(from: &mut OwnedReadHalf, guest: GuestId, house: &House) -> io::Result<()> {
    let mut lines = wire::lines(from, MAX_LINE);
    let mut allowance = house.allowance.clone();
    let mut next = timeout(house.name_time, lines.next())
        .await
        .map_err(|_| io::Error::new(ErrorKind::TimedOut, "no name came in time"))?;
    while let Some(line) = next {
        let line = match line.map_err(wire::io_error) {
            Ok(line) => line,
            Err(error) => {
                if error.kind() == ErrorKind::InvalidData {
                    let why = error.to_string();
                    house.tell_host(Act::Sorry { guest, why }).await?;
                }
                return Err(error);
            }
        };
        let act = match allowance.take(Instant::now()) {
            true => Act::Line {
                guest,
                line: harmless(&line),
            },
            false => Act::Sorry {
                guest,
                why: "too many lines: nobody has heard this one".to_string(),
            },
        };
        house.tell_host(act).await?;
        next = lines.next().await;
    }
    Ok(())
}
// END SOLUTION
