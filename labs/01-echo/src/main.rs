//! Given: puts the functions of `lib.rs` together into commands.

mod args;

use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use args::Call;
use lab_echo::Gate;

fn main() -> ExitCode {
    let call = match args::parse(std::env::args_os().skip(1)) {
        Ok(call) => call,
        Err(error) => {
            eprintln!("{error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match run(call) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            lab_echo::tell(error);
            ExitCode::FAILURE
        }
    }
}

fn run(call: Call) -> io::Result<()> {
    let mut out = io::stdout();
    match call {
        Call::Help => out.write_all(args::HELP.as_bytes()),
        Call::Serve { listen, idle, max } => {
            let door = lab_echo::open(listen, &mut out)?;
            let gate = max.map(Gate::new);
            lab_echo::serve(door, move |conn| {
                // The place is taken here, before there is a thread: who is turned away costs nothing.
                let pass = match &gate {
                    Some(gate) => Some(gate.enter()?),
                    None => None,
                };
                Some(Box::new(move || {
                    let _until_the_end_of_the_visit = pass;
                    visit(conn, idle).map(drop)
                }))
            })
        }
        Call::Send { server } => {
            let conn = TcpStream::connect(server).map_err(|error| about(server, error))?;
            lab_echo::converse(conn, io::stdin(), out)
        }
        Call::Relay { listen, to } => {
            let door = lab_echo::open(listen, &mut out)?;
            lab_echo::serve(door, move |near| {
                Some(Box::new(move || lab_echo::relay(near, to)))
            })
        }
        Call::Open { listen } => {
            let _door = lab_echo::open(listen, &mut out)?;
            until_the_input_ends()
        }
        Call::Echo { listen, idle } => {
            let (conn, _) = lab_echo::open(listen, &mut out)?.accept()?;
            let count = visit(conn, idle)?;
            writeln!(out, "echoed: {count} bytes")?;
            // Ending at once would close the connection for `echo`, if it had forgotten to.
            until_the_input_ends()
        }
        Call::Pass { listen, to } => {
            let (near, _) = lab_echo::open(listen, &mut out)?.accept()?;
            let far = TcpStream::connect(to).map_err(|error| about(to, error))?;
            let count = lab_echo::pass_on(&near, &far)?;
            writeln!(out, "passed on: {count} bytes")?;
            // Until the far side has closed too: ending earlier would say our end for `pass_on`.
            io::copy(&mut &far, &mut io::sink()).map(drop)
        }
        Call::PauseAfter { code } => {
            let error = io::Error::from_raw_os_error(code);
            let pause = lab_echo::pause_after(&error);
            writeln!(out, "pause: {} ms", pause.as_millis())
        }
    }
}

fn until_the_input_ends() -> io::Result<()> {
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop)
}

/// One client of the echo server, with or without a time limit.
fn visit(conn: TcpStream, idle: Option<Duration>) -> io::Result<u64> {
    // Asked now: a connection that broke does not know any more whose it was.
    let client = conn.peer_addr()?;
    if let Some(idle) = idle {
        lab_echo::let_go_when_idle(&conn, idle)?;
    }
    lab_echo::echo(conn).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => io::Error::new(
            ErrorKind::TimedOut,
            format!("{client}: let go, nothing has moved"),
        ),
        _ => about(client, error),
    })
}

fn about(peer: SocketAddr, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{peer}: {error}"))
}
