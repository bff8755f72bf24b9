//! The test as one of two that exchange datagrams.

use std::cell::{RefCell, RefMut};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::endpoint::Datagram;
use crate::expecting::{described, first_difference};
use crate::hex;
use crate::quiet::STUCK;
use crate::stage::Stage;
use crate::story::count;
use crate::system::{self, Datagrams};

/// A bound datagram socket of the test.
pub struct DatagramPeer {
    stage: Rc<RefCell<Stage>>,
    index: usize,
}

impl DatagramPeer {
    pub(crate) fn bind(shared: &Rc<RefCell<Stage>>, name: &str, address: &str) -> Self {
        let index = shared.borrow_mut().add_endpoint(name, address, None);
        Self {
            stage: Rc::clone(shared),
            index,
        }
    }

    /// Where it receives.
    pub fn address(&self) -> SocketAddr {
        self.stage.borrow().endpoints[self.index].address
    }

    /// Sends one datagram.
    pub fn send(&self, to: SocketAddr, bytes: &[u8]) {
        self.send_quietly(to, bytes);
        self.tell(&format!("sent {} to {to}", described(bytes)));
    }

    /// Sends one datagram without a word in the story, for many of them.
    pub fn send_quietly(&self, to: SocketAddr, bytes: &[u8]) {
        self.stage.borrow_mut().send_datagram(self.index, to, bytes);
    }

    /// Waits for the next datagram, whatever it is and wherever it comes from. `what` it should be is for the story.
    pub fn receive(&self, what: &str) -> Datagram {
        let datagram = self.next(what);
        let (bytes, from) = (described(&datagram.bytes), datagram.from);
        self.tell(&format!("got {bytes} from {from}"));
        datagram
    }

    /// The same without a word in the story, for many of them.
    pub fn receive_quietly(&self, what: &str) -> Datagram {
        self.next(what)
    }

    /// Waits for the next datagram, which has to hold exactly these bytes; returns who sent it.
    pub fn expect(&self, wanted: &[u8]) -> SocketAddr {
        self.expect_as(wanted, "", |_| None)
    }

    /// The same for a datagram of which is said `what` it should be. `likely` is asked why other bytes have come.
    pub fn expect_as(
        &self,
        wanted: &[u8],
        what: &str,
        likely: impl FnOnce(&[u8]) -> Option<String>,
    ) -> SocketAddr {
        let comma = if what.is_empty() { "" } else { ", " };
        let expected = format!("a datagram of {}{comma}{what}", described(wanted));
        let Datagram { from, bytes } = self.next(&expected);
        let got = described(&bytes);
        self.tell(&format!("got {got} from {from}"));
        if bytes == wanted {
            return from;
        }
        let likely = likely(&bytes);
        let stage = &mut *self.on_stage();
        let at = first_difference(wanted, &bytes).unwrap_or(wanted.len().min(bytes.len()));
        let mut problem = Problem::new(
            CauseId::BytesDiffer,
            expected,
            format!("a datagram of {got}"),
        );
        problem.likely = likely.or(problem.likely);
        stage.fail(problem.bytes(hex::difference(wanted, &bytes, at)))
    }

    /// Requires that no datagram comes for `window`.
    pub fn expect_silence(&self, window: Duration) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let broken = stage.wait(Some(window), |stage| stage.endpoints[i].inbox.pop_front());
        let name = stage.endpoints[i].name.clone();
        let Ok(datagram) = broken else {
            let text = format!(
                "{name}: nothing came for {} ms, as it should be",
                window.as_millis()
            );
            return stage.story.tell(text);
        };
        let got = format!("a datagram of {}", described(&datagram.bytes));
        let text = format!("{name}: waited for nothing to come; {got} came");
        stage.story.tell(text);
        let expected = format!("nothing for {} ms", window.as_millis());
        stage.fail(
            Problem::new(CauseId::BrokeSilence, expected, got).bytes(vec![format!(
                "got        {}",
                hex::line(0, &datagram.bytes[..datagram.bytes.len().min(16)])
            )]),
        )
    }

    /// Everything that has come and was not asked for. Does not wait.
    pub fn came(&self) -> Vec<Datagram> {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        stage.endpoints[self.index].inbox.drain(..).collect()
    }

    /// Whether something has come that was not asked for. Does not wait.
    pub fn has_come(&self) -> bool {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        !stage.endpoints[self.index].inbox.is_empty()
    }

    /// Waits until whoever has the address `to` has read all that was sent there; where the system does not tell, not
    /// at all.
    pub fn wait_until_read(&self, to: SocketAddr) {
        let stage = &mut *self.on_stage();
        let window = stage.slowed(STUCK);
        let read = stage.wait(Some(window), |_| {
            (system::datagrams(to) != Some(Datagrams::Unread)).then_some(())
        });
        if let Err(stopped) = read {
            let name = &stage.endpoints[self.index].name;
            let text = format!(
                "{name}: waited {:.1} s until your program reads what was sent to {to}; it does not",
                stopped.waited.as_secs_f64()
            );
            stage.story.tell(text);
            let expected = "every datagram read".to_string();
            let got = "some unread".to_string();
            let problem = blame::stopped_over_datagrams(stopped, Some(to), expected, got);
            stage.fail(problem)
        }
    }

    /// The next datagram; the wait ends with the last program.
    fn next(&self, what: &str) -> Datagram {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let come = stage.wait(None, |stage| {
            let next = stage.endpoints[i].inbox.pop_front();
            // What an ended program sent was here before its end was known; one that was started since may still send.
            let ended = |i: usize| stage.programs.get(i).is_none_or(|p| p.ended.is_some());
            let over = ended(stage.about) && ended(stage.programs.len().saturating_sub(1));
            (next.is_some() || over).then_some(next)
        });
        let name = stage.endpoints[i].name.clone();
        let nothing = || count(0, "datagram");
        match come {
            Ok(Some(datagram)) => datagram,
            Ok(None) => {
                let text = format!("{name}: waited for {what}; your program ended");
                stage.story.tell(text);
                let got = format!("{}, and your program ended", nothing());
                stage.fail(Problem::new(CauseId::ClosedEarly, what.to_string(), got))
            }
            Err(stopped) => {
                let waited = stopped.waited.as_secs_f64();
                let text = format!("{name}: waited {waited:.1} s for {what}; nothing came");
                stage.story.tell(text);
                let got = format!("{} in {waited:.1} s", nothing());
                let program = stage.endpoints[i].program_at;
                let what = what.to_string();
                let problem = blame::stopped_over_datagrams(stopped, program, what, got);
                stage.fail(problem)
            }
        }
    }

    /// The stage, with the program that this end deals with as the one to blame.
    fn on_stage(&self) -> RefMut<'_, Stage> {
        let mut stage = self.stage.borrow_mut();
        let endpoint = &stage.endpoints[self.index];
        let known = endpoint.program_at.map(|_| endpoint.program);
        let runs = |i: &usize| stage.programs.get(*i).is_some_and(|p| p.ended.is_none());
        // Whoever it has not heard of yet is the one that was started last.
        let last = stage.programs.len().saturating_sub(1);
        stage.about = known.filter(runs).unwrap_or(last);
        stage
    }

    fn tell(&self, what: &str) {
        let stage = &mut *self.stage.borrow_mut();
        let text = format!("{}: {what}", stage.endpoints[self.index].name);
        stage.story.tell(text);
    }
}
