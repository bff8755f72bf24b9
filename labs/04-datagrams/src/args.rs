//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

use lab_datagrams::{MAX_DATAGRAM, MIN_RTO, Plan};
use lexopt::prelude::*;

pub const HELP: &str = "\
Letters with an edge: asks and answers in datagrams, and counts what a road does to them.

Usage: COMMAND [OPTIONS]

  serve --listen ADDR
                    sends every datagram back to whoever sent it
  ping ADDR [--count N] [--wait-ms N]
                    asks N times, and tells what came, what came late or twice, and what was lost
  shop --listen ADDR
                    sends goods to whoever orders, and proves an address before it sends many

The parts, to try them one by one:

  ask ADDR [--wait-ms N]
                    asks once, and tells how long the answer took
  wait --listen ADDR [--wait-ms N] [--until TEXT]
                    tells what comes, until TEXT comes or the time is over
  hear --listen ADDR [--max N]
                    tells what comes, and whether it was longer than N bytes
  count             counts what its input says was sent and came: lines `sent N`, `came N`
  rto [--min-ms N]  learns from the round trips in its input, a number of milliseconds a line, or `timeout`
  karn [--min-ms N] the same from what happened: lines `AT sent N`, `AT came N`, `AT timeout`, AT in milliseconds

Options:
  --listen ADDR     where to receive, such as 127.0.0.1:7000 or [::1]:7000; port 0: any free one
  --count N         how often to ask (4)
  --wait-ms N       how long to wait for an answer (1000)
  --until TEXT      stop when a datagram says this
  --max N           keep at most N bytes of a datagram (1200)
  --min-ms N        the least time-out (1000)
  -h, --help        print this

Output: one JSON object a line. Bytes that are not printable ASCII are shown as \\xff.

Exit status: 0 done, 1 no answer, or the input or the network was at fault, 2 wrong usage.
";

/// What a datagram should hold at most, unless the road is known (RFC 8085 section 3.2).
const MAX: usize = 1200;

pub enum Call {
    Help,
    Serve { listen: SocketAddr },
    Shop { listen: SocketAddr },
    Ping { to: SocketAddr, plan: Plan },
    Ask { to: SocketAddr, wait: Duration },
    Wait(Wait),
    Hear { listen: SocketAddr, max: usize },
    Count,
    Rto { min: Duration },
    Karn { min: Duration },
}

pub struct Wait {
    pub listen: SocketAddr,
    pub wait: Duration,
    pub until: Option<String>,
}

/// All that can be given, before it is known what the command needs.
#[derive(Default)]
struct Given {
    to: Option<SocketAddr>,
    listen: Option<SocketAddr>,
    count: Option<u32>,
    wait: Option<Duration>,
    until: Option<String>,
    max: Option<usize>,
    min: Option<Duration>,
}

pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut command = None;
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Call::Help),
            Long("listen") => given.listen = Some(parser.value()?.parse()?),
            Long("count") => given.count = Some(parser.value()?.parse()?),
            Long("wait-ms") => given.wait = Some(Duration::from_millis(parser.value()?.parse()?)),
            Long("until") => given.until = Some(parser.value()?.string()?),
            Long("max") => given.max = Some(parser.value()?.parse()?),
            Long("min-ms") => given.min = Some(Duration::from_millis(parser.value()?.parse()?)),
            Value(value) if command.is_none() => command = Some(value.string()?),
            Value(value) if given.to.is_none() => given.to = Some(value.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    let command = command
        .ok_or("a command is needed: serve, ping, shop, ask, wait, hear, count, rto, karn")?;
    call(&command, given)
}

fn call(command: &str, given: Given) -> Result<Call, lexopt::Error> {
    let takes: &[&str] = match command {
        "serve" | "shop" => &["--listen"],
        "ping" => &["ADDR", "--count", "--wait-ms"],
        "ask" => &["ADDR", "--wait-ms"],
        "wait" => &["--listen", "--wait-ms", "--until"],
        "hear" => &["--listen", "--max"],
        "count" => &[],
        "rto" | "karn" => &["--min-ms"],
        other => return Err(format!("unknown command: {other}").into()),
    };
    for (name, is_given) in [
        ("ADDR", given.to.is_some()),
        ("--listen", given.listen.is_some()),
        ("--count", given.count.is_some()),
        ("--wait-ms", given.wait.is_some()),
        ("--until", given.until.is_some()),
        ("--max", given.max.is_some()),
        ("--min-ms", given.min.is_some()),
    ] {
        if is_given && !takes.contains(&name) {
            return Err(format!("{command} takes no {name}").into());
        }
    }
    let needs = |what: &str| format!("{command} needs {what}");
    let listen = || given.listen.ok_or(needs("--listen ADDR"));
    let to = || given.to.ok_or(needs("ADDR"));
    let wait = given.wait.unwrap_or(Duration::from_secs(1));
    let min = given.min.unwrap_or(MIN_RTO);
    Ok(match command {
        "serve" => Call::Serve { listen: listen()? },
        "shop" => Call::Shop { listen: listen()? },
        "ping" => Call::Ping {
            to: to()?,
            plan: Plan {
                count: given.count.unwrap_or(4),
                wait,
            },
        },
        "ask" => Call::Ask { to: to()?, wait },
        "wait" => Call::Wait(Wait {
            listen: listen()?,
            wait,
            until: given.until,
        }),
        "hear" => Call::Hear {
            listen: listen()?,
            max: match given.max.unwrap_or(MAX) {
                max if max > MAX_DATAGRAM => {
                    return Err(format!("--max is at most {MAX_DATAGRAM}").into());
                }
                max => max,
            },
        },
        "count" => Call::Count,
        "rto" => Call::Rto { min },
        _ => Call::Karn { min },
    })
}
