//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use lexopt::prelude::*;

pub const HELP: &str = "\
Gives every byte back, talks and listens at once, and relays between two connections.

Usage: COMMAND [OPTIONS]

  serve --listen ADDR [--idle-ms N] [--max N]
                    sends back to each client what it sends, many at a time
  send ADDR         sends its input to a server and prints the answer, both at once
  relay --listen ADDR --to ADDR
                    connects each client with a server, in both directions

The parts, to try them one by one:

  open --listen ADDR
                    opens a door and holds it open until the input ends
  echo --listen ADDR [--idle-ms N]
                    serves one client, then waits until the input ends
  pass --listen ADDR --to ADDR
                    takes one client, and passes on what it says to a server; not the reverse
  pause-after CODE  how long the server waits when accept fails with this error code

Options:
  --listen ADDR     where clients connect, such as 127.0.0.1:7000 or [::1]:7000; port 0: any free one
  --to ADDR         where the server is
  --idle-ms N       let a client go when nothing has moved for N milliseconds
  --max N           at most N clients at a time; further ones are closed at once
  -h, --help        print this

Exit status: 0 done, 1 the other side or the network was at fault, 2 wrong usage.
";

pub enum Call {
    Help,
    Serve {
        listen: SocketAddr,
        idle: Option<Duration>,
        max: Option<usize>,
    },
    Send {
        server: SocketAddr,
    },
    Relay {
        listen: SocketAddr,
        to: SocketAddr,
    },
    Open {
        listen: SocketAddr,
    },
    Echo {
        listen: SocketAddr,
        idle: Option<Duration>,
    },
    Pass {
        listen: SocketAddr,
        to: SocketAddr,
    },
    PauseAfter {
        code: i32,
    },
}

/// All that can be given, before it is known what the command needs.
#[derive(Default)]
struct Given {
    listen: Option<SocketAddr>,
    to: Option<SocketAddr>,
    idle: Option<Duration>,
    max: Option<usize>,
    value: Option<OsString>,
}

pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut command = None;
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Call::Help),
            Long("listen") => given.listen = Some(parser.value()?.parse()?),
            Long("to") => given.to = Some(parser.value()?.parse()?),
            Long("idle-ms") => {
                let ms: NonZeroU64 = parser.value()?.parse()?;
                given.idle = Some(Duration::from_millis(ms.get()));
            }
            Long("max") => {
                let max: NonZeroU32 = parser.value()?.parse()?;
                given.max = Some(max.get() as usize);
            }
            Value(value) if command.is_none() => command = Some(value.string()?),
            Value(value) if given.value.is_none() => given.value = Some(value),
            other => return Err(other.unexpected()),
        }
    }
    let command = command.ok_or("a command is needed: serve, send, relay, open, echo, pass")?;
    call(&command, given)
}

fn call(command: &str, given: Given) -> Result<Call, lexopt::Error> {
    let takes: &[&str] = match command {
        "serve" => &["--listen", "--idle-ms", "--max"],
        "echo" => &["--listen", "--idle-ms"],
        "open" => &["--listen"],
        "relay" | "pass" => &["--listen", "--to"],
        "send" => &["ADDR"],
        "pause-after" => &["CODE"],
        other => return Err(format!("unknown command: {other}").into()),
    };
    let idle = given.idle;
    let max = given.max;
    for (name, is_given) in [
        ("--listen", given.listen.is_some()),
        ("--to", given.to.is_some()),
        ("--idle-ms", idle.is_some()),
        ("--max", max.is_some()),
    ] {
        if is_given && !takes.contains(&name) {
            return Err(format!("{command} takes no {name}").into());
        }
    }
    if let Some(value) = &given.value
        && !takes.contains(&"ADDR")
        && !takes.contains(&"CODE")
    {
        return Err(format!("unexpected argument: {}", value.display()).into());
    }
    let missing = |name: &str| format!("{command} needs {name}");
    let listen = given.listen.ok_or_else(|| missing("--listen ADDR"));
    let to = given.to.ok_or_else(|| missing("--to ADDR"));
    let value = given.value.ok_or_else(|| missing("an argument"));
    Ok(match command {
        "serve" => Call::Serve {
            listen: listen?,
            idle,
            max,
        },
        "send" => Call::Send {
            server: value?.parse()?,
        },
        "relay" => Call::Relay {
            listen: listen?,
            to: to?,
        },
        "open" => Call::Open { listen: listen? },
        "echo" => Call::Echo {
            listen: listen?,
            idle,
        },
        "pass" => Call::Pass {
            listen: listen?,
            to: to?,
        },
        _ => Call::PauseAfter {
            code: value?.parse()?,
        },
    })
}
