//! The test's end of one TCP connection with the program.

use std::cell::{RefCell, RefMut};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use crate::stage::{End, Link, Stage};
use crate::wire::Side;

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

    /// Whether the program's side is over by now. Does not wait.
    pub fn is_over(&self) -> bool {
        let stage = &mut *self.on_stage();
        stage.turn(Duration::ZERO);
        stage.links[self.index].end.is_some()
    }

    /// The stage, with the program at the other end as the one to blame.
    pub(crate) fn on_stage(&self) -> RefMut<'_, Stage> {
        let mut stage = self.stage.borrow_mut();
        stage.about = stage.links[self.index].program;
        stage
    }

    pub(crate) fn tell(&self, what: &str) {
        let stage = &mut *self.on_stage();
        let name = &stage.links[self.index].name;
        let text = format!("{name} side: {what}");
        stage.story.tell(text);
    }
}
