//! What goes in, and what should be printed about it.

use std::ops::RangeInclusive;

use hidden_tests::Bench;

pub fn frame(payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_be_bytes(), payload].concat()
}

/// What is printed about frames that follow each other.
pub fn told(payloads: &[Vec<u8>]) -> Vec<String> {
    let mut at = 0;
    let line = |payload: &Vec<u8>| {
        let (length, shown) = (payload.len(), shown(payload));
        let line = format!("{{\"at\": {at}, \"length\": {length}, \"payload\": {shown}}}\n");
        at += 4 + length;
        line
    };
    payloads.iter().map(line).collect()
}

pub fn first(payload: &[u8]) -> String {
    let (length, shown) = (payload.len(), shown(payload));
    format!(
        "{{\"length\": {length}, \"used\": {}, \"payload\": {shown}}}\n",
        4 + length
    )
}

pub fn line(at: u64, text: &[u8]) -> String {
    format!("{{\"at\": {at}, \"line\": {}}}\n", shown(text))
}

/// A line for each character; `at` goes on.
pub fn characters(at: &mut u64, text: &str) -> String {
    let line = |character: char| {
        let shown = serde_json::Value::from(character.to_string());
        let line = format!("{{\"at\": {at}, \"character\": {shown}}}\n");
        *at += character.len_utf8() as u64;
        line
    };
    text.chars().map(line).collect()
}

pub fn ended(at: u64) -> String {
    format!("{{\"end\": true, \"at\": {at}}}\n")
}

pub fn refused(error: &str, at: u64) -> String {
    format!("{{\"error\": \"{error}\", \"at\": {at}}}\n")
}

pub fn cut_short(error: &str, at: u64, missing: u64) -> String {
    format!("{{\"error\": \"{error}\", \"at\": {at}, \"missing\": {missing}}}\n")
}

fn shown(bytes: &[u8]) -> serde_json::Value {
    bytes.escape_ascii().to_string().into()
}

pub fn one_by_one(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.chunks(1).collect()
}

/// The same bytes in pieces of random lengths.
pub fn cut<'a>(bench: &Bench, bytes: &'a [u8], lengths: RangeInclusive<usize>) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(bench.random().usize(lengths.clone()).min(rest.len()));
        pieces.push(piece);
        rest = later;
    }
    pieces
}

pub fn without_line_ends(bench: &Bench, n: usize) -> Vec<u8> {
    bench
        .random_bytes(n)
        .into_iter()
        .map(|byte| byte.max(b' '))
        .collect()
}
