//! keeper [--address-space BYTES] [--open-files N] -- PROGRAM [ARG ...]
//!
//! Starts PROGRAM and reports how it ended; see `protocol.rs`. Its standard input is the connection to the
//! starter. When that ends, or when PROGRAM does, nothing below this process is left alive.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};

use keeper::{Ended, How, Limits, family, protocol};
use rustix::process::{Resource, Rlimit, Signal};

fn main() -> ExitCode {
    match keep() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads a keeper's stderr; the starter sees the end of the connection.
            eprintln!("keeper: {error}");
            ExitCode::FAILURE
        }
    }
}

fn keep() -> io::Result<()> {
    let (limits, program, args) = parse(std::env::args_os().skip(1))?;
    let mut starter = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let [stdin, stdout, stderr] = protocol::receive_streams(&starter)?;
    family::adopt_orphans()?;
    set(limits)?;

    let mut command = Command::new(&program);
    command
        .args(args)
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::from(stdout))
        .stderr(Stdio::from(stderr));
    let spawned = command.spawn();
    // It holds copies of the program's streams, and their readers wait for the last copy to close.
    drop(command);
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return writeln!(starter, "cannot start: {error}"),
    };
    writeln!(starter, "started {}", child.id())?;

    let watch = family::Watch::over(&child)?;
    loop {
        let event = watch.wait(starter.as_fd())?;
        if event.child_ended {
            let ended = bury(&mut child)?;
            return starter.write_all(protocol::write_ended(&ended).as_bytes());
        }
        if event.starter_spoke && !obey(&mut starter, &mut child) {
            let _ = child.kill();
            bury(&mut child)?;
            return Ok(());
        }
    }
}

/// Takes the child's status and cost, and ends everything that it left running.
fn bury(child: &mut Child) -> io::Result<Ended> {
    let cpu_ms = family::cpu_ms(child.id());
    let status = child.wait()?;
    Ok(Ended {
        how: how(status),
        cpu_ms,
        left_over: family::sweep(),
    })
}

/// Does what the starter asks; false when it has gone.
fn obey(starter: &mut UnixStream, child: &mut Child) -> bool {
    let mut byte = [0];
    match starter.read(&mut byte) {
        Ok(0) => return false,
        Ok(_) => {}
        Err(error) => return error.kind() == io::ErrorKind::Interrupted,
    }
    let pid = rustix::process::Pid::from_raw(child.id().cast_signed());
    match (byte[0], pid) {
        (protocol::TERMINATE, Some(pid)) => {
            let _ = rustix::process::kill_process(pid, Signal::TERM);
        }
        (protocol::KILL, _) => {
            let _ = child.kill();
        }
        _ => {}
    }
    true
}

fn how(status: ExitStatus) -> How {
    match (status.code(), status.signal()) {
        (Some(code), _) => How::Exit(code),
        (None, signal) => How::Signal(signal.unwrap_or(0)),
    }
}

fn set(limits: Limits) -> io::Result<()> {
    let both = |limit| Rlimit {
        current: Some(limit),
        maximum: Some(limit),
    };
    rustix::process::setrlimit(Resource::Core, both(0))?;
    if let Some(bytes) = limits.address_space {
        rustix::process::setrlimit(Resource::As, both(bytes))?;
    }
    if let Some(files) = limits.open_files {
        rustix::process::setrlimit(Resource::Nofile, both(files))?;
    }
    Ok(())
}

fn parse(args: impl Iterator<Item = OsString>) -> io::Result<(Limits, OsString, Vec<OsString>)> {
    let mut args = args;
    let mut limits = Limits::default();
    let bad = || {
        io::Error::other(
            "usage: keeper [--address-space BYTES] [--open-files N] -- PROGRAM [ARG ...]",
        )
    };
    loop {
        let option = args.next().ok_or_else(bad)?;
        if option == "--" {
            let program = args.next().ok_or_else(bad)?;
            return Ok((limits, program, args.collect()));
        }
        let number = args.next().and_then(|text| text.to_str()?.parse().ok());
        match option.to_str() {
            Some("--address-space") => limits.address_space = Some(number.ok_or_else(bad)?),
            Some("--open-files") => limits.open_files = Some(number.ok_or_else(bad)?),
            _ => return Err(bad()),
        }
    }
}
