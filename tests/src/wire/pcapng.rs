//! `wire.pcapng`: the record for Wireshark and its kin.
//!
//! The test saw bytes, not packets. What is written here is the plainest TCP conversation that carries these
//! bytes in this order: a handshake, a segment for each write or read, FIN or RST. Lengths, order, sequence
//! numbers and times are true to the record; window sizes and acknowledgements are made up.
//! Format: draft-ietf-opsawg-pcapng, sections 4.1 to 4.3.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use etherparse::PacketBuilder;

use super::{Side, What, Wire};

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
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
    for record in &wire.records {
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
        let (sequence, acknowledged) = (self.next[from as usize], self.next[other(from) as usize]);
        let tcp = ip.tcp(source.port(), target.port(), sequence, WINDOW);
        let tcp = match flags {
            Flags::Syn => tcp.syn(),
            Flags::SynAck => tcp.syn().ack(acknowledged),
            Flags::Ack => tcp.ack(acknowledged),
            Flags::Push => tcp.psh().ack(acknowledged),
            Flags::Fin => tcp.fin().ack(acknowledged),
            Flags::Rst => tcp.rst().ack(acknowledged),
        };
        // The headers must speak of the whole segment, so it is built whole and then cut.
        let mut data = kept.to_vec();
        data.resize(length, 0);
        let mut packet = Vec::with_capacity(tcp.size(length));
        tcp.write(&mut packet, &data).map_err(io::Error::other)?;
        let original = packet.len();
        packet.truncate(original - (length - kept.len()));
        out.packet(&packet, original);

        let marks = matches!(flags, Flags::Syn | Flags::SynAck | Flags::Fin);
        let advance = length as u32 + u32::from(marks);
        self.next[from as usize] = sequence.wrapping_add(advance);
        Ok(())
    }
}

impl Out<'_> {
    fn packet(&mut self, packet: &[u8], original: usize) {
        // Without an option that says otherwise, time counts in microseconds.
        let micros = self.at.as_micros() as u64;
        block(self.file, ENHANCED_PACKET, |body| {
            body.extend(0_u32.to_le_bytes());
            body.extend(((micros >> 32) as u32).to_le_bytes());
            body.extend((micros as u32).to_le_bytes());
            body.extend((packet.len() as u32).to_le_bytes());
            body.extend((original as u32).to_le_bytes());
            body.extend(packet);
        });
    }
}

/// A block is its type, its length, a body padded to four bytes, and its length again.
fn block(file: &mut Vec<u8>, kind: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let mut body = Vec::new();
    fill(&mut body);
    body.resize(body.len().next_multiple_of(4), 0);
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
