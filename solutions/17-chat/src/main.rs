//! Given: puts the functions of `lib.rs` together into the server and the client. The commands for single steps are in
//! `parts.rs`.

mod args;
mod parts;

use std::io::{self, BufReader, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use args::{Call, Options};
use solution_chat::{Act, Allowance, Guests, House, Signals};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What holds where the command line says nothing.
const QUEUE: usize = 1024;
const BURST: u32 = 10;
const EVERY: Duration = Duration::from_millis(500);
const NAME_TIME: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(10);
/// Acts that wait for the host. When there is no place, whoever has an act to tell waits, and their guest with them.
const ACTS: usize = 64;

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
            solution_chat::tell(error);
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
        Call::Hall => parts::hall(),
        Call::Harmless => parts::harmless(),
        Call::Flood(options) => parts::flood(&options),
        Call::Host(places) => runtime.block_on(parts::host(places)),
        Call::Visit(at, options) => runtime.block_on(parts::one_visit(at, options)),
        Call::Serve(at, options) => runtime.block_on(serve(at, options)),
        Call::Join(at, name) => runtime.block_on(join(at, &name)),
    };
    // Dropping the runtime would wait for whatever blocks, such as somebody who reads the keyboard.
    runtime.shutdown_background();
    done
}

async fn join(server: SocketAddr, name: &str) -> io::Result<()> {
    let conn = TcpStream::connect(server).await?;
    solution_chat::talk(name, BufReader::new(io::stdin()), conn, io::stdout()).await
}

async fn serve(at: SocketAddr, options: Options) -> io::Result<()> {
    // Before the first guest can connect: a signal that comes now is heard.
    let signals = match options.drain {
        Some(drain) => Some((Signals::new()?, drain)),
        None => None,
    };
    let door = open(at).await?;
    let guests = Guests::default();
    let (acts, to_host) = mpsc::channel(ACTS);
    tokio::spawn(solution_chat::host(to_host));
    let serving = solution_chat::serve(door, house(&options, acts.clone(), &guests));
    let Some((signals, drain)) = signals else {
        match serving.await {}
    };
    let gone = solution_chat::until_stopped(serving, signals.come(), acts, guests, drain).await;
    let all = match gone {
        true => "all had gone",
        false => "some were cut off",
    };
    writeln!(io::stdout(), "stopped; {all}")
}

fn house(options: &Options, acts: mpsc::Sender<Act>, guests: &Guests) -> House {
    House {
        acts,
        queue: options.queue.unwrap_or(QUEUE),
        allowance: Allowance::new(
            options.burst.unwrap_or(BURST),
            options.every.unwrap_or(EVERY),
        ),
        name_time: options.name_time.unwrap_or(NAME_TIME),
        patience: options.patience.unwrap_or(PATIENCE),
        badge: guests.badge(),
    }
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
