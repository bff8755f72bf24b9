//! Keeps the answers that a page gives to a quiz, where `cargo xtask quiz` keeps its own.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde::Deserialize;
use xtask::Error;
use xtask::catalog::Catalog;
use xtask::quiz::answers::{Answers, now};
use xtask::quiz::{key, read};

/// An answer is two names and a token.
pub const LIMIT: usize = 1024;

/// Where answers are kept, and who may bring them.
pub struct Desk {
    pub root: PathBuf,
    pub state: PathBuf,
    /// Known to whoever could read `/live`: pages of another origin cannot.
    pub token: String,
}

/// What a page sends, as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    token: String,
    quiz: String,
    question: String,
    /// [`xtask::quiz::Choice::key`]; whether it is right is for us to say.
    choice: String,
}

/// No secret of a protocol: 128 bits that the system's random numbers have gone into.
pub fn token() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

pub async fn keep(desk: Arc<Desk>, body: Bytes) -> (StatusCode, String) {
    // It waits for a lock and for the disk.
    let kept = tokio::task::spawn_blocking(move || kept(&desk, &body)).await;
    match kept {
        Ok(Ok(())) => (StatusCode::NO_CONTENT, String::new()),
        Ok(Err((status, what))) => (status, format!("{what}\n")),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    }
}

fn kept(desk: &Desk, body: &[u8]) -> Result<(), (StatusCode, String)> {
    let wrong = |what: String| (StatusCode::BAD_REQUEST, what);
    let broken = |what: String| (StatusCode::INTERNAL_SERVER_ERROR, what);
    let given: Given = serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
    if given.token != desk.token {
        let what = "the token is not that of this server; load the page again";
        return Err((StatusCode::FORBIDDEN, what.to_string()));
    }
    let catalog = Catalog::read(&desk.root).map_err(|error| match error {
        Error::Usage(what) | Error::Failed(what) => broken(what),
    })?;
    let quiz = read(&desk.root, &given.quiz, &catalog).map_err(wrong)?;
    let question = quiz.questions.iter().find(|it| it.id == given.question);
    let question = question.ok_or_else(|| wrong("there is no such question".to_string()))?;
    let choice = question.choices.iter().find(|it| it.key() == given.choice);
    let choice = choice.ok_or_else(|| wrong("there is no such choice".to_string()))?;
    let question = key(&quiz.name, &question.id);
    Answers::keep(&desk.state, &question, choice, now()).map_err(|error| broken(error.to_string()))
}
