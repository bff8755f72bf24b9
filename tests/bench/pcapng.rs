//! A strict reader of `wire.pcapng`, which shares no line with its writer.
//!
//! It takes what the writer may write and nothing else; anything odd is a panic with the place.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Of a TCP header.
pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
const ACK: u8 = 16;

const TCP: u8 = 6;
const UDP: u8 = 17;

pub struct Packet {
    pub source: SocketAddr,
    pub target: SocketAddr,
    pub flags: u8,
    /// As much of the data as was kept.
    pub data: Vec<u8>,
    /// How long the data was on the wire.
    pub length: usize,
    /// What the writer has to say about it.
    pub comment: Option<String>,
    is_datagram: bool,
    sequence: u32,
    acknowledged: u32,
}

/// Walks over bytes; what is not there is a panic.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(n).expect("more bytes");
        self.0 = rest;
        taken
    }

    fn little(&mut self, n: usize) -> u64 {
        let bytes = self.take(n).iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn big(&mut self, n: usize) -> u64 {
        let bytes = self.take(n).iter();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// All packets of a file in which every block is whole and the times never run backwards.
pub fn read(file: &[u8]) -> Vec<Packet> {
    let mut rest = Cursor(file);
    let mut blocks = Vec::new();
    while !rest.0.is_empty() {
        let kind = rest.little(4);
        let length = rest.little(4) as usize;
        assert!(length >= 12 && length.is_multiple_of(4), "length {length}");
        let body = rest.take(length - 12);
        assert_eq!(rest.little(4) as usize, length, "the length again");
        blocks.push((kind, body));
    }
    let [(0x0A0D_0D0A, section), (1, interface), packets @ ..] = &blocks[..] else {
        panic!("no section header with an interface description");
    };
    let mut section = Cursor(section);
    assert_eq!(section.little(4), 0x1A2B_3C4D, "byte order");
    assert_eq!((section.little(2), section.little(2)), (1, 0), "version");
    assert_eq!(section.little(8), u64::MAX, "a section of unknown length");
    assert!(section.0.is_empty());
    let mut interface = Cursor(interface);
    assert_eq!(interface.little(4), 101, "LINKTYPE_RAW");
    assert_eq!(interface.little(4), 0, "no limit of length");
    assert!(interface.0.is_empty());

    let mut before = 0;
    let mut read = Vec::new();
    for (kind, body) in packets {
        assert_eq!(*kind, 6, "an enhanced packet");
        let mut body = Cursor(body);
        assert_eq!(body.little(4), 0, "the only interface");
        let micros = body.little(4) << 32 | body.little(4);
        assert!(micros >= before, "{micros} after {before}");
        before = micros;
        let captured = body.little(4) as usize;
        let original = body.little(4) as usize;
        assert!(captured <= original);
        let mut packet = packet(body.take(captured), original);
        padding(&mut body, captured);
        if !body.0.is_empty() {
            assert_eq!(body.little(2), 1, "a comment");
            let length = body.little(2) as usize;
            let comment = body.take(length).to_vec();
            packet.comment = Some(String::from_utf8(comment).expect("UTF-8"));
            padding(&mut body, length);
            assert_eq!(body.little(4), 0, "the end of options");
        }
        assert!(body.0.is_empty(), "no other option");
        read.push(packet);
    }
    read
}

/// Zeros up to the next four bytes.
fn padding(body: &mut Cursor, length: usize) {
    let padding = body.take(length.next_multiple_of(4) - length);
    assert!(padding.iter().all(|byte| *byte == 0), "padding");
}

fn packet(bytes: &[u8], original: usize) -> Packet {
    let mut packet = Cursor(bytes);
    let protocol;
    let (source, target): (std::net::IpAddr, std::net::IpAddr) = match bytes[0] >> 4 {
        4 => {
            assert_eq!(packet.big(1), 0x45, "five words of header");
            packet.take(1);
            assert_eq!(packet.big(2) as usize, original, "total length");
            packet.take(5);
            protocol = packet.big(1) as u8;
            packet.take(2);
            let mut address = || Ipv4Addr::from_bits(packet.big(4) as u32).into();
            (address(), address())
        }
        6 => {
            packet.take(4);
            assert_eq!(packet.big(2) as usize, original - 40, "payload length");
            protocol = packet.big(1) as u8;
            packet.take(1);
            let mut address = || {
                let bits = u128::from(packet.big(8)) << 64 | u128::from(packet.big(8));
                Ipv6Addr::from_bits(bits).into()
            };
            (address(), address())
        }
        version => panic!("IP version {version}"),
    };
    let header = original - packet.0.len();
    let cut = bytes.len() - packet.0.len();
    assert_eq!(header - cut, original - bytes.len());
    let (from, to) = (packet.big(2) as u16, packet.big(2) as u16);
    let (source, target) = ((source, from).into(), (target, to).into());
    if protocol == UDP {
        assert_eq!(packet.big(2) as usize, original - cut, "length");
        assert_ne!(packet.big(2), 0, "a checksum");
        return Packet {
            source,
            target,
            flags: 0,
            data: packet.0.to_vec(),
            length: original - cut - 8,
            comment: None,
            is_datagram: true,
            sequence: 0,
            acknowledged: 0,
        };
    }
    assert_eq!(protocol, TCP);
    let (sequence, acknowledged) = (packet.big(4) as u32, packet.big(4) as u32);
    assert_eq!(packet.big(1) >> 4, 5, "five words of header");
    let flags = packet.big(1) as u8;
    packet.take(6);
    Packet {
        source,
        target,
        flags,
        data: packet.0.to_vec(),
        length: original - cut - 20,
        comment: None,
        is_datagram: false,
        sequence,
        acknowledged,
    }
}

/// One direction of a conversation.
#[derive(Default)]
pub struct Said {
    pub data: Vec<u8>,
    pub length: usize,
    pub pieces: Vec<usize>,
    pub finished: bool,
    pub reset: bool,
    next: Option<u32>,
}

/// What each side said to the other: nothing twice, nothing left out, nothing after its end.
pub fn conversations(packets: &[Packet]) -> HashMap<(SocketAddr, SocketAddr), Said> {
    let mut said: HashMap<_, Said> = HashMap::new();
    for packet in packets {
        assert!(!packet.is_datagram, "only TCP is a conversation");
        let there = (packet.source, packet.target);
        let heard = said
            .get(&(packet.target, packet.source))
            .and_then(|s| s.next);
        if packet.flags & ACK != 0 {
            assert_eq!(Some(packet.acknowledged), heard, "all that came");
        } else {
            assert_eq!(packet.flags, SYN, "only the first one acknowledges nothing");
        }
        let this = said.entry(there).or_default();
        assert!(!this.finished && !this.reset || packet.flags & FIN == 0 && packet.length == 0);
        if let Some(next) = this.next {
            assert_eq!(packet.sequence, next, "no gap and no doubling");
        } else {
            assert_ne!(packet.flags & SYN, 0, "a handshake first");
        }
        let marks = u32::from(packet.flags & (SYN | FIN) != 0);
        this.next = Some(packet.sequence + marks + packet.length as u32);
        if packet.length > 0 {
            assert!(this.data.len() == this.length || packet.data.is_empty());
            this.data.extend(&packet.data);
            this.length += packet.length;
            this.pieces.push(packet.length);
        }
        this.finished |= packet.flags & FIN != 0;
        this.reset |= packet.flags & RST != 0;
    }
    said
}

/// All of them, if there is nothing but datagrams.
pub fn datagrams(packets: &[Packet]) -> Vec<(&[u8], Option<&str>)> {
    assert!(packets.iter().all(|packet| packet.is_datagram));
    let datagrams = packets.iter();
    datagrams
        .map(|packet| (&packet.data[..], packet.comment.as_deref()))
        .collect()
}
