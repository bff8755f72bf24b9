//! Given: binds, calls the functions of `lib.rs`, and prints what they say.

mod args;
mod engine;
mod json;

use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use args::{Call, Wait};
use lab_datagrams::{Plan, Probe, Shop, listen_for, ping, serve, take, tell};

fn main() -> ExitCode {
    let call = match args::parse(std::env::args_os().skip(1)) {
        Ok(call) => call,
        Err(error) => {
            eprintln!("{error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match run(call) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            tell(error);
            ExitCode::FAILURE
        }
    }
}

/// Whether there was an answer, where the command is about one.
fn run(call: Call) -> io::Result<bool> {
    let mut out = io::stdout();
    match call {
        Call::Help => out.write_all(args::HELP.as_bytes())?,
        Call::Serve { listen } => serve(&open(listen)?, |_, bytes| Some(bytes.to_vec()))?,
        Call::Shop { listen } => {
            let shop = Shop::new();
            serve(&open(listen)?, |from, bytes| shop.answer(from, bytes))?;
        }
        Call::Hear { listen, max } => {
            let socket = open(listen)?;
            loop {
                json::say(&json::taken(&take(&socket, max)?))?;
            }
        }
        Call::Ping { to, plan } => return ping_and_tell(to, plan),
        Call::Ask { to, wait } => return ask(to, wait),
        Call::Wait(call) => return wait(&call),
        Call::Count => return engine::count(io::stdin().lock()),
        Call::Rto { min } => return engine::rto(io::stdin().lock(), min),
        Call::Karn { min } => return engine::karn(io::stdin().lock(), min),
    }
    Ok(true)
}

/// Binds, and says where.
fn open(listen: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(listen).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}"))
    })?;
    json::say(&format!("listening on {}", socket.local_addr()?))?;
    Ok(socket)
}

/// A socket for questions, of the family of whom it asks.
fn any_port(to: SocketAddr) -> io::Result<UdpSocket> {
    match to {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)),
    }
}

fn ping_and_tell(to: SocketAddr, plan: Plan) -> io::Result<bool> {
    let began = Instant::now();
    let mut said = Ok(());
    let tally = ping(
        &any_port(to)?,
        to,
        plan,
        || began.elapsed(),
        |number, came, trip| {
            if said.is_ok() {
                said = json::say(&json::answer(number, came, trip));
            }
        },
    )?;
    said?;
    json::say(&json::tally(&tally))?;
    Ok(tally.arrived() > 0)
}

fn ask(to: SocketAddr, wait: Duration) -> io::Result<bool> {
    let began = Instant::now();
    let socket = any_port(to)?;
    let probe = Probe::new(1, began.elapsed());
    socket.send_to(&probe.to_bytes(), to)?;
    let trip = listen_for(&socket, wait, |from, bytes| {
        probe.answered_by(to, from, bytes, began.elapsed())
    })?;
    json::say(&json::trip(trip))?;
    Ok(trip.is_some())
}

fn wait(call: &Wait) -> io::Result<bool> {
    let socket = open(call.listen)?;
    let mut said = Ok(());
    let found = listen_for(&socket, call.wait, |from, bytes| {
        if said.is_ok() {
            said = json::say(&json::heard(from, bytes));
        }
        let until = call.until.as_ref().map(String::as_bytes);
        (until == Some(bytes)).then_some(())
    })?;
    said?;
    json::say(&format!("{{\"found\": {}}}", found.is_some()))?;
    Ok(found.is_some())
}
