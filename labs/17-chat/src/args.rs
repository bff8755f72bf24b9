//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use lexopt::prelude::*;

pub const HELP: &str = "\
A chat: a server through which many talk at once, and a client for one of them.

Usage: COMMAND [OPTIONS]

  serve --listen ADDR [--queue N] [--burst N] [--every-ms N] [--name-ms N] [--patience-ms N] [--drain-ms N]
                    the server
  join ADDR NAME    the client: sends what is typed, shows what comes

The parts, to try them one by one:

  hall              decides who hears what, as the input says:
                    join GUEST NAME, line GUEST TEXT, gone GUEST (a GUEST is a number)
  harmless          prints each line of the input, made harmless
  flood --burst N --every-ms N
                    says for each line of the input, a time in milliseconds, whether a line may pass then
  host --queue N    the task that owns the hall, and a queue for each guest, as the input says:
                    come GUEST, line GUEST TEXT, sorry GUEST TEXT, take GUEST, deaf GUEST, gone GUEST, stop
  visit --listen ADDR [--queue N] [--burst N] [--every-ms N] [--name-ms N] [--patience-ms N]
                    takes one guest, and prints what the host hears; the input says what the guest is told:
                    tell TEXT, let go

Options:
  --listen ADDR     where guests connect, such as 127.0.0.1:7000 or [::1]:7000; port 0: any free one
  --queue N         places in each guest's queue (1024)
  --burst N         lines that a guest may send at once (10)
  --every-ms N      after that, one line every N milliseconds (500)
  --name-ms N       let a guest go that has said no name after N milliseconds (30000)
  --patience-ms N   let a guest go that takes nothing for N milliseconds (10000)
  --drain-ms N      on Ctrl-C or SIGTERM end in order, within N milliseconds; without it, at once
  -h, --help        print this

Exit status: 0 done, 1 the other side or the network was at fault, 2 wrong usage.
";

pub enum Call {
    Help,
    Serve(SocketAddr, Options),
    Join(SocketAddr, String),
    Hall,
    Harmless,
    Flood(Options),
    Host(usize),
    Visit(SocketAddr, Options),
}

/// What can be given with an option; `None` where it was not.
#[derive(Default)]
pub struct Options {
    pub queue: Option<usize>,
    pub burst: Option<u32>,
    pub every: Option<Duration>,
    pub name_time: Option<Duration>,
    pub patience: Option<Duration>,
    pub drain: Option<Duration>,
    listen: Option<SocketAddr>,
    server: Option<SocketAddr>,
    name: Option<String>,
    /// The options that were given, by name.
    names: Vec<&'static str>,
}

pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut command = None;
    let mut given = Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Call::Help),
            Long("listen") => given.listen = Some(parser.value()?.parse()?),
            Long("queue") => given.queue = Some(number(&mut parser)? as usize),
            Long("burst") => given.burst = Some(number(&mut parser)?),
            Long("every-ms") => given.every = Some(time(&mut parser)?),
            Long("name-ms") => given.name_time = Some(time(&mut parser)?),
            Long("patience-ms") => given.patience = Some(time(&mut parser)?),
            Long("drain-ms") => given.drain = Some(time(&mut parser)?),
            Value(value) if command.is_none() => {
                command = Some(value.string()?);
                continue;
            }
            Value(value) if given.server.is_none() => given.server = Some(value.parse()?),
            Value(value) if given.name.is_none() => given.name = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
        given.note();
    }
    let commands = "a command is needed: serve, join, hall, harmless, flood, host, visit";
    call(&command.ok_or(commands)?, given)
}

impl Options {
    /// Remembers what has been given by now, for [`call`] to compare with what the command takes.
    fn note(&mut self) {
        let all = [
            ("--listen", self.listen.is_some()),
            ("--queue", self.queue.is_some()),
            ("--burst", self.burst.is_some()),
            ("--every-ms", self.every.is_some()),
            ("--name-ms", self.name_time.is_some()),
            ("--patience-ms", self.patience.is_some()),
            ("--drain-ms", self.drain.is_some()),
            ("an address", self.server.is_some()),
            ("a name", self.name.is_some()),
        ];
        self.names = all.iter().filter(|it| it.1).map(|it| it.0).collect();
    }
}

fn call(command: &str, given: Options) -> Result<Call, lexopt::Error> {
    const VISIT: [&str; 6] = [
        "--listen",
        "--queue",
        "--burst",
        "--every-ms",
        "--name-ms",
        "--patience-ms",
    ];
    let takes: &[&str] = match command {
        "serve" => &[&VISIT[..], &["--drain-ms"]].concat(),
        "visit" => &VISIT,
        "join" => &["an address", "a name"],
        "hall" | "harmless" => &[],
        "flood" => &["--burst", "--every-ms"],
        "host" => &["--queue"],
        other => return Err(format!("unknown command: {other}").into()),
    };
    if let Some(name) = given.names.iter().find(|name| !takes.contains(name)) {
        return Err(format!("{command} takes no {name}").into());
    }
    let missing = |name: &str| format!("{command} needs {name}");
    let listen = given.listen.ok_or_else(|| missing("--listen ADDR"));
    Ok(match command {
        "serve" => Call::Serve(listen?, given),
        "visit" => Call::Visit(listen?, given),
        "hall" => Call::Hall,
        "harmless" => Call::Harmless,
        "flood" => Call::Flood(given),
        "host" => Call::Host(given.queue.ok_or_else(|| missing("--queue N"))?),
        _ => Call::Join(
            given.server.ok_or_else(|| missing("ADDR"))?,
            given.name.ok_or_else(|| missing("NAME"))?,
        ),
    })
}

fn time(parser: &mut lexopt::Parser) -> Result<Duration, lexopt::Error> {
    Ok(Duration::from_millis(number(parser)?.into()))
}

fn number(parser: &mut lexopt::Parser) -> Result<u32, lexopt::Error> {
    let number: NonZeroU32 = parser.value()?.parse()?;
    Ok(number.get())
}
