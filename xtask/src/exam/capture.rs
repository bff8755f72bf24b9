//! A TCP conversation that never took place, packet by packet, as it could have been recorded at the server.
//!
//! The packets follow RFC 9293: a handshake, a request, an answer in several segments of which one is lost and sent
//! again (RFC 5681 section 3.2), and an end in which one side speaks on for a while, or does not.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddrV4};

use etherparse::PacketBuilder;
use fastrand::Rng;

use crate::Error;

/// Packets begin with the IP header.
const LINKTYPE_RAW: u32 = 101;
const WINDOW: u16 = 64_240;
const HOPS: u8 = 64;
/// What fits into an Ethernet frame behind the two headers, RFC 9293 section 3.7.1.
const LARGEST_SEGMENT: usize = 1460;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

impl Side {
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

pub struct Packet {
    pub at_us: u64,
    pub from: Side,
    pub syn: bool,
    pub fin: bool,
    pub seq: u32,
    /// The first packet acknowledges nothing.
    pub ack: Option<u32>,
    pub data: Vec<u8>,
}

pub struct Capture {
    pub client: SocketAddrV4,
    pub server: SocketAddrV4,
    pub packets: Vec<Packet>,
}

impl Capture {
    pub fn new(random: &mut Rng) -> Self {
        let client = Ipv4Addr::new(192, 0, 2, random.u8(10..250));
        let server = Ipv4Addr::new(203, 0, 113, random.u8(10..250));
        let capture = Self {
            client: SocketAddrV4::new(client, random.u16(32_768..=60_999)),
            server: SocketAddrV4::new(server, random.u16(2_000..10_000)),
            packets: Vec::new(),
        };
        let mut talk = Talk {
            capture,
            next: [random.u32(..), random.u32(..)],
            seen: [0; 2],
            now: 0,
            way: random.u64(4_000..40_000),
        };
        talk.handshake();
        let request = random.usize(20..90);
        talk.say(Side::Client, letters(random, request), false);
        talk.wait(random.u64(80..400));
        talk.acknowledge(Side::Server);
        talk.answer_with_a_loss(random);
        talk.end(random);
        talk.capture
    }

    /// The packet's number on paper.
    pub fn number(&self, wanted: impl Fn(&Packet) -> bool) -> Option<usize> {
        self.packets.iter().position(wanted).map(|at| at + 1)
    }

    pub fn text(&self) -> String {
        let mut text = format!(
            "one connection, recorded at the server\nclient {}   server {}\n\n\
             \x20no      time  from    flags      sequence  acknowledges  data\n",
            self.client, self.server
        );
        for (n, packet) in self.packets.iter().enumerate() {
            let flags = match (packet.syn, packet.fin, packet.ack) {
                (true, _, None) => "SYN",
                (true, _, Some(_)) => "SYN ACK",
                (_, true, _) => "FIN ACK",
                _ => "ACK",
            };
            let ack = packet.ack.map_or("-".to_string(), |ack| ack.to_string());
            let _ = writeln!(
                text,
                "{:>3}  {:.6}  {}  {flags:<7}  {:>10}  {ack:>12}  {:>4}",
                n + 1,
                packet.at_us as f64 / 1e6,
                packet.from.word(),
                packet.seq,
                packet.data.len()
            );
        }
        text
    }

    /// The same as a file for tcpdump, tshark and Wireshark: draft-ietf-opsawg-pcap section 4.
    pub fn pcap(&self) -> Result<Vec<u8>, Error> {
        let mut file = Vec::new();
        let header = [0xA1B2_C3D4, 0x0004_0002, 0, 0, 0x0004_0000, LINKTYPE_RAW];
        file.extend(header.into_iter().flat_map(u32::to_le_bytes));
        for packet in &self.packets {
            let bytes = self
                .bytes(packet)
                .map_err(|error| Error::Failed(format!("cannot write the capture: {error}")))?;
            let (seconds, micros) = (packet.at_us / 1_000_000, packet.at_us % 1_000_000);
            let length = bytes.len() as u32;
            let record = [seconds as u32, micros as u32, length, length];
            file.extend(record.into_iter().flat_map(u32::to_le_bytes));
            file.extend(bytes);
        }
        Ok(file)
    }

    fn bytes(&self, packet: &Packet) -> Result<Vec<u8>, etherparse::err::packet::BuildWriteError> {
        let (from, to) = match packet.from {
            Side::Client => (self.client, self.server),
            Side::Server => (self.server, self.client),
        };
        let ip = PacketBuilder::ipv4(from.ip().octets(), to.ip().octets(), HOPS);
        let mut tcp = ip.tcp(from.port(), to.port(), packet.seq, WINDOW);
        if packet.syn {
            tcp = tcp.syn();
        }
        if packet.fin {
            tcp = tcp.fin();
        }
        if !packet.data.is_empty() {
            tcp = tcp.psh();
        }
        if let Some(ack) = packet.ack {
            tcp = tcp.ack(ack);
        }
        let mut bytes = Vec::with_capacity(tcp.size(packet.data.len()));
        tcp.write(&mut bytes, &packet.data)?;
        Ok(bytes)
    }
}

/// The state of the two ends while the conversation is made up.
struct Talk {
    capture: Capture,
    /// By [`Side`]: the sequence number of what it sends next.
    next: [u32; 2],
    /// By [`Side`]: up to where it has received the other's bytes.
    seen: [u32; 2],
    now: u64,
    /// From one end to the other, in microseconds.
    way: u64,
}

impl Talk {
    fn handshake(&mut self) {
        self.put(Side::Client, true, false, Vec::new());
        self.wait(60);
        self.put(Side::Server, true, false, Vec::new());
        self.wait(2 * self.way);
        self.acknowledge(Side::Client);
        self.wait(150);
    }

    fn answer_with_a_loss(&mut self, random: &mut Rng) {
        let segments = random.usize(4..=6);
        // Something has to come behind it, or nobody would miss it.
        let lost = random.usize(..segments - 1);
        let mut missing = (0, Vec::new());
        let (mut ends, mut starts) = (Vec::new(), Vec::new());
        for n in 0..segments {
            let length = random.usize(100..=LARGEST_SEGMENT);
            let data = letters(random, length);
            let start = self.next[Side::Server as usize];
            if n == lost {
                missing = (start, data.clone());
            }
            starts.push(start);
            self.say(Side::Server, data, false);
            ends.push(self.next[Side::Server as usize]);
            self.wait(random.u64(20..90));
        }
        self.wait(2 * self.way);
        for n in (0..segments).filter(|&n| n != lost) {
            // Behind a gap the receiver can only repeat where the gap begins.
            self.seen[Side::Client as usize] = if n < lost { ends[n] } else { starts[lost] };
            self.acknowledge(Side::Client);
            self.wait(random.u64(20..90));
        }
        // Three repeated acknowledgements say that a segment is lost; with fewer the timer has to run out.
        let repeated = segments - 1 - lost;
        if repeated < 3 {
            self.wait(random.u64(200_000..400_000));
        }
        let (start, data) = missing;
        let after = std::mem::replace(&mut self.next[Side::Server as usize], start);
        self.put(Side::Server, false, false, data);
        self.next[Side::Server as usize] = after;
        self.wait(2 * self.way);
        self.seen[Side::Client as usize] = after;
        self.acknowledge(Side::Client);
        self.wait(random.u64(200..900));
    }

    /// One side ends its direction; the other may go on with its own, and its last data may carry the FIN.
    fn end(&mut self, random: &mut Rng) {
        let first = [Side::Client, Side::Server][random.usize(..2)];
        let second = first.other();
        self.say(first, Vec::new(), true);
        self.wait(self.way);
        self.acknowledge(second);
        self.wait(random.u64(100..2_000));
        let last = match random.bool() {
            true => random.usize(10..300),
            false => 0,
        };
        let together = random.bool();
        if last > 0 && !together {
            self.say(second, letters(random, last), false);
            self.wait(self.way);
            self.acknowledge(first);
            self.wait(300);
        }
        let data = match together {
            true => letters(random, last),
            false => Vec::new(),
        };
        self.say(second, data, true);
        self.wait(self.way);
        self.acknowledge(first);
    }

    /// Sends, and it arrives.
    fn say(&mut self, from: Side, data: Vec<u8>, fin: bool) {
        self.put(from, false, fin, data);
        self.seen[from.other() as usize] = self.next[from as usize];
    }

    fn acknowledge(&mut self, from: Side) {
        self.put(from, false, false, Vec::new());
    }

    fn put(&mut self, from: Side, syn: bool, fin: bool, data: Vec<u8>) {
        let seq = self.next[from as usize];
        let opening = syn && from == Side::Client;
        let ack = (!opening).then_some(self.seen[from as usize]);
        let marks = u32::from(syn) + u32::from(fin);
        self.next[from as usize] = seq.wrapping_add(data.len() as u32 + marks);
        if syn {
            self.seen[from.other() as usize] = self.next[from as usize];
        }
        self.capture.packets.push(Packet {
            at_us: self.now,
            from,
            syn,
            fin,
            seq,
            ack,
            data,
        });
    }

    fn wait(&mut self, micros: u64) {
        self.now += micros;
    }
}

fn letters(random: &mut Rng, n: usize) -> Vec<u8> {
    (0..n).map(|_| random.lowercase() as u8).collect()
}
