//! One transfer between an engine and a peer that the test plays.

use hidden_tests::Bench;

use super::packet::{Data, HEADER, packet};
use super::play::{Play, acknowledges};

/// Who sends what to whom, as random as it may be.
pub struct Transfer {
    pub to: String,
    pub connection: u32,
    pub first: u16,
}

impl Transfer {
    pub fn new(bench: &Bench) -> Self {
        let mut random = bench.random();
        Self {
            to: format!("127.0.0.1:{}", random.u16(1024..)),
            connection: random.u32(1..),
            first: random.u16(300..60_000),
        }
    }

    pub fn sender<'a>(&self, bench: &'a Bench, timeout: u64) -> Play<'a> {
        let (connection, first) = (self.connection.to_string(), self.first.to_string());
        let timeout = timeout.to_string();
        let options = [
            "--to",
            &self.to,
            "--connection",
            &connection,
            "--first",
            &first,
            "--timeout-ms",
            &timeout,
        ];
        Play::sender(bench, &options)
    }

    /// A receiver in the middle of the transfer, or, with `--last`, at its end.
    pub fn receiver<'a>(&self, bench: &'a Bench, patience: u64, at: &str) -> Play<'a> {
        let (connection, first) = (self.connection.to_string(), self.first.to_string());
        let patience = patience.to_string();
        let options = [
            "--to",
            &self.to,
            "--connection",
            &connection,
            at,
            &first,
            "--patience-ms",
            &patience,
        ];
        Play::receiver(bench, &options)
    }

    pub fn data<'a>(&self, sequence: u16, payload: &'a [u8]) -> Data<'a> {
        Data {
            connection: self.connection,
            sequence,
            payload,
            ..Data::default()
        }
    }

    pub fn sends(&self, data: &Data) -> String {
        format!("{{\"send_to\": \"{}\", {}}}", self.to, data.fields())
    }

    pub fn acknowledges(&self, sequence: u16) -> String {
        acknowledges(&self.to, self.connection, sequence)
    }
}

/// What somebody writes who is not the peer, or what the network makes of a packet: in words, from where, the bytes.
pub fn forged(transfer: &Transfer, honest: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let to = &transfer.to;
    let port: u16 = to
        .rsplit(':')
        .next()
        .and_then(|it| it.parse().ok())
        .unwrap_or(0);
    let mut damaged = honest.to_vec();
    damaged[9] ^= 1;
    let of_peer = |what: &str, bytes: &[u8]| (what.to_string(), to.clone(), bytes.to_vec());
    let mut cases = vec![
        (
            "from another port".to_string(),
            format!("127.0.0.1:{}", port ^ 1),
            honest.to_vec(),
        ),
        (
            "from another host".to_string(),
            format!("127.0.0.2:{port}"),
            honest.to_vec(),
        ),
        of_peer("with a wrong checksum", &damaged),
        of_peer("without a checksum", &[&[0; 4], &honest[4..]].concat()),
        of_peer("of no bytes", b""),
        of_peer("of 11 bytes", &honest[..HEADER - 1]),
        of_peer("of 3,000 bytes", &[0xff; 3000]),
    ];
    let own = transfer.connection;
    // One bit is enough for another connection, wherever it is.
    let bits = [1, 1 << 8, 1 << 15, 1 << 16, 1 << 24, 1 << 31];
    let others = bits.map(|bit| own ^ bit);
    for connection in others.into_iter().chain([!own, 0]) {
        let sequence = u16::from_be_bytes([honest[8], honest[9]]);
        let (kind, flags) = (honest[10], honest[11]);
        let other = packet(connection, sequence, kind, flags, &honest[HEADER..]);
        cases.push(of_peer("of another connection", &other));
    }
    cases
}
