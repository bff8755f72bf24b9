//! A small network with at most one fault, and what commands show in it.
//!
//! A fault changes facts of the network, and a command looks at facts only. So what is shown follows from the model,
//! and whether three commands are enough to tell a fault from every other can be worked out.

use std::net::Ipv4Addr;

use fastrand::Rng;

pub const NAME: &str = "post.example";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Healthy,
    NameServerSilent,
    NoSuchName,
    OldAddress,
    PortClosed,
    LoopbackOnly,
    Filtered,
    QueueFull,
    HostDown,
    PathLost,
    RoutingLoop,
    LossyLink,
    SmallMtu,
    CertificateExpired,
}

impl Fault {
    pub const ALL: [Self; 14] = [
        Self::Healthy,
        Self::NameServerSilent,
        Self::NoSuchName,
        Self::OldAddress,
        Self::PortClosed,
        Self::LoopbackOnly,
        Self::Filtered,
        Self::QueueFull,
        Self::HostDown,
        Self::PathLost,
        Self::RoutingLoop,
        Self::LossyLink,
        Self::SmallMtu,
        Self::CertificateExpired,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::NameServerSilent => "name-server-silent",
            Self::NoSuchName => "no-such-name",
            Self::OldAddress => "old-address",
            Self::PortClosed => "port-closed",
            Self::LoopbackOnly => "loopback-only",
            Self::Filtered => "filtered",
            Self::QueueFull => "queue-full",
            Self::HostDown => "host-down",
            Self::PathLost => "path-lost",
            Self::RoutingLoop => "routing-loop",
            Self::LossyLink => "lossy-link",
            Self::SmallMtu => "small-mtu",
            Self::CertificateExpired => "certificate-expired",
        }
    }
}

/// Addresses and numbers of a network, the same whatever its fault.
pub struct World {
    pub client: Ipv4Addr,
    pub resolver: Ipv4Addr,
    /// From the client's own to the server's.
    pub routers: Vec<Ipv4Addr>,
    pub server: Ipv4Addr,
    pub port: u16,
    old: Ipv4Addr,
    /// Round trip to the server, and the share of each hop, in tenths of a millisecond.
    trip: u32,
    /// The router at which a fault of the path is.
    at: usize,
    /// Of [`PINGS`], on a link that loses.
    lost: u32,
    backlog: u32,
    query: u16,
}

/// How many packets `ping` sends here.
pub const PINGS: u32 = 20;
/// How many hops `traceroute` tries here.
pub const HOPS: usize = 8;

/// The facts that a fault changes.
pub struct Facts {
    pub names: Names,
    pub path: Way,
    /// Packets that are lost, of [`PINGS`].
    pub lost: u32,
    pub large_packets: bool,
    pub filter: bool,
    /// Where the program listens.
    pub listens: Listens,
    /// How many connections wait for `accept`.
    pub waiting: u32,
    pub certificate: bool,
}

pub enum Names {
    Answer(Ipv4Addr),
    Silent,
    NoSuchName,
}

/// What becomes of a packet to the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Arrives,
    /// The last router says that the host does not answer.
    Unreachable,
    /// Lost behind this router.
    Lost(usize),
    /// Between this router and the next.
    Loop(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Listens {
    Nowhere,
    Loopback,
    Everywhere,
}

impl World {
    pub fn new(random: &mut Rng) -> Self {
        let routers = random.usize(3..=4);
        let mut host = || random.u8(1..=250);
        let (client, resolver) = (host() / 2 + 2, host() / 2 + 128);
        let (server, old) = (host() / 2 + 2, host() / 2 + 128);
        let mut way = vec![Ipv4Addr::new(192, 0, 2, 1)];
        for n in 1..routers {
            way.push(Ipv4Addr::new(
                198,
                51,
                100,
                (n * 16) as u8 + host() % 14 + 1,
            ));
        }
        Self {
            client: Ipv4Addr::new(192, 0, 2, client),
            resolver: Ipv4Addr::new(192, 0, 2, resolver),
            server: Ipv4Addr::new(203, 0, 113, server),
            old: Ipv4Addr::new(203, 0, 113, old),
            port: random.u16(2_000..10_000),
            trip: random.u32(80..400),
            at: random.usize(1..routers - 1),
            lost: random.u32(3..=9),
            backlog: [16, 64, 128][random.usize(..3)],
            query: random.u16(..),
            routers: way,
        }
    }

    pub fn facts(&self, fault: Fault) -> Facts {
        let mut facts = Facts {
            names: Names::Answer(self.server),
            path: Way::Arrives,
            lost: 0,
            large_packets: true,
            filter: false,
            listens: Listens::Everywhere,
            waiting: 0,
            certificate: true,
        };
        match fault {
            Fault::Healthy => {}
            Fault::NameServerSilent => facts.names = Names::Silent,
            Fault::NoSuchName => facts.names = Names::NoSuchName,
            Fault::OldAddress => facts.names = Names::Answer(self.old),
            Fault::PortClosed => facts.listens = Listens::Nowhere,
            Fault::LoopbackOnly => facts.listens = Listens::Loopback,
            Fault::Filtered => facts.filter = true,
            // Linux lets one more wait than was asked for.
            Fault::QueueFull => facts.waiting = self.backlog + 1,
            Fault::HostDown => facts.path = Way::Unreachable,
            Fault::PathLost => facts.path = Way::Lost(self.at),
            Fault::RoutingLoop => facts.path = Way::Loop(self.at),
            Fault::LossyLink => facts.lost = self.lost,
            Fault::SmallMtu => facts.large_packets = false,
            Fault::CertificateExpired => facts.certificate = false,
        }
        facts
    }

    pub fn backlog(&self) -> u32 {
        self.backlog
    }

    pub fn query(&self) -> u16 {
        self.query
    }

    /// The time to this hop and back; the server is the hop behind the last router.
    pub fn trip(&self, hop: usize) -> String {
        let tenths = self.trip * (hop as u32 + 1) / (self.routers.len() as u32 + 1);
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}
