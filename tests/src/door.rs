//! The test as a server: a listening socket that the program is told to connect to.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use crate::Connection;
use crate::blame::{self, Problem};
use crate::causes::CauseId;
use crate::stage::Stage;
use crate::wire::Side;

pub struct Door {
    pub(crate) stage: Rc<RefCell<Stage>>,
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
}

impl Door {
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits for the program to connect.
    pub fn accept(&self) -> Connection {
        let stage = &mut *self.stage.borrow_mut();
        let index = self.index;
        stage.waits_at = Some(index);
        let accepted = stage.wait(None, |stage| match stage.doors[index].accept() {
            Ok(connection) => Some(Some(connection)),
            // Ended programs connect no more; what they had begun lies in the queue and came first.
            Err(_) if stage.running().next().is_none() => Some(None),
            Err(_) => None,
        });
        stage.waits_at = None;
        let expected = format!("a connection to {}", self.address);
        match accepted {
            Ok(Some((stream, program))) => {
                stage
                    .story
                    .tell(format!("{} side: your program connected", self.name));
                Connection::adopt(
                    &self.stage,
                    stage,
                    &self.name,
                    stream,
                    program,
                    Side::Program,
                )
            }
            Ok(None) => stage.fail(Problem::new(
                CauseId::NotConnected,
                expected,
                "your program ended without one".to_string(),
            )),
            Err(stopped) => {
                stage.story.tell(format!(
                    "{} side: waited {:.1} s for your program to connect; it did not",
                    self.name,
                    stopped.waited.as_secs_f64()
                ));
                let mut problem =
                    blame::stopped(stage, stopped, None, expected, "none".to_string());
                if problem.id == CauseId::NotAnswered {
                    problem = Problem::new(CauseId::NotConnected, problem.expected, problem.got);
                }
                stage.fail(problem)
            }
        }
    }
}
