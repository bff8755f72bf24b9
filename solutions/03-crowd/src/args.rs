//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use lexopt::prelude::*;

pub const HELP: &str = "\
Says the time to everyone who is there, and answers whoever asks.

Usage: COMMAND [OPTIONS]

  serve --listen ADDR [--heartbeat-ms N] [--idle-ms N] [--queue N] [--max N] [--drain-ms N]
                    the server
  talk ADDR         sends each line of the input as a question, and prints what the server says
                    (questions: echo TEXT, say N, wait MS, work MS, fail MS, panic)

The parts, to try them one by one:

  accept --listen ADDR [--max N] [--drain-ms N]
                    a server without time, queue and patience: it only answers
  hear --listen ADDR [--cancel-ms N] [--idle-ms N]
                    takes one client and prints its questions
  tell --listen ADDR [--idle-ms N]
                    takes one client and sends it each line of the input as an answer
  queue --places N  puts into a queue and takes out of it, as the input says:
                    time N, answer TEXT, sorry TEXT, take, close
  converse --listen ADDR [--heartbeat-ms N] [--idle-ms N]
                    takes one client and prints the letters that it would be sent

Options:
  --listen ADDR     where clients connect, such as 127.0.0.1:7000 or [::1]:7000; port 0: any free one
  --heartbeat-ms N  say the time every N milliseconds (1000)
  --idle-ms N       let a client go that asks or takes nothing for N milliseconds (60000)
  --queue N         places in each client's queue (16)
  --max N           at most N clients at a time; further ones wait at the door
  --drain-ms N      on Ctrl-C or SIGTERM end in order, within N milliseconds; without it, at once
  --cancel-ms N     give up each wait for a question after N milliseconds, and wait anew
  -h, --help        print this

Exit status: 0 done, 1 the other side or the network was at fault, 2 wrong usage.
";

pub enum Call {
    Help,
    Serve(SocketAddr, Options),
    Accept(SocketAddr, Options),
    Hear(SocketAddr, Options),
    Tell(SocketAddr, Options),
    Converse(SocketAddr, Options),
    Queue(usize),
    Talk(SocketAddr),
}

/// What can be given with an option; `None` where it was not.
#[derive(Default)]
pub struct Options {
    pub heartbeat: Option<Duration>,
    pub idle: Option<Duration>,
    pub drain: Option<Duration>,
    pub cancel: Option<Duration>,
    pub queue: Option<usize>,
    pub max: Option<usize>,
    listen: Option<SocketAddr>,
    places: Option<usize>,
    server: Option<SocketAddr>,
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
            Long("heartbeat-ms") => given.heartbeat = Some(time(&mut parser)?),
            Long("idle-ms") => given.idle = Some(time(&mut parser)?),
            Long("drain-ms") => given.drain = Some(time(&mut parser)?),
            Long("cancel-ms") => given.cancel = Some(time(&mut parser)?),
            Long("queue") => given.queue = Some(number(&mut parser)?),
            Long("max") => given.max = Some(number(&mut parser)?),
            Long("places") => given.places = Some(number(&mut parser)?),
            Value(value) if command.is_none() => {
                command = Some(value.string()?);
                continue;
            }
            Value(value) if given.server.is_none() => given.server = Some(value.parse()?),
            other => return Err(other.unexpected()),
        }
        given.note();
    }
    let commands = "a command is needed: serve, talk, accept, hear, tell, queue, converse";
    call(&command.ok_or(commands)?, given)
}

impl Options {
    /// Remembers what has been given by now, for [`call`] to compare with what the command takes.
    fn note(&mut self) {
        let all = [
            ("--listen", self.listen.is_some()),
            ("--heartbeat-ms", self.heartbeat.is_some()),
            ("--idle-ms", self.idle.is_some()),
            ("--drain-ms", self.drain.is_some()),
            ("--cancel-ms", self.cancel.is_some()),
            ("--queue", self.queue.is_some()),
            ("--max", self.max.is_some()),
            ("--places", self.places.is_some()),
            ("an address", self.server.is_some()),
        ];
        self.names = all.iter().filter(|it| it.1).map(|it| it.0).collect();
    }
}

fn call(command: &str, given: Options) -> Result<Call, lexopt::Error> {
    let takes: &[&str] = match command {
        "serve" => &[
            "--listen",
            "--heartbeat-ms",
            "--idle-ms",
            "--queue",
            "--max",
            "--drain-ms",
        ],
        "accept" => &["--listen", "--max", "--drain-ms"],
        "hear" => &["--listen", "--cancel-ms", "--idle-ms"],
        "tell" => &["--listen", "--idle-ms"],
        "converse" => &["--listen", "--heartbeat-ms", "--idle-ms"],
        "queue" => &["--places"],
        "talk" => &["an address"],
        other => return Err(format!("unknown command: {other}").into()),
    };
    if let Some(name) = given.names.iter().find(|name| !takes.contains(name)) {
        return Err(format!("{command} takes no {name}").into());
    }
    let missing = |name: &str| format!("{command} needs {name}");
    let listen = given.listen.ok_or_else(|| missing("--listen ADDR"));
    Ok(match command {
        "serve" => Call::Serve(listen?, given),
        "accept" => Call::Accept(listen?, given),
        "hear" => Call::Hear(listen?, given),
        "tell" => Call::Tell(listen?, given),
        "converse" => Call::Converse(listen?, given),
        "queue" => Call::Queue(given.places.ok_or_else(|| missing("--places N"))?),
        _ => Call::Talk(given.server.ok_or_else(|| missing("ADDR"))?),
    })
}

fn time(parser: &mut lexopt::Parser) -> Result<Duration, lexopt::Error> {
    let ms: NonZeroU32 = parser.value()?.parse()?;
    Ok(Duration::from_millis(ms.get().into()))
}

fn number(parser: &mut lexopt::Parser) -> Result<usize, lexopt::Error> {
    let number: NonZeroU32 = parser.value()?.parse()?;
    Ok(number.get() as usize)
}
