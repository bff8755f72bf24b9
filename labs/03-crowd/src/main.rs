//! Given: puts the functions of `lib.rs` together into the server. The commands for single steps are in `parts.rs`.

mod args;
mod parts;
mod talk;

use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use args::{Call, Options};
use lab_crowd::{Gate, Guests, House, Signals};
use tokio::net::{TcpListener, TcpStream};

/// What holds where the command line says nothing.
const HEARTBEAT: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(60);
const QUEUE: usize = 16;

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
            lab_crowd::tell(error);
            ExitCode::FAILURE
        }
    }
}

fn run(call: Call) -> io::Result<()> {
    // As many threads as there are cores, unless TOKIO_WORKER_THREADS says otherwise.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = match call {
        Call::Help => io::stdout().write_all(args::HELP.as_bytes()),
        Call::Talk(server) => talk::talk(server),
        Call::Queue(places) => parts::queue(&runtime, places),
        Call::Serve(at, options) => runtime.block_on(serve(at, options)),
        Call::Accept(at, options) => runtime.block_on(accept(at, options)),
        Call::Hear(at, options) => runtime.block_on(parts::hear(at, options)),
        Call::Tell(at, options) => runtime.block_on(parts::tell(at, options)),
        Call::Converse(at, options) => runtime.block_on(parts::converse(at, options)),
    };
    // Dropping the runtime would wait for all work that blocks, however long it takes: nothing can cancel that.
    runtime.shutdown_background();
    done
}

async fn serve(at: SocketAddr, options: Options) -> io::Result<()> {
    let guests = Guests::new();
    let house = House {
        beats: lab_crowd::heartbeat(options.heartbeat.unwrap_or(HEARTBEAT)),
        stop: guests.stop(),
        idle: options.idle.unwrap_or(IDLE),
        queue: options.queue.unwrap_or(QUEUE),
    };
    let attend = move |conn| lab_crowd::attend(conn, house.clone());
    server(at, options, attend, guests).await
}

async fn accept(at: SocketAddr, options: Options) -> io::Result<()> {
    let guests = Guests::new();
    let stop = guests.stop();
    let attend = move |conn| lab_crowd::plain(conn, stop.clone());
    server(at, options, attend, guests).await
}

async fn server<F>(
    at: SocketAddr,
    options: Options,
    attend: impl Fn(TcpStream) -> F,
    guests: Guests,
) -> io::Result<()>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    // Before the first client can connect: a signal that comes now is heard.
    let signals = match options.drain {
        Some(drain) => Some((Signals::new()?, drain)),
        None => None,
    };
    let door = open(at).await?;
    let badge = guests.badge();
    let attend = move |conn| {
        let here = badge.clone();
        let visit = attend(conn);
        async move {
            let done = visit.await;
            drop(here);
            done
        }
    };
    let serving = lab_crowd::serve(door, options.max.map(Gate::new), attend);
    let Some((signals, drain)) = signals else {
        match serving.await {}
    };
    let cut_off = lab_crowd::until_stopped(serving, signals.come(), guests, drain).await;
    writeln!(io::stdout(), "stopped; cut off: {cut_off}")
}

/// Opens a door and says where it is. IPv6 is as good as IPv4.
async fn open(at: SocketAddr) -> io::Result<TcpListener> {
    let door = TcpListener::bind(at)
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {at}: {error}")))?;
    let mut out = io::stdout();
    writeln!(out, "listening on {}", door.local_addr()?)?;
    out.flush()?;
    Ok(door)
}
