//! Given: calls the three functions of `lib.rs` in order and prints what they return.

mod args;

use std::io::{self, Write};
use std::process::ExitCode;

use args::Call;

fn main() -> ExitCode {
    let done = match args::parse(std::env::args_os().skip(1)) {
        Ok(Call::Help) => io::stdout().write_all(args::HELP.as_bytes()),
        Ok(Call::Hello { server, name }) => hello(server, &name),
        Err(error) => {
            eprintln!("{error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn hello(server: std::net::SocketAddr, name: &str) -> io::Result<()> {
    let mut connection = lab_hello::introduce(server, name)?;

    let greeting = lab_hello::greeting(&mut connection)?;
    let mut out = io::stdout().lock();
    out.write_all(&greeting)?;
    out.write_all(b"\n")?;
    out.flush()?;

    let count = lab_hello::letters(&mut connection)?;
    writeln!(out, "letters: {count} bytes")
}
