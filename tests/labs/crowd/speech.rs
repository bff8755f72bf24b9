//! The wire of crowd, as a client speaks it: frames, beats among the letters.

use hidden_tests::{Bench, CauseId, Connection, KIB};

/// The bytes of a length.
const LENGTH: usize = 4;
/// The longest text of a letter.
const MAX_TEXT: usize = 64 * KIB;
/// The word with which a beat begins.
const BEAT: &str = "time ";

pub fn frame(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("a short text of ours");
    [&length.to_be_bytes(), text.as_bytes()].concat()
}

pub fn frames<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Vec<u8> {
    texts
        .into_iter()
        .flat_map(|text| frame(text.as_ref()))
        .collect()
}

/// The next letter, whatever it says.
pub fn letter(bench: &Bench, client: &mut Connection, what: &str) -> String {
    let length = client.receive(LENGTH, what);
    let length = length.iter().fold(0, |n, byte| n << 8 | usize::from(*byte));
    if length > MAX_TEXT {
        let got = format!("a length of {length}");
        let expected = format!("{what}, of at most {MAX_TEXT} bytes");
        let likely = "These four bytes are not where a frame begins: a part of the letter before is missing, or was sent twice.";
        bench.fail(CauseId::BytesDiffer, &expected, &got, Some(likely));
    }
    String::from_utf8_lossy(&client.receive(length, what)).into_owned()
}

/// Waits for this letter; beats may come before it.
pub fn hears(bench: &Bench, client: &mut Connection, wanted: &str) {
    hears_quietly(bench, client, wanted);
    client.note(&format!("heard {:?}", begin(wanted)));
}

/// Waits for this letter without a word in the story, for letters in bulk.
pub fn hears_quietly(bench: &Bench, client: &mut Connection, wanted: &str) {
    let shown = begin(wanted);
    let what = format!("the letter {shown:?}");
    let got = loop {
        let letter = letter(bench, client, &what);
        if !letter.starts_with(BEAT) {
            break letter;
        }
    };
    if got != wanted {
        let (expected, got) = (sized(wanted), sized(&got));
        bench.fail(CauseId::BytesDiffer, &expected, &got, None);
    }
}

/// Waits for a beat, and returns its milliseconds.
pub fn beat(bench: &Bench, client: &mut Connection) -> u64 {
    let letter = letter(bench, client, "a letter \"time N\"");
    match letter.strip_prefix(BEAT).and_then(|ms| ms.parse().ok()) {
        Some(ms) => ms,
        None => {
            let got = format!("{letter:?}");
            bench.fail(
                CauseId::BytesDiffer,
                "a letter \"time N\", N milliseconds",
                &got,
                None,
            )
        }
    }
}

/// Asks for a random word and gets it back.
pub fn exchange(bench: &Bench, client: &mut Connection) {
    let word = bench.random_word(3..=40);
    client.send(&frame(&format!("echo {word}")));
    hears(bench, client, &format!("answer {word}"));
}

fn sized(text: &str) -> String {
    format!("the letter {:?}, {} bytes", begin(text), text.len())
}

fn begin(text: &str) -> String {
    text.chars().take(40).collect()
}
