//! Lines: messages with an end instead of a length.

use crate::{Refusal, Step};

/// What ends a line.
pub const CRLF: &[u8] = b"\r\n";

/// The longest line where nobody says otherwise, in bytes, CRLF included, as in mail (RFC 5321 section 4.5.3.1.6).
pub const MAX_LINE: usize = 1000;

/// The line that `buffer` begins with, if its end is there.
///
/// # Rules
/// 1. A line ends with CRLF (`\r\n`, bytes 0d 0a). A CR or an LF alone is a part of the line.
/// 2. [`Step::Done`] from the LF on: `value` is the line without its CRLF, `used` is with it.
/// 3. A line may have `max` bytes, CRLF included. If there are `max` bytes and no CRLF ends within them, the line is
///    refused: at once, and also if its end is there further on.
///
/// ```
/// # use solution_frames::{Refusal, Step, line};
/// assert_eq!(line(b"Dear Ada\r", 10), Ok(Step::NeedMore));
/// assert_eq!(line(b"Dear Ada\r\nit", 10), Ok(Step::Done { value: &b"Dear Ada"[..], used: 10 }));
/// assert_eq!(line(b"Dear Ada,\r\n", 10), Err(Refusal::LineOverLimit));
/// ```
///
/// Not tested: `max` below 2.
///
/// # Errors
/// - [`Refusal::LineOverLimit`], as rule 3 says.
///
/// # Spec
/// RFC 5234 appendix B.1 (CRLF); RFC 5321 section 2.3.8 (a CR or an LF alone ends no line), 4.5.3.1.6 (a limit).
pub fn line(buffer: &[u8], max: usize) -> Result<Step<&[u8]>, Refusal> {
    // SOLUTION: look for CRLF within the limit
    let within = &buffer[..buffer.len().min(max)];
    match within.windows(CRLF.len()).position(|two| two == CRLF) {
        Some(end) => Ok(Step::Done {
            value: &within[..end],
            used: end + CRLF.len(),
        }),
        None if within.len() == max => Err(Refusal::LineOverLimit),
        None => Ok(Step::NeedMore),
    }
    // END SOLUTION
}
