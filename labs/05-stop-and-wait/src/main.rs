//! Given: calls the functions of `lib.rs`.

mod args;
mod json;
mod play;
mod transfer;

use std::io::{self, Write};
use std::process::ExitCode;

use args::Call;

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
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(call: Call) -> io::Result<()> {
    match call {
        Call::Help => io::stdout().write_all(args::HELP.as_bytes()),
        Call::Send {
            file,
            to,
            timeout,
            chunk,
        } => transfer::send(&file, to, timeout, chunk),
        Call::Receive {
            listen,
            into,
            patience,
        } => transfer::receive(listen, into.as_deref(), patience),
        Call::Pack => play::pack(),
        Call::Unpack => play::unpack(),
        Call::Arrival => play::order(),
        Call::PlaySender(sender) => play::sender(sender),
        Call::PlayReceiver(receiver) => play::receiver(receiver),
    }
}
