//! The test's datagram sockets, as the event loop sees them.

use std::collections::{HashMap, VecDeque};
use std::net::{SocketAddr, UdpSocket};

use crate::network::Direction;
use crate::stage::Stage;
use crate::wire::{Fate, Side};

/// So many datagrams are read before the rest of the loop has its turn.
const READS: usize = 64;
/// What the kernel is asked to keep while the test does something else; it may give less.
const RECEIVE_BUFFER: usize = 4 * 1024 * 1024;
/// Datagrams that nobody has asked for; what comes beyond is lost, as it is in a kernel.
const MAX_INBOX: usize = 100_000;

/// A datagram that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Where it says that it comes from.
    pub from: SocketAddr,
    pub bytes: Vec<u8>,
}

/// A datagram socket of the test.
pub struct Endpoint {
    pub name: String,
    pub socket: UdpSocket,
    pub address: SocketAddr,
    pub inbox: VecDeque<Datagram>,
    /// The program that it deals with.
    pub program: usize,
    /// The address of that program, once it is known.
    pub program_at: Option<SocketAddr>,
    /// If it is one end of a road: which road, and where what comes in here is going.
    pub road: Option<(usize, Direction)>,
    /// Indices in the wire record, by the address of the other side.
    pairs: HashMap<SocketAddr, usize>,
}

impl Stage {
    /// Binds a socket; returns its index.
    pub fn add_endpoint(
        &mut self,
        name: &str,
        address: &str,
        road: Option<(usize, Direction)>,
    ) -> usize {
        let socket = UdpSocket::bind(address).expect("a free port of the loopback interface");
        socket.set_nonblocking(true).expect("a socket of ours");
        // Without it, a test that is not listening just now would lose what it is sent sooner.
        let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER);
        let address = socket.local_addr().expect("a socket of ours");
        self.endpoints.push(Endpoint {
            name: name.to_string(),
            socket,
            address,
            inbox: VecDeque::new(),
            program: self.programs.len().saturating_sub(1),
            program_at: None,
            road,
            pairs: HashMap::new(),
        });
        self.endpoints.len() - 1
    }

    /// Takes what has come, and does with it what is to be done.
    pub fn read_endpoint(&mut self, i: usize, buffer: &mut [u8]) {
        for _ in 0..READS {
            // An error is an ICMP message about something that was sent before: nobody has that port.
            let Ok((n, from)) = self.endpoints[i].socket.recv_from(buffer) else {
                return;
            };
            let bytes = buffer[..n].to_vec();
            self.moved += 1 + n as u64;
            if !self.is_ours(from) {
                self.endpoints[i].program_at = Some(from);
                self.endpoints[i].program = self.program_at(from);
            }
            let datagram = Datagram { from, bytes };
            match self.endpoints[i].road {
                Some((road, direction)) => self.pass(road, direction, datagram),
                None => {
                    self.record(i, from, Side::Program, &datagram.bytes, Fate::Delivered);
                    let inbox = &mut self.endpoints[i].inbox;
                    if inbox.len() < MAX_INBOX {
                        inbox.push_back(datagram);
                    }
                }
            }
        }
    }

    /// Sends a datagram now. Loopback never makes a sender wait: what has no room at the other side is lost.
    pub fn send_datagram(&mut self, i: usize, to: SocketAddr, bytes: &[u8]) {
        let sent = self.endpoints[i].socket.send_to(bytes, to);
        if let Err(error) = sent
            && error.kind() != std::io::ErrorKind::ConnectionRefused
        {
            panic!("a datagram of {} bytes to {to}: {error}", bytes.len());
        }
        self.moved += 1 + bytes.len() as u64;
        if !self.is_ours(to) {
            self.endpoints[i].program_at = Some(to);
            self.endpoints[i].program = self.program_at(to);
        }
        self.record(i, to, Side::Test, bytes, Fate::Delivered);
    }

    /// Where this program has a datagram socket, as far as the test has dealt with it.
    pub fn datagrams_with(&self, program: usize) -> Option<SocketAddr> {
        let of_program = |endpoint: &&Endpoint| endpoint.program == program;
        let mut known = self.endpoints.iter().rev().filter(of_program);
        known.find_map(|endpoint| endpoint.program_at)
    }

    /// Records what went between an endpoint and another address.
    ///
    /// What a scripted peer sends over a road is recorded once, at the road: there, the peer stands where the test
    /// stands, and the road where the program does.
    pub fn record(&mut self, i: usize, other: SocketAddr, from: Side, bytes: &[u8], fate: Fate) {
        let ours = self.is_ours(other);
        let own = &self.endpoints[i];
        if ours && own.road.is_none() {
            return;
        }
        let (test, program, from) = match (ours, from) {
            (false, from) => (own.address, other, from),
            (true, Side::Test) => (other, own.address, Side::Program),
            (true, Side::Program) => (other, own.address, Side::Test),
        };
        let at = self.began.elapsed();
        let wire = &mut self.wire;
        let own = &mut self.endpoints[i];
        let name = match own.pairs.len() {
            0 => own.name.clone(),
            n => format!("{}-{}", own.name, n + 1),
        };
        let pair = own.pairs.entry(other);
        let pair = *pair.or_insert_with(|| wire.pair(&name, test, program));
        wire.datagram(at, pair, from, bytes, fate);
    }

    fn is_ours(&self, address: SocketAddr) -> bool {
        self.endpoints.iter().any(|own| own.address == address)
    }
}
