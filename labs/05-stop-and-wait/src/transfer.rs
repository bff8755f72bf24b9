//! Given: `send` and `receive`, the two ends over UDP.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lab_stop_and_wait::{
    Action, End, Peer, Receiver, Receiving, Sender, Sending, Wait, Wire, drive,
};

/// Sends all of `file`, in pieces of `chunk` bytes.
pub fn send(file: &Path, to: SocketAddr, timeout: Duration, chunk: usize) -> io::Result<()> {
    let file: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(io::stdin()),
        _ => Box::new(File::open(file).map_err(|error| about(file, error))?),
    };
    let any: SocketAddr = match to {
        SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        SocketAddr::V6(_) => ([0; 16], 0).into(),
    };
    let peer = Peer {
        address: to,
        connection: random()?,
    };
    // Any number may be the first; a random one is a wrap now and then.
    let sender = Sender::new(peer, timeout, random()? as u16);
    let mut outgoing = Outgoing::new(sender, file, chunk)?;
    drive(
        &mut outgoing,
        &mut Wire::new(UdpSocket::bind(any)?, io::sink()),
    )?;
    match outgoing.sender.state {
        Sending::Done => Ok(()),
        _ => Err(io::Error::new(
            ErrorKind::TimedOut,
            format!(
                "no acknowledgement from {to}; acknowledged: {} bytes, and whether more has come, nobody knows",
                outgoing.acknowledged
            ),
        )),
    }
}

/// Takes one file and writes it, to standard output if there is no `into`.
pub fn receive(listen: SocketAddr, into: Option<&Path>, patience: Duration) -> io::Result<()> {
    let socket = UdpSocket::bind(listen).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}"))
    })?;
    // What is not whole yet does not have the name of what is.
    let part = into.map(|into| PathBuf::from(format!("{}.part", into.display())));
    let file: Box<dyn Write> = match &part {
        Some(part) => Box::new(File::create(part).map_err(|error| about(part, error))?),
        None => Box::new(io::stdout()),
    };
    let mut out = io::stdout();
    writeln!(out, "listening on {}", socket.local_addr()?)?;
    out.flush()?;
    let mut receiver = Receiver::new(patience);
    drive(&mut receiver, &mut Wire::new(socket, file))?;
    if receiver.state != Receiving::Done {
        let message = "the sender fell silent in the middle of the file";
        return Err(io::Error::new(ErrorKind::TimedOut, message));
    }
    match (part, into) {
        (Some(part), Some(into)) => fs::rename(part, into).map_err(|error| about(into, error)),
        _ => Ok(()),
    }
}

/// A sender, and the file that it sends.
struct Outgoing {
    sender: Sender,
    file: Box<dyn Read>,
    chunk: usize,
    /// The piece after the one that is on its way; none if that was the last. A piece is the last one if nothing is
    /// behind it, so there is always one read ahead.
    next: Option<Vec<u8>>,
    on_its_way: usize,
    acknowledged: usize,
}

impl Outgoing {
    fn new(sender: Sender, file: Box<dyn Read>, chunk: usize) -> io::Result<Self> {
        let mut new = Self {
            sender,
            file,
            chunk,
            next: None,
            on_its_way: 0,
            acknowledged: 0,
        };
        new.next = Some(new.read()?);
        Ok(new)
    }

    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = Vec::with_capacity(self.chunk);
        (&mut self.file)
            .take(self.chunk as u64)
            .read_to_end(&mut piece)?;
        Ok(piece)
    }

    fn go_on(&mut self, now: Duration, out: &mut Vec<Action>) -> io::Result<()> {
        let ready = matches!(self.sender.state, Sending::Ready { .. });
        if ready || self.sender.state == Sending::Done {
            self.acknowledged += self.on_its_way;
            self.on_its_way = 0;
        }
        if ready && let Some(piece) = self.next.take() {
            self.next = Some(self.read()?).filter(|next| !next.is_empty());
            self.on_its_way = piece.len();
            self.sender
                .offer(now, piece, self.next.is_none(), out)
                .map_err(io::Error::other)?;
        }
        Ok(())
    }
}

impl End for Outgoing {
    fn on_datagram(
        &mut self,
        now: Duration,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Action>,
    ) -> io::Result<()> {
        self.sender.on_datagram(from, datagram);
        self.go_on(now, out)
    }

    fn on_time(&mut self, now: Duration, out: &mut Vec<Action>) -> io::Result<()> {
        self.sender.on_time(now, out);
        self.go_on(now, out)
    }

    fn wait(&self) -> Wait {
        match self.sender.state {
            // The first piece is sent as soon as somebody looks at the clock.
            Sending::Ready { .. } => Wait::Until(Duration::ZERO),
            _ => self.sender.wait(),
        }
    }
}

/// A number that nobody can guess who has not seen it.
fn random() -> io::Result<u32> {
    getrandom::u32().map_err(io::Error::other)
}

fn about(file: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
}
