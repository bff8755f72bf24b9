//! Given: one decoder for each client, on a thread of its own.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

use solution_frames::Decoder;

/// After an error of `accept`, which may be everybody's trouble.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a client that was refused may go on talking until it has heard why.
const LINGER: Duration = Duration::from_millis(500);

pub fn serve(listen: SocketAddr, max: u32) -> io::Result<()> {
    let door = TcpListener::bind(listen).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}"))
    })?;
    let mut out = io::stdout();
    writeln!(out, "listening on {}", door.local_addr()?)?;
    out.flush()?;
    loop {
        let accepted = door.accept();
        let Ok((conn, client)) = accepted else {
            thread::sleep(PAUSE);
            continue;
        };
        let spawned = thread::Builder::new().spawn(move || {
            if let Err(error) = visit(&conn, max) {
                tell(format_args!("{client}: {error}"));
            }
        });
        if let Err(error) = spawned {
            tell(format_args!("{client}: cannot have a thread: {error}"));
        }
    }
}

/// Tells the client what it has said, until its end or its first mistake.
fn visit(conn: &TcpStream, max: u32) -> io::Result<()> {
    let (mut from, mut to) = (conn, conn);
    let mut decoder = Decoder::new(max);
    crate::each_input(&mut from, |input| {
        crate::hear(&mut decoder, input, false, &mut to)
    })?;
    conn.shutdown(Shutdown::Write)?;
    // To close with bytes unread is a reset, which could eat the last line before it is read.
    let until = Instant::now() + LINGER;
    let mut unread = [0; 4096];
    while let Some(left) = until
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
    {
        conn.set_read_timeout(Some(left))?;
        match from.read(&mut unread) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    Ok(())
}

fn tell(what: std::fmt::Arguments) {
    let _ = writeln!(io::stderr(), "{what}");
}
