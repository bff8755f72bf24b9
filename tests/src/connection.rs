//! The test's end of one TCP connection with the program.

use std::cell::{RefCell, RefMut};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::Duration;

use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::hex;
use crate::stage::{End, Link, Stage};
use crate::story::count;
use crate::system;
use crate::wire::Side;

/// How long a piece may stay unread before the next one follows anyway. A program that reads is done in far less.
const PIECE: Duration = Duration::from_millis(250);

pub struct Connection {
    pub(crate) stage: Rc<RefCell<Stage>>,
    pub(crate) index: usize,
}

impl Connection {
    pub(crate) fn adopt(
        shared: &Rc<RefCell<Stage>>,
        stage: &mut Stage,
        name: &str,
        stream: TcpStream,
        program: SocketAddr,
        opened_by: Side,
    ) -> Self {
        stream.set_nonblocking(true).expect("a socket of ours");
        // A piece must leave when it is written, not when the one before is acknowledged.
        stream.set_nodelay(true).expect("a socket of ours");
        let test = stream.local_addr().expect("a socket of ours");
        let at = stage.began.elapsed();
        let recorded = stage.wire.open(at, name, test, program, opened_by);
        stage.links.push(Link {
            name: name.to_string(),
            stream: Some(stream),
            recorded,
            program: stage.program_at(program),
            inbox: Vec::new(),
            taken: 0,
            reading: true,
            end: None,
            wants_to_write: false,
        });
        Self {
            stage: Rc::clone(shared),
            index: stage.links.len() - 1,
        }
    }

    /// Sends all of `bytes`, in writes as large as the socket takes.
    pub fn send(&mut self, bytes: &[u8]) {
        self.send_quietly(bytes);
        self.tell(&format!("sent {}", described(bytes)));
    }

    /// Sends `bytes` once more without a word in the story, for data in bulk.
    pub fn send_again(&mut self, bytes: &[u8]) {
        self.send_quietly(bytes);
    }

    /// Sends `bytes` in pieces of random lengths, one write each. How they arrive is up to TCP.
    pub fn send_in_pieces(
        &mut self,
        bytes: &[u8],
        lengths: RangeInclusive<usize>,
        random: &mut fastrand::Rng,
    ) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(random.usize(lengths.clone()).min(rest.len()));
            self.send_quietly(piece);
            rest = later;
        }
        self.tell(&format!(
            "sent {} in pieces of {} to {}",
            count(bytes.len(), "byte"),
            lengths.start(),
            lengths.end()
        ));
    }

    /// Sends each piece only when the program has read the one before, so that no read sees two of them.
    ///
    /// A look at the system's table costs milliseconds: for tens of pieces, not thousands.
    pub fn send_piece_by_piece(&mut self, pieces: &[&[u8]]) {
        let mut seen = true;
        for piece in pieces {
            self.send_quietly(piece);
            seen &= self.wait_until_read();
        }
        let total: usize = pieces.iter().map(|piece| piece.len()).sum();
        let weaker = match seen {
            true => "each after the one before was read",
            false => {
                "one after the other (this system or your program did not show whether each was read alone)"
            }
        };
        self.tell(&format!(
            "sent {} in {}, {weaker}",
            count(total, "byte"),
            count(pieces.len(), "piece")
        ));
    }

    /// Waits until the program has read all that was sent; where the system does not tell, not at all.
    pub fn wait_until_all_is_read(&mut self) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let recorded = &stage.wire.connections[stage.links[i].recorded];
        let (program, test) = (recorded.program, recorded.test);
        // What is on its way is in no queue yet: two looks that find nothing are needed.
        let mut empty = 0;
        let outcome = stage.wait(None, |_| {
            empty = match system::socket(program, test) {
                Some(socket) if socket.unread > 0 || !socket.accepted => 0,
                _ => empty + 1,
            };
            (empty == 2).then_some(())
        });
        if let Err(stopped) = outcome {
            let unread = system::socket(program, test).map_or(0, |socket| socket.unread);
            let expected = "everything read".to_string();
            let got = format!("{} unread", count(unread, "byte"));
            let problem = blame::stopped(stage, stopped, Some(i), expected, got);
            stage.fail(problem)
        }
    }

    /// "No more from me": closes the sending half (FIN).
    pub fn finish_sending(&mut self) {
        {
            let stage = &mut *self.on_stage();
            let at = stage.began.elapsed();
            let link = &stage.links[self.index];
            // Fails only if the connection is gone, which the next wait will see.
            let _ = link
                .stream
                .as_ref()
                .map(|stream| stream.shutdown(Shutdown::Write));
            stage.wire.end(at, link.recorded, Side::Test);
        }
        self.tell("said \"no more from me\" (FIN)");
    }

    /// Cuts the connection: the program sees a reset (RST) instead of an end.
    pub fn reset(self) {
        self.tell("cut the connection (RST)");
        let stage = &mut *self.on_stage();
        let at = stage.began.elapsed();
        let link = &mut stage.links[self.index];
        // With a linger time of zero, closing sends RST (RFC 9293 section 3.10.4, ABORT).
        if let Some(stream) = &link.stream {
            let _ = rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO));
        }
        stage.wire.reset(at, link.recorded, Side::Test);
        link.end = Some(End::Reset);
        link.reading = false;
        link.stream = None;
    }

    /// Closes both halves as a program does that drops its socket.
    pub fn close(self) {
        self.tell("closed the connection");
        let stage = &mut *self.on_stage();
        let at = stage.began.elapsed();
        let link = &mut stage.links[self.index];
        stage.wire.end(at, link.recorded, Side::Test);
        link.end = Some(End::Fin);
        link.reading = false;
        link.stream = None;
    }

    /// Stops taking what the program sends, as a slow reader does; the system's buffers fill up.
    pub fn stop_reading(&mut self) {
        self.stage.borrow_mut().links[self.index].reading = false;
    }

    pub fn read_again(&mut self) {
        self.stage.borrow_mut().links[self.index].reading = true;
    }

    /// Waits for exactly these bytes.
    pub fn expect(&mut self, wanted: &[u8]) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let mut same = 0;
        let outcome = stage.wait(None, |stage| {
            let come = stage.unread(i);
            let n = come.len().min(wanted.len());
            if come[same..n] != wanted[same..n] || n == wanted.len() {
                return Some(());
            }
            same = n;
            stage.links[i].end.map(|_| ())
        });
        let name = stage.links[i].name.clone();
        let come = stage.unread(i);
        let n = come.len().min(wanted.len());
        let differ = first_difference(come, wanted);
        let expected = described(wanted);
        match (outcome, differ) {
            (_, Some(at)) => {
                let come = come.to_vec();
                stage
                    .story
                    .tell(format!("{name} side: got bytes that differ at 0x{at:x}"));
                stage.fail(differing(wanted, &come, at))
            }
            (Ok(()), None) if n == wanted.len() => {
                stage.take(i, n);
                stage.story.tell(format!("{name} side: got {expected}"));
            }
            (Ok(()), None) => {
                let end = stage.links[i].end;
                let (id, how) = match end {
                    Some(End::Reset) => (CauseId::Reset, "a reset (RST)"),
                    _ => (CauseId::ClosedEarly, "the end"),
                };
                let got = format!("{}, then {how}", count(n, "byte"));
                stage.story.tell(format!(
                    "{name} side: waited for {expected}; {} came, then {how}",
                    count(n, "byte")
                ));
                stage.fail(Problem::new(id, expected, got))
            }
            (Err(stopped), None) => {
                stage.story.tell(format!(
                    "{name} side: waited {:.1} s for {expected}; {} came",
                    stopped.waited.as_secs_f64(),
                    count(n, "byte")
                ));
                let got = format!(
                    "{} in {:.1} s",
                    count(n, "byte"),
                    stopped.waited.as_secs_f64()
                );
                let problem = blame::stopped(stage, stopped, Some(i), expected, got);
                stage.fail(problem)
            }
        }
    }

    /// Waits for the end from the program's side, with nothing before it.
    pub fn expect_end(&mut self) {
        self.expect_closed(false);
    }

    /// Waits until the connection is over, by an end or by a reset.
    pub fn expect_end_or_reset(&mut self) {
        self.expect_closed(true);
    }

    /// Requires that nothing comes for `window`: neither a byte nor the end.
    pub fn expect_silence(&mut self, window: Duration) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let broken = stage.wait(Some(window), |stage| {
            let n = stage.unread(i).len();
            (n > 0 || stage.links[i].end.is_some()).then_some(n)
        });
        let name = stage.links[i].name.clone();
        let Ok(n) = broken else {
            stage.story.tell(format!(
                "{name} side: nothing came for {} ms, as it should be",
                window.as_millis()
            ));
            return;
        };
        let got = match (n, stage.links[i].end) {
            (0, Some(End::Reset)) => "a reset (RST)".to_string(),
            (0, _) => "the end".to_string(),
            (n, _) => count(n, "byte"),
        };
        stage.story.tell(format!(
            "{name} side: waited for nothing to come; {got} came"
        ));
        let expected = format!("nothing for {} ms", window.as_millis());
        stage.fail(Problem::new(CauseId::BrokeSilence, expected, got))
    }

    /// Requires that no further byte comes for `window`; the program may close.
    pub fn expect_no_more(&mut self, window: Duration) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let window = stage.slowed(window);
        let _ = stage.wait(Some(window), |stage| {
            (!stage.unread(i).is_empty() || stage.links[i].end.is_some()).then_some(())
        });
        let extra = stage.unread(i).to_vec();
        if !extra.is_empty() {
            let (name, got) = (stage.links[i].name.clone(), described(&extra));
            stage
                .story
                .tell(format!("{name} side: waited for nothing more; {got} came"));
            stage.fail(
                Problem::new(CauseId::BytesExtra, "nothing more".to_string(), got)
                    .bytes(hex::difference(&[], &extra, 0)),
            )
        }
        // A program that ends takes its connection with it; one that goes on has closed it.
        let end = stage.links[i].end.is_some();
        if end && !blame::is_ending(stage) {
            let name = stage.links[i].name.clone();
            stage.story.tell(format!(
                "{name} side: waited for nothing more; the end came"
            ));
            let expected = "a connection that stays open".to_string();
            stage.fail(
                Problem::new(CauseId::BrokeSilence, expected, "the end".to_string()).likely(
                    "Your program ended its side of this connection, and there was more to say.",
                ),
            )
        }
    }

    /// Whether the program's side is over by now. Does not wait.
    pub fn is_over(&self) -> bool {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        stage.links[self.index].end.is_some()
    }

    fn expect_closed(&mut self, reset_will_do: bool) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let outcome = stage.wait(None, |stage| {
            (!stage.unread(i).is_empty() || stage.links[i].end.is_some()).then_some(())
        });
        let name = stage.links[i].name.clone();
        let expected = "the end, and nothing before it".to_string();
        if let Err(stopped) = outcome {
            stage.story.tell(format!(
                "{name} side: waited {:.1} s for the end; it did not come",
                stopped.waited.as_secs_f64()
            ));
            let got = format!("nothing in {:.1} s", stopped.waited.as_secs_f64());
            let mut problem = blame::stopped(stage, stopped, Some(i), expected, got);
            // All was read, and the program sleeps: what is missing is the close, not an answer.
            if problem.id == CauseId::NotAnswered {
                problem = Problem::new(CauseId::NotClosed, problem.expected, problem.got);
            }
            stage.fail(problem)
        }
        let extra = stage.unread(i).to_vec();
        if !extra.is_empty() {
            stage.story.tell(format!(
                "{name} side: waited for the end; {} came before it",
                count(extra.len(), "byte")
            ));
            stage.fail(
                Problem::new(
                    CauseId::BytesExtra,
                    expected,
                    format!("{} more", described(&extra)),
                )
                .bytes(hex::difference(&[], &extra, 0)),
            )
        }
        match stage.links[i].end {
            Some(End::Reset) if !reset_will_do => {
                stage.story.tell(format!(
                    "{name} side: waited for the end; a reset (RST) came"
                ));
                stage.fail(
                    Problem::new(CauseId::Reset, expected, "a reset (RST)".to_string()).likely(
                        "A socket that is closed while bytes wait in it unread sends a reset instead of an end \
                         (RFC 9293 section 3.6.1).",
                    ),
                )
            }
            Some(End::Reset) => stage
                .story
                .tell(format!("{name} side: the connection is over (RST)")),
            _ => stage.story.tell(format!("{name} side: got the end")),
        }
    }

    /// The stage, with the program at the other end as the one to blame.
    pub(crate) fn on_stage(&self) -> RefMut<'_, Stage> {
        let mut stage = self.stage.borrow_mut();
        stage.about = stage.links[self.index].program;
        stage
    }

    fn send_quietly(&mut self, bytes: &[u8]) {
        let stage = &mut *self.on_stage();
        let i = self.index;
        let mut sent = 0;
        let outcome = stage.wait(None, |stage| {
            while sent < bytes.len() {
                match stage.write_link(i, &bytes[sent..]) {
                    Some(0) => {
                        stage.links[i].wants_to_write = true;
                        return None;
                    }
                    Some(n) => sent += n,
                    None => return Some(false),
                }
            }
            Some(true)
        });
        stage.links[i].wants_to_write = false;
        let name = stage.links[i].name.clone();
        let expected = format!("{} taken", count(bytes.len(), "byte"));
        let got = format!("{} taken", count(sent, "byte"));
        match outcome {
            Ok(true) => {}
            Ok(false) => {
                stage.story.tell(format!(
                    "{name} side: was sending {}; the connection broke after {}",
                    count(bytes.len(), "byte"),
                    count(sent, "byte")
                ));
                stage.fail(Problem::new(
                    CauseId::Reset,
                    expected,
                    format!("{got}, then the connection was closed"),
                )
                .likely("Your program closed this connection while the other side was still sending."))
            }
            Err(stopped) => {
                stage.story.tell(format!(
                    "{name} side: was sending {}; your program took {} and then no more",
                    count(bytes.len(), "byte"),
                    count(sent, "byte")
                ));
                let problem = blame::stopped(stage, stopped, Some(i), expected, got);
                stage.fail(problem)
            }
        }
    }

    /// Waits until nothing that was sent lies unread; false if that cannot be seen.
    fn wait_until_read(&mut self) -> bool {
        let stage = &mut *self.on_stage();
        let recorded = &stage.wire.connections[stage.links[self.index].recorded];
        let (program, test) = (recorded.program, recorded.test);
        let window = stage.slowed(PIECE);
        let until = stage.began.elapsed() + window;
        loop {
            match system::socket(program, test) {
                Some(socket) if socket.unread == 0 && socket.accepted => return true,
                // The connection is gone, or the system does not tell.
                None => return false,
                Some(_) if stage.began.elapsed() >= until => return false,
                Some(_) => stage.turn(Duration::from_millis(1)),
            }
        }
    }

    fn tell(&self, what: &str) {
        let stage = &mut *self.on_stage();
        let name = &stage.links[self.index].name;
        let text = format!("{name} side: {what}");
        stage.story.tell(text);
    }
}

/// The cause for bytes that differ at `at`.
pub(crate) fn differing(wanted: &[u8], come: &[u8], at: usize) -> Problem {
    let line_end = wanted[at..].starts_with(b"\r\n") && come[at] == b'\n';
    let id = match line_end {
        true => CauseId::LineEnd,
        false => CauseId::BytesDiffer,
    };
    Problem::new(
        id,
        described(wanted),
        format!(
            "{}, different from byte 0x{at:x} on",
            count(come.len(), "byte")
        ),
    )
    .bytes(hex::difference(wanted, come, at))
}

/// A short text is shown, a long one is counted.
pub(crate) fn described(bytes: &[u8]) -> String {
    const SHOWN: usize = 60;
    match str::from_utf8(bytes) {
        Ok(text) if bytes.len() <= SHOWN && !bytes.is_empty() => {
            format!("{} {text:?}", count(bytes.len(), "byte"))
        }
        _ => count(bytes.len(), "byte"),
    }
}

/// Where two byte strings of any length first differ, if they do before one of them ends.
pub(crate) fn first_difference(one: &[u8], other: &[u8]) -> Option<usize> {
    const CHUNK: usize = 4096;
    let chunks = one.chunks(CHUNK).zip(other.chunks(CHUNK));
    for (i, (a, b)) in chunks.enumerate() {
        let n = a.len().min(b.len());
        if a[..n] != b[..n] {
            return a
                .iter()
                .zip(b)
                .position(|(a, b)| a != b)
                .map(|at| i * CHUNK + at);
        }
    }
    None
}
