//! The host: the one task that owns the hall.

use std::collections::{HashMap, VecDeque};

use tokio::sync::mpsc;

use crate::hall::{Delivery, GuestId, Hall};
use crate::wire::{Line, News};

/// What happens at the door and at the tables. It comes through one channel, so there is an order.
#[derive(Debug)]
pub enum Act {
    /// Somebody has come, who has no name yet. What they are to hear goes into `outbox`.
    Came {
        guest: GuestId,
        outbox: mpsc::Sender<Line>,
    },
    /// They have sent a line.
    Line { guest: GuestId, line: String },
    /// They have done something that they are to hear about.
    Sorry { guest: GuestId, why: String },
    /// They have gone.
    Gone { guest: GuestId },
    /// The server stops.
    Stop,
}

/// Deals with one act after the other, until the server stops.
///
/// The hall is this task's own variable. So are the outboxes: each is the sending end of a bounded queue, in front of one
/// guest's connection.
///
/// When there is no place in a queue, there are four honest answers: wait, drop this line, drop an old one, or let the guest
/// go. Here the **policy** is the last, as on IRC: better one who reads too slowly has to come again than that a room
/// stands still, or somebody misses a line and does not know it.
///
/// # Rules
/// 1. [`Act::Line`] is for [`Hall::on_line`], [`Act::Gone`] for [`Hall::leave`], and [`Act::Sorry`] is a [`News::Sorry`] for
///    that guest.
/// 2. Each delivery goes into the outbox of everybody it is for, as [`News::line`]. What an act leads to is put before the
///    next act is looked at.
/// 3. The host waits for acts only, never for a guest. Who has no place for a line is let go, at once: the hall hears that
///    they leave, and their outbox is dropped. What lies in their queue stays theirs.
/// 4. That somebody leaves is news, and so may be too much for the next one: for them, the same rules hold.
/// 5. Who has gone, or was let go, hears nothing more, and what still comes from them is ignored.
/// 6. After [`Act::Stop`] everybody hears [`News::Bye`], also those without a name, if there is a place. Then the host is
///    done, and all queues end. It is also done when nobody is left who could send an act.
///
/// `host --queue N` on the command line comes, says, takes and goes, a line each.
///
/// # Spec
/// RFC 1459 section 8.4 (better to close a slow connection than to have the server wait; a queue has a limit), 8.3.
pub async fn host(mut acts: mpsc::Receiver<Act>) {
    // SOLUTION: take acts, ask the hall what follows, and put it into the queues without waiting
    let mut hall = Hall::default();
    let mut outboxes = HashMap::new();
    while let Some(act) = acts.recv().await {
        let deliveries = match act {
            Act::Came { guest, outbox } => {
                outboxes.insert(guest, outbox);
                continue;
            }
            // Who was let go has no name any more, and what they say would be taken for one.
            Act::Line { guest, .. } if !outboxes.contains_key(&guest) => continue,
            Act::Line { guest, line } => hall.on_line(guest, &line),
            Act::Sorry { guest, why } => vec![Delivery {
                to: vec![guest],
                news: News::Sorry(why),
            }],
            Act::Gone { guest } => {
                outboxes.remove(&guest);
                hall.leave(guest)
            }
            Act::Stop => {
                let bye = News::Bye.line();
                for outbox in outboxes.values() {
                    // Who has no place for it will see the end of the connection.
                    let _ = outbox.try_send(bye.clone());
                }
                return;
            }
        };
        hand_out(deliveries, &mut hall, &mut outboxes);
    }
    // END SOLUTION
}

// SOLUTION ONLY
/// Puts each line into the queues, and lets go whoever has no place for it.
fn hand_out(
    deliveries: Vec<Delivery>,
    hall: &mut Hall,
    outboxes: &mut HashMap<GuestId, mpsc::Sender<Line>>,
) {
    let mut deliveries = VecDeque::from(deliveries);
    while let Some(Delivery { to, news }) = deliveries.pop_front() {
        let line = news.line();
        for guest in to {
            let Some(outbox) = outboxes.get(&guest) else {
                continue;
            };
            // Full, or its reader is gone: the one is let go, the other goes anyway.
            if outbox.try_send(line.clone()).is_err() {
                outboxes.remove(&guest);
                deliveries.extend(hall.leave(guest));
            }
        }
    }
}
// END SOLUTION
