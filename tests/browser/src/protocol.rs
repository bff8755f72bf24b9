//! The DevTools protocol: JSON messages, each ended by a zero byte. Calls are answered by number, in any order;
//! between the answers come events.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::DEADLINE;

/// To one browser; its pages share it.
pub struct Protocol {
    to_browser: Mutex<Box<dyn Write + Send>>,
    said: Arc<Said>,
}

/// What has come from the browser and nobody has taken yet.
#[derive(Default)]
struct Said {
    inbox: Mutex<Inbox>,
    changed: Condvar,
}

#[derive(Default)]
struct Inbox {
    last_call: u64,
    answers: HashMap<u64, Value>,
    /// Every event since the beginning: tests ask late what happened early.
    events: Vec<Event>,
    ended: bool,
}

#[derive(Clone, Debug)]
pub struct Event {
    /// Which page it is about; empty for the browser itself.
    pub session: String,
    pub method: String,
    pub params: Value,
}

impl Protocol {
    pub fn new(
        to_browser: impl Write + Send + 'static,
        from_browser: impl Read + Send + 'static,
    ) -> Self {
        let said = Arc::new(Said::default());
        let heard = Arc::clone(&said);
        thread::spawn(move || listen(from_browser, &heard));
        Self {
            to_browser: Mutex::new(Box::new(to_browser)),
            said,
        }
    }

    /// Carries out `method` and returns its result. A refusal is the test's fault, so it panics.
    pub fn call(&self, session: &str, method: &str, params: Value) -> Value {
        match self.try_call(session, method, params, DEADLINE) {
            Ok(result) => result,
            Err(what) => panic!("{method}: {what}"),
        }
    }

    pub fn try_call(
        &self,
        session: &str,
        method: &str,
        params: Value,
        deadline: Duration,
    ) -> Result<Value, String> {
        let id = {
            let mut inbox = self.said.lock();
            inbox.last_call += 1;
            inbox.last_call
        };
        let mut message = json!({"id": id, "method": method, "params": params});
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        {
            let mut pipe = self
                .to_browser
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            (pipe.write_all(&bytes).and_then(|()| pipe.flush()))
                .map_err(|error| format!("the browser is gone: {error}"))?;
        }
        let mut answer = self
            .said
            .wait(deadline, |inbox| inbox.answers.remove(&id))
            .ok_or("no answer from the browser")?;
        match answer.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer["result"].take()),
        }
    }

    /// How many events there have been; a mark to count from.
    pub fn now(&self) -> usize {
        self.said.lock().events.len()
    }

    /// The events of one page since `mark`.
    pub fn events(&self, session: &str, mark: usize) -> Vec<Event> {
        let inbox = self.said.lock();
        let events = inbox.events[mark..].iter();
        events
            .filter(|event| event.session == session)
            .cloned()
            .collect()
    }

    /// Waits for an event of this page since `mark` that `is` the one.
    pub fn wait_event(
        &self,
        session: &str,
        mark: usize,
        what: &str,
        is: impl Fn(&Event) -> bool,
    ) -> Event {
        let found = self.said.wait(DEADLINE, |inbox| {
            let mut events = inbox.events[mark..].iter();
            events
                .find(|event| event.session == session && is(event))
                .cloned()
        });
        found.unwrap_or_else(|| panic!("the browser never told of {what}"))
    }
}

impl Said {
    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` when the time is over or the browser has ended.
    fn wait<T>(
        &self,
        deadline: Duration,
        mut look: impl FnMut(&mut Inbox) -> Option<T>,
    ) -> Option<T> {
        let until = Instant::now() + deadline;
        let mut inbox = self.lock();
        loop {
            if let Some(found) = look(&mut inbox) {
                return Some(found);
            }
            let left = until.saturating_duration_since(Instant::now());
            if inbox.ended || left.is_zero() {
                return None;
            }
            inbox = (self
                .changed
                .wait_timeout(inbox, left)
                .unwrap_or_else(PoisonError::into_inner))
            .0;
        }
    }
}

fn listen(from_browser: impl Read, said: &Said) {
    let mut pipe = BufReader::new(from_browser);
    loop {
        let mut bytes = Vec::new();
        let read = pipe.read_until(0, &mut bytes);
        let whole = read.is_ok() && bytes.pop() == Some(0);
        let mut inbox = said.lock();
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(message) if whole => inbox.take(message),
            _ => inbox.ended = true,
        }
        said.changed.notify_all();
        if inbox.ended {
            return;
        }
    }
}

impl Inbox {
    fn take(&mut self, mut message: Value) {
        if let Some(id) = message["id"].as_u64() {
            self.answers.insert(id, message);
            return;
        }
        self.events.push(Event {
            session: message["sessionId"].as_str().unwrap_or("").to_string(),
            method: message["method"].as_str().unwrap_or("").to_string(),
            params: message["params"].take(),
        });
    }
}
