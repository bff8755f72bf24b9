//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;

use lexopt::prelude::*;

pub const HELP: &str = "\
Says hello to a server, prints its greeting, and counts the letters that it sends.

Usage: ADDR NAME

  ADDR    where the server is, such as 127.0.0.1:7000 or [::1]:7000
  NAME    who you are

Options:
  -h, --help    print this

Exit status: 0 done, 1 the server or the network was at fault, 2 wrong usage.
";

pub enum Call {
    Help,
    Hello { server: SocketAddr, name: String },
}

pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let (mut server, mut name) = (None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Call::Help),
            Value(value) if server.is_none() => server = Some(value.parse()?),
            Value(value) if name.is_none() => name = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    match (server, name) {
        (Some(server), Some(name)) => Ok(Call::Hello { server, name }),
        _ => Err("two arguments are needed: ADDR NAME".into()),
    }
}
