//! Given: reads, calls the functions of `lib.rs`, and prints what they say.

mod args;
mod json;
mod serve;

use std::io::{self, ErrorKind, Read, Write};
use std::ops::ControlFlow::{self, Break, Continue};
use std::process::ExitCode;

use args::Call;
use solution_frames::{
    Decoder, Event, Inbox, Input, Refusal, Step, Text, encode, end, frame, frame_within, line,
};

/// How many bytes are read at once, at most.
const PIECE: usize = 16 * 1024;
/// The most of an input that is kept as the rest of one frame, by `end`.
const MAX_REST: u64 = 64 * 1024 * 1024;

/// What a command leads to, if the machine plays along: whether the input was all right.
type Verdict = io::Result<bool>;

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
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(call: Call) -> Verdict {
    let mut input = io::stdin().lock();
    let mut out = io::stdout().lock();
    match call {
        Call::Help => out.write_all(args::HELP.as_bytes()).map(|()| true),
        Call::Encode { max } => put_into_a_frame(input, out, max),
        Call::Decode { max, lengths } => {
            let mut decoder = Decoder::new(max);
            each_input(&mut input, |input| {
                hear(&mut decoder, input, lengths, &mut out)
            })
        }
        Call::Serve { listen, max } => serve::serve(listen, max).map(|()| true),
        Call::First { max } => first(input, out, max),
        Call::Split { lengths } => {
            let shown = |at, payload: &[u8]| json::frame(at, payload, lengths);
            messages(input, out, |buffer| Ok(frame(buffer)), shown, |_| Ok(()))
        }
        Call::Lines { max } => {
            let ended = |rest: &[u8]| match rest {
                [] => Ok(()),
                _ => Err(Refusal::EndInLine),
            };
            messages(input, out, |buffer| line(buffer, max), json::line, ended)
        }
        Call::Text => text(input, out),
        Call::End => {
            let mut rest = Vec::new();
            input.take(MAX_REST).read_to_end(&mut rest)?;
            let event = match end(&rest) {
                Ok(()) => Event::End { at: 0 },
                Err(why) => Event::Refused { at: 0, why },
            };
            json::say(&mut out, &json::event(event, false))?;
            Ok(matches!(event, Event::End { .. }))
        }
    }
}

/// Reads until the end of the input, or until `take` has heard enough; then says what `take` found.
pub fn each_input(
    input: &mut impl Read,
    mut take: impl FnMut(Input<'_>) -> io::Result<ControlFlow<bool>>,
) -> Verdict {
    let mut buffer = vec![0; PIECE];
    loop {
        let flow = match input.read(&mut buffer) {
            Ok(0) => take(Input::End)?,
            Ok(n) => take(Input::Piece(&buffer[..n]))?,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if let Break(good) = flow {
            return Ok(good);
        }
    }
}

/// `decode` and `serve`: what the decoder tells about the next piece.
pub fn hear(
    decoder: &mut Decoder,
    input: Input<'_>,
    lengths: bool,
    out: &mut impl Write,
) -> io::Result<ControlFlow<bool>> {
    let mut said = Ok(());
    let mut good = true;
    let flow = decoder.hear(input, |event| {
        good &= !matches!(event, Event::Refused { .. });
        if said.is_ok() {
            said = json::say(out, &json::event(event, lengths));
        }
    });
    said?;
    Ok(match (flow, input) {
        (Break(()), _) | (Continue(()), Input::End) => Break(good),
        (Continue(()), Input::Piece(_)) => Continue(()),
    })
}

fn put_into_a_frame(input: impl Read, mut out: impl Write, max: u32) -> Verdict {
    let mut payload = Vec::new();
    // One byte more than may be sent, so that it shows.
    input.take(u64::from(max) + 1).read_to_end(&mut payload)?;
    match encode(&payload, max) {
        Ok(frame) => {
            out.write_all(&frame)?;
            out.flush()?;
            Ok(true)
        }
        Err(why) => refuse(&mut out, 0, why),
    }
}

fn first(mut input: impl Read, mut out: impl Write, max: Option<u32>) -> Verdict {
    let mut come = Vec::new();
    each_input(&mut input, |input| {
        let Input::Piece(piece) = input else {
            let _ = writeln!(
                io::stderr(),
                "the input ended before its first frame was whole"
            );
            return Ok(Break(false));
        };
        come.extend_from_slice(piece);
        let step = match max {
            Some(max) => frame_within(&come, max),
            None => Ok(frame(&come)),
        };
        match step {
            Ok(Step::NeedMore) => Ok(Continue(())),
            Ok(Step::Done { value, used }) => {
                json::say(&mut out, &json::first(value, used))?;
                Ok(Break(true))
            }
            Err(why) => refuse(&mut out, 0, why).map(Break),
        }
    })
}

/// `split` and `lines`: all messages, by the same inbox.
fn messages(
    mut input: impl Read,
    mut out: impl Write,
    split: impl Fn(&[u8]) -> Result<Step<&[u8]>, Refusal>,
    shown: impl Fn(u64, &[u8]) -> String,
    ended: impl Fn(&[u8]) -> Result<(), Refusal>,
) -> Verdict {
    let mut inbox = Inbox::new();
    each_input(&mut input, |input| {
        let Input::Piece(piece) = input else {
            return match ended(inbox.rest()) {
                Ok(()) => Ok(Break(true)),
                Err(why) => refuse(&mut out, inbox.at(), why).map(Break),
            };
        };
        let mut said = Ok(());
        let fed = inbox.feed(piece, &split, |at, message| {
            if said.is_ok() {
                said = json::say(&mut out, &shown(at, message));
            }
        });
        said?;
        match fed {
            Ok(()) => Ok(Continue(())),
            Err(why) => refuse(&mut out, inbox.at(), why).map(Break),
        }
    })
}

fn text(mut input: impl Read, mut out: impl Write) -> Verdict {
    let mut text = Text::new();
    let mut at = 0;
    each_input(&mut input, |input| {
        let Input::Piece(piece) = input else {
            return match text.rest() {
                [] => Ok(Break(true)),
                _ => refuse(&mut out, at, Refusal::EndInCharacter).map(Break),
            };
        };
        let mut said = Ok(());
        let fed = text.feed(piece, |some| {
            for character in some.chars() {
                if said.is_ok() {
                    said = json::say(&mut out, &json::character(at, character));
                }
                at += character.len_utf8() as u64;
            }
        });
        said?;
        match fed {
            Ok(()) => Ok(Continue(())),
            Err(why) => refuse(&mut out, at, why).map(Break),
        }
    })
}

fn refuse(out: &mut impl Write, at: u64, why: Refusal) -> Verdict {
    json::say(out, &json::refusal(at, why))?;
    Ok(false)
}
