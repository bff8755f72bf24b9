//! What the server knows. Given: nothing to do here.

use std::thread;
use std::time::Duration;

use crate::wire::{Letter, MAX_TEXT};
use crate::work::answer_slowly;

/// The longest `wait` and `work`, in milliseconds: a minute and a half.
const MAX_MS: u64 = 90_000;

/// The answer to a question.
///
/// - `echo TEXT`: TEXT.
/// - `say N`: N times the letter `x`.
/// - `wait MS`: comes after MS milliseconds, as the answer of another server would. Meanwhile no thread is in use.
/// - `work MS`: comes after MS milliseconds of work that keeps a thread busy, as a password hash or a slow file does.
/// - `fail MS`: work that panics in the end.
/// - `panic`: panics in the middle of the client's own task.
pub async fn answer(question: &str) -> Letter {
    let (word, rest) = question.split_once(' ').unwrap_or((question, ""));
    let number = rest.parse().ok();
    let ms = number.filter(|ms| *ms <= MAX_MS).map(Duration::from_millis);
    match (word, number, ms) {
        ("echo", ..) => Letter::Answer(rest.to_string()),
        ("say", Some(n), _) if n <= (MAX_TEXT - "answer ".len()) as u64 => {
            Letter::Answer("x".repeat(n as usize))
        }
        ("wait", _, Some(time)) => {
            tokio::time::sleep(time).await;
            Letter::Answer(format!("waited {} ms", time.as_millis()))
        }
        ("work", _, Some(time)) => worked(answer_slowly(move || toil(time)).await),
        ("fail", _, Some(time)) => {
            let work = move || panic!("asked to fail, after {}", toil(time));
            worked(answer_slowly(work).await)
        }
        ("panic", ..) if rest.is_empty() => panic!("asked to panic"),
        _ => Letter::Sorry(format!("this is not a question I know: {question}")),
    }
}

fn worked(done: std::io::Result<String>) -> Letter {
    match done {
        Ok(text) => Letter::Answer(text),
        Err(error) => Letter::Sorry(error.to_string()),
    }
}

/// Stands for every call that keeps its thread: it returns when it is done and lets nobody else run there.
fn toil(time: Duration) -> String {
    thread::sleep(time);
    format!("worked {} ms", time.as_millis())
}
