//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;
use solution_stop_and_wait::{MAX_PAYLOAD, Peer, Receiver, Receiving, Sender};

pub const HELP: &str = "\
Brings a file over UDP, whole: one packet at a time, again until it is acknowledged.

Usage: COMMAND [OPTIONS]

  send FILE ADDR [--timeout-ms N] [--chunk N]
                    sends FILE to the receiver at ADDR; - is standard input
  receive --listen ADDR [--into FILE] [--patience-ms N]
                    takes one file; without --into it is written to standard output

The parts, to try them one by one; a line in is answered by lines:

  pack              packets as JSON, to datagrams in hexadecimal digits
  unpack            the reverse
  arrival           {\"expected\": 7, \"sequence\": 6}: what is 6 to somebody who expects 7?
  play sender [--to ADDR] [--connection N] [--first N] [--timeout-ms N]
                    events are {\"at\": 0, \"offer\": \"Dear Ada\", \"last\": true}, {\"at\": 5, \"acknowledgement\": 0},
                    {\"at\": 200} when only time has passed, and datagrams as below
  play receiver [--patience-ms N] [[--to ADDR] [--connection N] --expect N | --last N]
                    events are {\"at\": 0, \"from\": \"127.0.0.1:7001\", \"datagram\": \"e0...\"}, {\"at\": 5000}, and,
                    if a transfer has begun, {\"at\": 0, \"sequence\": 7, \"data\": \"Dear Ada\", \"last\": true}

Options:
  --listen ADDR     where packets come in, such as 127.0.0.1:7000 or [::1]:7000; port 0: any free one
  --into FILE       written under another name until it is whole
  --timeout-ms N    how long the first wait for an acknowledgement is (200)
  --patience-ms N   how long a receiver waits for a packet, once a transfer has begun (5000)
  --chunk N         bytes in a packet, 1 to 1200 (1200)
  --to ADDR         who is at the other end (127.0.0.1:7000)
  --connection N    the number of the transfer (1)
  --first N         the number of the first packet, 0 to 65535 (0)
  --expect N        the transfer has begun, and this packet should come next
  --last N          the file is whole, and this packet was its last
  -h, --help        print this

Exit status: 0 done, 1 the network, the file or an event was at fault, 2 wrong usage.
";

pub enum Call {
    Help,
    Send {
        file: PathBuf,
        to: SocketAddr,
        timeout: Duration,
        chunk: usize,
    },
    Receive {
        listen: SocketAddr,
        into: Option<PathBuf>,
        patience: Duration,
    },
    Pack,
    Unpack,
    Arrival,
    PlaySender(Sender),
    PlayReceiver(Receiver),
}

/// All that can be given, before it is known what the command needs.
#[derive(Default)]
struct Given {
    words: Vec<OsString>,
    names: Vec<&'static str>,
    listen: Option<SocketAddr>,
    into: Option<PathBuf>,
    timeout: Option<u32>,
    patience: Option<u32>,
    chunk: Option<usize>,
    to: Option<SocketAddr>,
    connection: Option<u32>,
    first: Option<u16>,
    expect: Option<u16>,
    last: Option<u16>,
}

pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        let name = match arg {
            Short('h') | Long("help") => return Ok(Call::Help),
            Value(word) => {
                given.words.push(word);
                continue;
            }
            Long(name) => OPTIONS.into_iter().find(|known| *known == name),
            Short(_) => None,
        };
        let name = name.ok_or_else(|| arg.unexpected())?;
        given.names.push(name);
        let value = parser.value()?;
        match name {
            "listen" => given.listen = Some(value.parse()?),
            "into" => given.into = Some(value.into()),
            "timeout-ms" => given.timeout = Some(value.parse()?),
            "patience-ms" => given.patience = Some(value.parse()?),
            "chunk" => given.chunk = Some(value.parse()?),
            "to" => given.to = Some(value.parse()?),
            "connection" => given.connection = Some(value.parse()?),
            "first" => given.first = Some(value.parse()?),
            "expect" => given.expect = Some(value.parse()?),
            _ => given.last = Some(value.parse()?),
        }
    }
    call(given)
}

const OPTIONS: [&str; 10] = [
    "listen",
    "into",
    "timeout-ms",
    "patience-ms",
    "chunk",
    "to",
    "connection",
    "first",
    "expect",
    "last",
];

fn call(given: Given) -> Result<Call, lexopt::Error> {
    let words: Vec<&str> = given
        .words
        .iter()
        .filter_map(|word| word.to_str())
        .collect();
    match words[..] {
        ["send", _, to] => {
            only(&given, &["timeout-ms", "chunk"])?;
            let to = to.parse().map_err(|_| format!("not an address: {to}"))?;
            Ok(Call::Send {
                file: PathBuf::from(&given.words[1]),
                to,
                timeout: timeout(&given)?,
                chunk: chunk(&given)?,
            })
        }
        ["receive"] => {
            only(&given, &["listen", "into", "patience-ms"])?;
            Ok(Call::Receive {
                listen: given.listen.ok_or("receive needs --listen ADDR")?,
                patience: patience(&given),
                into: given.into,
            })
        }
        ["pack"] => only(&given, &[]).map(|()| Call::Pack),
        ["unpack"] => only(&given, &[]).map(|()| Call::Unpack),
        ["arrival"] => only(&given, &[]).map(|()| Call::Arrival),
        ["play", "sender"] => {
            only(&given, &["to", "connection", "first", "timeout-ms"])?;
            let sender = Sender::new(peer(&given), timeout(&given)?, given.first.unwrap_or(0));
            Ok(Call::PlaySender(sender))
        }
        ["play", "receiver"] => {
            let takes = ["to", "connection", "expect", "last", "patience-ms"];
            only(&given, &takes)?;
            receiver(&given).map(Call::PlayReceiver)
        }
        _ => Err(
            "a command is needed: send FILE ADDR, receive, pack, unpack, arrival, play sender, play receiver".into(),
        ),
    }
}

fn receiver(given: &Given) -> Result<Receiver, lexopt::Error> {
    let patience = patience(given);
    let peer = peer(given);
    let until = patience;
    let state = match (given.expect, given.last) {
        (None, None) => Receiving::Listening,
        (Some(expected), None) => Receiving::Open {
            peer,
            expected,
            until,
        },
        (None, Some(last)) => Receiving::Lingering { peer, last, until },
        (Some(_), Some(_)) => return Err("--expect and --last exclude each other".into()),
    };
    Ok(Receiver { patience, state })
}

fn peer(given: &Given) -> Peer {
    Peer {
        address: given.to.unwrap_or(([127, 0, 0, 1], 7000).into()),
        connection: given.connection.unwrap_or(1),
    }
}

fn timeout(given: &Given) -> Result<Duration, lexopt::Error> {
    match given.timeout.unwrap_or(200) {
        0 => Err("--timeout-ms is at least 1".into()),
        ms => Ok(Duration::from_millis(ms.into())),
    }
}

fn patience(given: &Given) -> Duration {
    Duration::from_millis(given.patience.unwrap_or(5000).into())
}

fn chunk(given: &Given) -> Result<usize, lexopt::Error> {
    match given.chunk.unwrap_or(MAX_PAYLOAD) {
        n @ 1..=MAX_PAYLOAD => Ok(n),
        _ => Err(format!("--chunk is 1 to {MAX_PAYLOAD}").into()),
    }
}

fn only(given: &Given, takes: &[&str]) -> Result<(), lexopt::Error> {
    match given.names.iter().find(|name| !takes.contains(name)) {
        Some(name) => Err(format!("this command takes no --{name}").into()),
        None => Ok(()),
    }
}
