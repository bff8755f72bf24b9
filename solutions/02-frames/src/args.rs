//! The command line. Given: nothing to do here.

use std::ffi::OsString;
use std::net::SocketAddr;

use lexopt::prelude::*;
use solution_frames::{MAX_FRAME, MAX_LINE};

pub const HELP: &str = "\
Finds the messages in a stream of bytes. A frame is a length, 4 bytes with the highest first, then so many bytes.

Usage: COMMAND [OPTIONS]

  encode [--max-frame N]
                    puts all of its input into one frame
  decode [--max-frame N] [--lengths]
                    tells the frames in its input, each as soon as it is whole
  serve --listen ADDR [--max-frame N]
                    does the same for each client, and tells it to the client

The parts, to try them one by one:

  first [--max-frame N]
                    tells the first frame in its input, and ends; without N, of any length
  split [--lengths] tells the frames in an input that you trust: of any length, and cut or not
  lines [--max-line N]
                    tells the lines in its input; a line ends with CRLF
  text              tells the characters in its input, which is UTF-8
  end               tells whether its input, when it has ended, was cut within a frame

Options:
  --listen ADDR     where clients connect, such as 127.0.0.1:7000 or [::1]:7000; port 0: any free one
  --max-frame N     refuse payloads of more than N bytes (1048576, but see `first`)
  --max-line N      refuse lines of more than N bytes, CRLF included (1000)
  --lengths         tell the length of a payload only
  -h, --help        print this

Output: one JSON object a line, except for `encode`. Bytes that are not printable ASCII are shown as \\xff.

Exit status: 0 done, 1 the input or the network was at fault, 2 wrong usage.
";

pub enum Call {
    Help,
    Encode { max: u32 },
    Decode { max: u32, lengths: bool },
    Serve { listen: SocketAddr, max: u32 },
    First { max: Option<u32> },
    Split { lengths: bool },
    Lines { max: usize },
    Text,
    End,
}

/// All that can be given, before it is known what the command needs.
#[derive(Default)]
struct Given {
    listen: Option<SocketAddr>,
    max_frame: Option<u32>,
    max_line: Option<u32>,
    lengths: bool,
}

pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut command = None;
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Call::Help),
            Long("listen") => given.listen = Some(parser.value()?.parse()?),
            Long("max-frame") => given.max_frame = Some(parser.value()?.parse()?),
            Long("max-line") => given.max_line = Some(parser.value()?.parse()?),
            Long("lengths") => given.lengths = true,
            Value(value) if command.is_none() => command = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let command = command
        .ok_or("a command is needed: encode, decode, serve, first, split, lines, text, end")?;
    call(&command, given)
}

fn call(command: &str, given: Given) -> Result<Call, lexopt::Error> {
    let takes: &[&str] = match command {
        "encode" | "first" => &["--max-frame"],
        "decode" => &["--max-frame", "--lengths"],
        "serve" => &["--listen", "--max-frame"],
        "split" => &["--lengths"],
        "lines" => &["--max-line"],
        "text" | "end" => &[],
        other => return Err(format!("unknown command: {other}").into()),
    };
    for (name, is_given) in [
        ("--listen", given.listen.is_some()),
        ("--max-frame", given.max_frame.is_some()),
        ("--max-line", given.max_line.is_some()),
        ("--lengths", given.lengths),
    ] {
        if is_given && !takes.contains(&name) {
            return Err(format!("{command} takes no {name}").into());
        }
    }
    let max = given.max_frame.unwrap_or(MAX_FRAME);
    let lengths = given.lengths;
    Ok(match command {
        "encode" => Call::Encode { max },
        "decode" => Call::Decode { max, lengths },
        "serve" => Call::Serve {
            listen: given.listen.ok_or("serve needs --listen ADDR")?,
            max,
        },
        "first" => Call::First {
            max: given.max_frame,
        },
        "split" => Call::Split { lengths },
        "lines" => Call::Lines {
            max: match given.max_line {
                Some(0 | 1) => return Err("--max-line is at least 2: CRLF counts".into()),
                Some(max) => max as usize,
                None => MAX_LINE,
            },
        },
        "text" => Call::Text,
        _ => Call::End,
    })
}
