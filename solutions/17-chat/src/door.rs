//! The door: where guests come in.

use std::convert::Infallible;
use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use tokio::net::TcpListener;

use crate::hall::GuestId;
use crate::visit::{House, visit};

/// How long the server waits when a guest could not be let in, since no descriptor or no memory was left.
pub const PAUSE: Duration = Duration::from_millis(50);

/// Receives guests at `door`, for ever: a [`visit`] for each, in a task of its own.
///
/// # Rules
/// 1. The loop that accepts does nothing else: a guest that says nothing, reads nothing or breaks the connection holds
///    nobody up. Each has a number of their own.
/// 2. A visit that ends with an error, whichever, is one line on stderr ([`tell`]), with the error in it, and nobody else
///    notices. What else you tell there is yours, such as that a guest has come.
/// 3. If a guest cannot be accepted, that is one line on stderr too; nothing happens for [`PAUSE`], and then it goes on.
/// 4. When this future is dropped, the door is closed, and no visit ends because of it. `until_stopped` counts on that.
///
/// It is judged with the whole server: two hundred guests, of whom some have no name, some read nothing and some break
/// their connections; the others hear each other, whole and in order, and the server's memory does not grow with what the
/// slow ones are owed.
///
/// # Errors
/// None: a server does not end because of its guests. `Infallible` is a type without values: this future has no result.
///
/// # Spec
/// RFC 4732 section 2.1.2 (application resource exhaustion).
pub async fn serve(door: TcpListener, house: House) -> Infallible {
    // SOLUTION: accept guests for ever, and look after each in a task of its own
    let mut guest: GuestId = 0;
    loop {
        let conn = match door.accept().await {
            Ok((conn, _)) => conn,
            Err(error) => {
                tell(format_args!("cannot accept: {error}"));
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        guest += 1;
        let visit = visit(conn, guest, house.clone());
        tokio::spawn(async move {
            if let Err(error) = visit.await {
                tell(format_args!("guest {guest}: {error}"));
            }
        });
    }
    // END SOLUTION
}

/// Given: a line on stderr. That nobody reads it any more is no reason to stop (`eprintln!` would panic).
pub fn tell(what: impl Display) {
    let _ = writeln!(io::stderr(), "{what}");
}
