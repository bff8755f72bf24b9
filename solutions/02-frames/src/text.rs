//! Text: characters of one to four bytes, with nothing between them.

use crate::Refusal;

/// The bytes of a character that is not whole yet. The field is a proposal: only the functions below are called.
#[derive(Debug, Default)]
pub struct Text {
    kept: Vec<u8>,
}

impl Text {
    pub fn new() -> Self {
        Self::default()
    }

    /// Given: the bytes of a character that is not whole yet.
    pub fn rest(&self) -> &[u8] {
        &self.kept
    }

    /// Takes in the next piece of a text in UTF-8 and gives out every character that is whole by now.
    ///
    /// # Rules
    /// 1. `piece` follows what was left before. It may begin and end within a character, or be empty.
    /// 2. Every character that is whole is given out in this call, once, in its order. `emit` may get one at a time, or
    ///    as many as there are.
    /// 3. What is left is the beginning of a character: at most three bytes, which [`rest`](Self::rest) shows.
    /// 4. Bytes that are not UTF-8 are refused, never replaced. They are refused as soon as no further byte could make
    ///    a character of them: C0 alone, E0 80, ED A0, F4 90. All characters before them have been given out.
    /// 5. A byte order mark (U+FEFF) is a character like any other.
    ///
    /// ```
    /// # use solution_frames::{Refusal, Text};
    /// let (mut text, mut got) = (Text::new(), String::new());
    /// text.feed(b"Zo\xc3", |some| got.push_str(some))?;
    /// assert_eq!(got, "Zo");
    /// text.feed(b"\xab!", |some| got.push_str(some))?;
    /// assert_eq!(got, "Zoë!");
    /// assert_eq!(text.feed(b"\xc0", |_| ()), Err(Refusal::NotUtf8));
    /// # Ok::<(), Refusal>(())
    /// ```
    ///
    /// Not tested: another piece after a refusal; what `rest` shows then.
    ///
    /// # Errors
    /// - [`Refusal::NotUtf8`], as rule 4 says.
    ///
    /// # Spec
    /// RFC 3629 section 4 (which bytes are a character), 6 (the mark), 7 (examples), 10 (why nothing else is taken).
    pub fn feed(&mut self, piece: &[u8], mut emit: impl FnMut(&str)) -> Result<(), Refusal> {
        // SOLUTION: give out every whole character, keep the beginning of the next one
        self.kept.extend_from_slice(piece);
        let (whole, outcome) = match str::from_utf8(&self.kept) {
            Ok(all) => (all.len(), Ok(())),
            // No length: the bytes are right so far, and end too early.
            Err(error) if error.error_len().is_none() => (error.valid_up_to(), Ok(())),
            Err(error) => (error.valid_up_to(), Err(Refusal::NotUtf8)),
        };
        if let Ok(text) = str::from_utf8(&self.kept[..whole])
            && !text.is_empty()
        {
            emit(text);
        }
        self.kept.drain(..whole);
        outcome
        // END SOLUTION
    }
}
