//! A packet of stop-and-wait, made without the program's help.

/// What the header takes.
pub const HEADER: usize = 12;
/// `MAX_PAYLOAD` of the statement.
pub const MAX_PAYLOAD: usize = 1200;

const DATA: u8 = 1;
const ACKNOWLEDGEMENT: u8 = 2;

#[derive(Clone, Default)]
pub struct Data<'a> {
    pub connection: u32,
    pub sequence: u16,
    pub first: bool,
    pub last: bool,
    pub payload: &'a [u8],
}

impl Data<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let flags = u8::from(self.first) | u8::from(self.last) << 1;
        packet(self.connection, self.sequence, DATA, flags, self.payload)
    }

    /// As the program shows it, without the braces.
    pub fn fields(&self) -> String {
        let Data {
            connection,
            sequence,
            first,
            last,
            payload,
        } = self;
        let data = text(payload);
        format!(
            "\"connection\": {connection}, \"sequence\": {sequence}, \"first\": {first}, \"last\": {last}, \"data\": {data}"
        )
    }
}

pub fn acknowledgement(connection: u32, sequence: u16) -> Vec<u8> {
    packet(connection, sequence, ACKNOWLEDGEMENT, 0, b"")
}

pub fn packet(connection: u32, sequence: u16, kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let covered = [
        &connection.to_be_bytes()[..],
        &sequence.to_be_bytes(),
        &[kind, flags],
        payload,
    ];
    let covered = covered.concat();
    [&crc32(&covered).to_be_bytes(), &covered[..]].concat()
}

/// RFC 1952 section 8, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    });
    !crc
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes as the program reads and prints them: a character for each.
pub fn text(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    serde_json::Value::from(text).to_string()
}
