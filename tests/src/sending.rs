//! Bytes from the test to the program, in whatever pieces.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::Connection;
use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::expecting::described;
use crate::story::count;
use crate::system;

/// How long a piece may stay unread before the next one follows anyway. A program that reads is done in far less.
const PIECE: Duration = Duration::from_millis(250);

impl Connection {
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
        self.tell_pieces(pieces, seen);
    }

    /// The same, but a program that closes before the last piece has not failed yet: what it printed is the better
    /// answer, and is to be asked for next.
    pub fn offer_piece_by_piece(&mut self, pieces: &[&[u8]]) {
        let mut seen = true;
        for (n, piece) in pieces.iter().enumerate() {
            if self.offer(piece).is_err() {
                let all = count(pieces.len(), "piece");
                return self.tell(&format!("sent {n} of {all}; your program has closed"));
            }
            seen &= self.wait_until_read();
        }
        self.tell_pieces(pieces, seen);
    }

    fn tell_pieces(&self, pieces: &[&[u8]], seen: bool) {
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

    fn send_quietly(&mut self, bytes: &[u8]) {
        let Err(sent) = self.offer(bytes) else {
            return;
        };
        let stage = &mut *self.on_stage();
        let name = stage.links[self.index].name.clone();
        stage.story.tell(format!(
            "{name} side: was sending {}; the connection broke after {}",
            count(bytes.len(), "byte"),
            count(sent, "byte")
        ));
        let expected = format!("{} taken", count(bytes.len(), "byte"));
        let got = format!(
            "{} taken, then the connection was closed",
            count(sent, "byte")
        );
        stage.fail(
            Problem::new(CauseId::Reset, expected, got).likely(
                "Your program closed this connection while the other side was still sending.",
            ),
        )
    }

    /// Sends all of `bytes`, or says how many went before the program closed.
    fn offer(&mut self, bytes: &[u8]) -> Result<(), usize> {
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
        match outcome {
            Ok(true) => Ok(()),
            Ok(false) => Err(sent),
            Err(stopped) => {
                let name = stage.links[i].name.clone();
                stage.story.tell(format!(
                    "{name} side: was sending {}; your program took {} and then no more",
                    count(bytes.len(), "byte"),
                    count(sent, "byte")
                ));
                let expected = format!("{} taken", count(bytes.len(), "byte"));
                let got = format!("{} taken", count(sent, "byte"));
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
}
