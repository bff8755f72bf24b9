//! `wire.pcapng`: the record for Wireshark and its kin.
//!
//! Of a TCP connection the test saw bytes, not packets. What is written here is the plainest TCP conversation that carries these
//! bytes in this order: a handshake, a segment for each write or read, FIN or RST. Lengths, order, sequence
//! numbers and times are true to the record; window sizes and acknowledgements are made up. A datagram is a packet,
//! with a comment if the test has done something to it.
//! Format: draft-ietf-opsawg-pcapng, sections 3.5 and 4.1 to 4.3.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use etherparse::{IpHeaders, PacketBuilder, PacketBuilderStep};

use super::{Kind, Side, What, Wire};

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
/// Options: the end of them, and words about a packet.
const OPT_ENDOFOPT: u16 = 0;
const OPT_COMMENT: u16 = 1;
/// Packets begin with the IP header (LINKTYPE_RAW).
const LINKTYPE_RAW: u16 = 101;
/// The largest segment that is written; a larger read is shown as several.
const SEGMENT: usize = 32 * 1024;
const WINDOW: u16 = 65_535;
const HOPS: u8 = 64;

pub fn render(wire: &Wire) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    block(&mut file, SECTION_HEADER, |body| {
        body.extend(0x1A2B_3C4D_u32.to_le_bytes());
        body.extend(1_u16.to_le_bytes());
        body.extend(0_u16.to_le_bytes());
        body.extend((-1_i64).to_le_bytes());
    });
    block(&mut file, INTERFACE_DESCRIPTION, |body| {
        body.extend(LINKTYPE_RAW.to_le_bytes());
        body.extend([0; 2]);
        body.extend(0_u32.to_le_bytes());
    });
    let began = wire
        .began
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let mut flows: Vec<Flow> = wire
        .connections
        .iter()
        .map(|c| Flow {
            address: [c.test, c.program],
            next: [1_000, 1_000],
        })
        .collect();
    let in_packets =
        |record: &&super::Record| wire.connections[record.connection].kind != Kind::Pipes;
    for record in wire.records.iter().filter(in_packets) {
        let flow = &mut flows[record.connection];
        let mut out = Out {
            file: &mut file,
            at: began + record.at,
        };
        match &record.what {
            What::Open => flow.handshake(&mut out, record.from)?,
            What::Bytes { kept, length } => flow.bytes(&mut out, record.from, kept, *length)?,
            What::End => flow.segment(&mut out, record.from, Flags::Fin, &[], 0)?,
            What::Reset => flow.segment(&mut out, record.from, Flags::Rst, &[], 0)?,
            What::Datagram { kept, length, fate } => {
                let comment = fate.told();
                flow.datagram(&mut out, record.from, kept, *length, comment)?;
            }
        }
    }
    Ok(file)
}

/// The two ends of a connection and their next sequence numbers, by [`Side`].
struct Flow {
    address: [SocketAddr; 2],
    next: [u32; 2],
}

struct Out<'a> {
    file: &'a mut Vec<u8>,
    at: Duration,
}

#[derive(Clone, Copy, PartialEq)]
enum Flags {
    Syn,
    SynAck,
    Ack,
    Push,
    Fin,
    Rst,
}

impl Flow {
    fn handshake(&mut self, out: &mut Out, opener: Side) -> io::Result<()> {
        self.segment(out, opener, Flags::Syn, &[], 0)?;
        self.segment(out, other(opener), Flags::SynAck, &[], 0)?;
        self.segment(out, opener, Flags::Ack, &[], 0)
    }

    fn bytes(&mut self, out: &mut Out, from: Side, kept: &[u8], length: usize) -> io::Result<()> {
        let mut at = 0;
        while at < length {
            let size = SEGMENT.min(length - at);
            let kept = kept.get(at..).unwrap_or(&[]);
            self.segment(out, from, Flags::Push, &kept[..size.min(kept.len())], size)?;
            at += size;
        }
        Ok(())
    }

    /// One packet; `kept` is the part of its `length` bytes of data that the record has.
    fn segment(
        &mut self,
        out: &mut Out,
        from: Side,
        flags: Flags,
        kept: &[u8],
        length: usize,
    ) -> io::Result<()> {
        let (ip, source, target) = self.ip(from)?;
        let (sequence, acknowledged) = (self.next[from as usize], self.next[other(from) as usize]);
        let tcp = ip.tcp(source, target, sequence, WINDOW);
        let tcp = match flags {
            Flags::Syn => tcp.syn(),
            Flags::SynAck => tcp.syn().ack(acknowledged),
            Flags::Ack => tcp.ack(acknowledged),
            Flags::Push => tcp.psh().ack(acknowledged),
            Flags::Fin => tcp.fin().ack(acknowledged),
            Flags::Rst => tcp.rst().ack(acknowledged),
        };
        let mut packet = Vec::with_capacity(tcp.size(length));
        tcp.write(&mut packet, &whole(kept, length))
            .map_err(io::Error::other)?;
        out.packet(packet, length - kept.len(), None);

        let marks = matches!(flags, Flags::Syn | Flags::SynAck | Flags::Fin);
        let advance = length as u32 + u32::from(marks);
        self.next[from as usize] = sequence.wrapping_add(advance);
        Ok(())
    }

    fn datagram(
        &mut self,
        out: &mut Out,
        from: Side,
        kept: &[u8],
        length: usize,
        comment: Option<&str>,
    ) -> io::Result<()> {
        let (ip, source, target) = self.ip(from)?;
        let udp = ip.udp(source, target);
        let mut packet = Vec::with_capacity(udp.size(length));
        udp.write(&mut packet, &whole(kept, length))
            .map_err(io::Error::other)?;
        out.packet(packet, length - kept.len(), comment);
        Ok(())
    }

    /// An IP header of what `from` sends, and the ports of source and target.
    fn ip(&self, from: Side) -> io::Result<(PacketBuilderStep<IpHeaders>, u16, u16)> {
        let (source, target) = (
            self.address[from as usize],
            self.address[other(from) as usize],
        );
        let ip = match (source, target) {
            (SocketAddr::V4(a), SocketAddr::V4(b)) => {
                PacketBuilder::ipv4(a.ip().octets(), b.ip().octets(), HOPS)
            }
            (SocketAddr::V6(a), SocketAddr::V6(b)) => {
                PacketBuilder::ipv6(a.ip().octets(), b.ip().octets(), HOPS)
            }
            _ => return Err(io::Error::other("the two ends are of different families")),
        };
        Ok((ip, source.port(), target.port()))
    }
}

/// The headers must speak of the whole packet, so it is built whole and then cut.
fn whole(kept: &[u8], length: usize) -> Vec<u8> {
    let mut data = kept.to_vec();
    data.resize(length, 0);
    data
}

impl Out<'_> {
    /// A packet, of which the record does not have the last `missing` bytes.
    fn packet(&mut self, mut packet: Vec<u8>, missing: usize, comment: Option<&str>) {
        let original = packet.len();
        packet.truncate(original - missing);
        // Without an option that says otherwise, time counts in microseconds.
        let micros = self.at.as_micros() as u64;
        block(self.file, ENHANCED_PACKET, |body| {
            body.extend(0_u32.to_le_bytes());
            body.extend(((micros >> 32) as u32).to_le_bytes());
            body.extend((micros as u32).to_le_bytes());
            body.extend((packet.len() as u32).to_le_bytes());
            body.extend((original as u32).to_le_bytes());
            body.extend(packet);
            if let Some(comment) = comment {
                pad(body);
                option(body, OPT_COMMENT, comment.as_bytes());
                option(body, OPT_ENDOFOPT, &[]);
            }
        });
    }
}

/// An option is its code, its length, and a value padded to four bytes.
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

/// A block is its type, its length, a body padded to four bytes, and its length again.
fn block(file: &mut Vec<u8>, kind: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let mut body = Vec::new();
    fill(&mut body);
    pad(&mut body);
    let length = (body.len() as u32 + 12).to_le_bytes();
    file.extend(kind.to_le_bytes());
    file.extend(length);
    file.extend(body);
    file.extend(length);
}

fn other(side: Side) -> Side {
    match side {
        Side::Test => Side::Program,
        Side::Program => Side::Test,
    }
}
