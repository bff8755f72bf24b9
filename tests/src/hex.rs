//! Bytes that differ, side by side: rows of hex and ASCII around the first difference, with a caret.

/// Bytes in a row.
const ROW: usize = 16;

/// The first row that differs, of both sides, and a caret below; ready to print after `expected` and `got`.
///
/// `expected[at] != got[at]`, or one of them ends at `at`.
pub fn difference(expected: &[u8], got: &[u8], at: usize) -> Vec<String> {
    let start = at / ROW * ROW;
    let row = |bytes: &[u8]| bytes[start.min(bytes.len())..(start + ROW).min(bytes.len())].to_vec();
    let says = match (expected.get(at), got.get(at)) {
        (Some(wanted), Some(came)) => {
            format!("byte 0x{at:x}: {came:02x} where {wanted:02x} was expected")
        }
        (Some(wanted), None) => {
            format!("byte 0x{at:x}: nothing where {wanted:02x} was expected")
        }
        (None, Some(came)) => format!("byte 0x{at:x}: {came:02x} where nothing was expected"),
        (None, None) => format!("byte 0x{at:x}"),
    };
    // Four digits of offset, two spaces, then "xx " a byte with one more space in the middle.
    let column = 6 + (at - start) * 3 + usize::from(at - start >= ROW / 2);
    vec![
        format!("expected   {}", line(start, &row(expected))),
        format!("got        {}", line(start, &row(got))),
        format!("           {:column$}^^ {says}", ""),
    ]
}

/// `0010  68 65 6c 6c 6f 0d 0a                             hello..`
pub fn line(offset: usize, bytes: &[u8]) -> String {
    format!("{offset:04x}  {:48} {}", hex(bytes), ascii(bytes))
}

/// Two digits a byte, a wider gap in the middle of a row.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 {
            text.push(' ');
        }
        if i == ROW / 2 {
            text.push(' ');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// Printable ASCII as it is, anything else as a dot.
pub fn ascii(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|b| match b {
            b' '..=b'~' => char::from(*b),
            _ => '.',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_below_the_byte_that_differs() {
        let expected = b"0123456789abcdefllo\r\nworld";
        let got = b"0123456789abcdefllo\nworld";
        assert_eq!(
            difference(expected, got, 19),
            [
                "expected   0010  6c 6c 6f 0d 0a 77 6f 72  6c 64                   llo..world",
                "got        0010  6c 6c 6f 0a 77 6f 72 6c  64                      llo.world",
                "                          ^^ byte 0x13: 0a where 0d was expected",
            ]
        );
    }

    #[test]
    fn the_caret_knows_the_gap_and_the_end() {
        let rows = difference(b"0123456789", b"01234567", 8);
        let column = rows[0]
            .find("38")
            .map(|at| at + rows[0][at..].len() - rows[0][at..].len());
        assert_eq!(rows[2].find("^^"), column);
        assert!(rows[2].ends_with("byte 0x8: nothing where 38 was expected"));
    }
}
