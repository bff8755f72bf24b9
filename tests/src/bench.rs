//! What a test begins and ends with.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use keeper::report::{Cause, FORMAT, Outcome, Report};
use rustix::net::{AddressFamily, SocketType};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::blame::Problem;
use crate::causes::CauseId;
use crate::connection::Connection;
use crate::datagram::DatagramPeer;
use crate::door::Door;
use crate::network::{Faults, Network};
use crate::program::Program;
use crate::quiet::STUCK;
use crate::setup::Setup;
use crate::stage::Stage;
use crate::starting::Starting;
use crate::story::count;
use crate::wire::Side;

pub struct Bench {
    stage: Rc<RefCell<Stage>>,
    random: RefCell<fastrand::Rng>,
    /// `lab/step`
    title: String,
    finished: bool,
}

impl Bench {
    /// Begins the test of a step; the step's clock starts here.
    pub fn new(lab: &str) -> Self {
        Self::with(Setup::from_environment(lab))
    }

    pub fn with(setup: Setup) -> Self {
        room_for_a_crowd();
        // Two threads of a plain `cargo test` share no directory; the runner gives each step its own.
        fs::create_dir_all(&setup.run).expect("the run's directory can be made");
        let title = title();
        let seed = title.bytes().fold(setup.seed, |seed, byte| {
            seed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte)
        });
        Self {
            stage: Rc::new(RefCell::new(Stage::new(setup))),
            random: RefCell::new(fastrand::Rng::with_seed(seed)),
            title,
            finished: false,
        }
    }

    /// Starts the program with these arguments, nothing on stdin and no special limits.
    pub fn start(&self, args: &[&str]) -> Program {
        self.program(args).start()
    }

    /// A program that is still to be given limits or a stdin.
    pub fn program(&self, args: &[&str]) -> Starting {
        Starting::new(&self.stage, args)
    }

    /// Connects to the program.
    pub fn connect(&self, name: &str, address: SocketAddr) -> Connection {
        let stage = &mut *self.stage.borrow_mut();
        stage.about = stage.program_at(address);
        match TcpStream::connect_timeout(&address, stage.slowed(STUCK)) {
            Ok(stream) => {
                stage
                    .story
                    .tell(format!("{name} side: connected to {address}"));
                Connection::adopt(&self.stage, stage, name, stream, address, Side::Test)
            }
            Err(error) => {
                stage.story.tell(format!(
                    "{name} side: tried to connect to {address}: {error}"
                ));
                let id = match error.kind() {
                    io::ErrorKind::TimedOut => CauseId::NotAccepted,
                    _ => CauseId::ConnectionRefused,
                };
                let expected = format!("a connection to {address}");
                stage.fail(Problem::new(id, expected, error.to_string()))
            }
        }
    }

    /// Knocks until nobody opens any more: a program that has been asked to close its door may take a moment.
    pub fn expect_closed_door(&self, address: SocketAddr) {
        let stage = &mut *self.stage.borrow_mut();
        stage.about = stage.program_at(address);
        let window = stage.slowed(STUCK);
        let refused = stage.wait(Some(window), |_| {
            let knock = TcpStream::connect_timeout(&address, window);
            let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
            knock.as_ref().is_err_and(refused).then_some(())
        });
        match refused {
            Ok(()) => stage.story.tell(format!("{address} refuses connections")),
            Err(stopped) => {
                let waited = stopped.waited.as_secs_f64();
                let text = format!("knocked at {address} for {waited:.1} s; it is still open");
                stage.story.tell(text);
                let expected = format!("no connection to {address} any more");
                let got = format!("connections, for {waited:.1} s");
                let likely = "Your program still listens. A listening socket closes when its owner is dropped.";
                stage.fail(Problem::new(CauseId::NotClosed, expected, got).likely(likely))
            }
        }
    }

    /// Listens on a free port of 127.0.0.1 for the program to connect to.
    pub fn door(&self, name: &str) -> Door {
        self.door_at(name, "127.0.0.1:0")
    }

    /// Listens on `address`.
    pub fn door_at(&self, name: &str, address: &str) -> Door {
        let door = TcpListener::bind(address).expect("a free port of the loopback interface");
        door.set_nonblocking(true).expect("a socket of ours");
        let address = door.local_addr().expect("a socket of ours");
        let stage = &mut *self.stage.borrow_mut();
        stage.doors.push(door);
        Door {
            stage: Rc::clone(&self.stage),
            index: stage.doors.len() - 1,
            name: name.to_string(),
            address,
        }
    }

    /// A datagram socket on a free port of 127.0.0.1.
    pub fn datagram_peer(&self, name: &str) -> DatagramPeer {
        self.datagram_peer_at(name, "127.0.0.1:0")
    }

    /// A datagram socket at `address`.
    pub fn datagram_peer_at(&self, name: &str, address: &str) -> DatagramPeer {
        DatagramPeer::bind(&self.stage, name, address)
    }

    /// One with the same port at 127.0.0.2; `None` where there is no such address, or somebody has that port.
    pub fn datagram_peer_beside(&self, other: &DatagramPeer, name: &str) -> Option<DatagramPeer> {
        let address = format!("127.0.0.2:{}", other.address().port());
        if UdpSocket::bind(&address).is_err() {
            self.tell(&format!(
                "this machine has no free {address}: that part of the step was left out"
            ));
            return None;
        }
        Some(self.datagram_peer_at(name, &address))
    }

    /// A network between whoever sends to its address and whoever has the address `far`.
    ///
    /// What it does to which datagram follows from the run's seed and the number of the datagram in its direction.
    pub fn network(&self, far: SocketAddr, faults: Faults) -> Network {
        let seed = self.random().u64(..);
        Network::open(&self.stage, far, faults, seed)
    }

    /// An address of 127.0.0.1 where nobody listens, kept from everybody else while the test runs.
    pub fn closed_address(&self) -> SocketAddr {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)
            .and_then(|socket| rustix::net::bind(&socket, &any).map(|()| socket))
            .expect("a free port of the loopback interface");
        let held = TcpListener::from(socket);
        let address = held.local_addr().expect("a socket of ours");
        self.stage.borrow_mut().held.push(held);
        address
    }

    /// Whether this machine has an IPv6 loopback address.
    pub fn has_ipv6(&self) -> bool {
        let has = TcpListener::bind("[::1]:0").is_ok();
        if !has {
            self.tell("this machine has no IPv6: that part of the step was left out");
        }
        has
    }

    /// The run's source of random inputs.
    pub fn random(&self) -> std::cell::RefMut<'_, fastrand::Rng> {
        self.random.borrow_mut()
    }

    pub fn random_bytes(&self, n: usize) -> Vec<u8> {
        let mut bytes = vec![0; n];
        self.random().fill(&mut bytes);
        bytes
    }

    /// A word of random letters.
    pub fn random_word(&self, lengths: std::ops::RangeInclusive<usize>) -> String {
        let mut random = self.random();
        let n = random.usize(lengths);
        (0..n).map(|_| random.lowercase()).collect()
    }

    /// Lets time pass while everything goes on.
    pub fn pass(&self, duration: Duration) {
        let stage = &mut *self.stage.borrow_mut();
        let duration = stage.slowed(duration);
        let _ = stage.wait(Some(duration), |_| None::<()>);
    }

    /// Adds a sentence to the story.
    pub fn tell(&self, text: &str) {
        self.stage.borrow_mut().story.tell(text);
    }

    /// From now on a failure says, behind what was expected, what asks for it; until the next rule.
    pub fn rule(&self, rule: &str) {
        let stage = &mut *self.stage.borrow_mut();
        stage.rule = rule.to_string();
        stage.silence = None;
    }

    /// What it means if nothing comes while the present rule holds, though the program has read everything.
    pub fn silence_means(&self, likely: &str) {
        self.stage.borrow_mut().silence = Some(likely.to_string());
    }

    /// Fails the step for a reason that the test found out by itself.
    pub fn fail(&self, id: CauseId, expected: &str, got: &str, likely: Option<&str>) -> ! {
        let stage = &mut *self.stage.borrow_mut();
        let mut problem = Problem::new(id, expected.to_string(), got.to_string());
        if let Some(likely) = likely {
            problem = problem.likely(likely);
        }
        stage.fail(problem)
    }

    /// How many times slower than usual this machine is taken to be.
    pub fn slowed(&self, duration: Duration) -> Duration {
        self.stage.borrow().slowed(duration)
    }

    /// Everything was as it should be: ends the programs and writes the verdict.
    pub fn finish(mut self) {
        {
            let stage = &mut *self.stage.borrow_mut();
            stage.rule.clear();
            stop_programs(stage);
            // One that was ended just now had no chance to end what it had started.
            let left = stage.programs.iter().rposition(|p| {
                p.ended
                    .is_some_and(|e| e.left_over > 0 && e.how != keeper::How::Signal(9))
            });
            if let Some(who) = left {
                stage.about = who;
                let left = stage.programs[who].ended.map_or(0, |e| e.left_over);
                stage.fail(Problem::new(
                    CauseId::LeftProcesses,
                    "no process left when the program had ended".to_string(),
                    format!("{} left", count(left as usize, "process")),
                ));
            }
            let killed = |p: &crate::stage::Running| {
                p.ended
                    .is_some_and(|ended| ended.how == keeper::How::KeeperKilled)
            };
            if let Some(who) = stage.programs.iter().position(killed) {
                stage.about = who;
                stage.fail(Problem::new(
                    CauseId::KilledItsKeeper,
                    "the program's end, told by its keeper".to_string(),
                    "no word from the keeper".to_string(),
                ));
            }
        }
        self.finished = true;
        let report = self.report(Outcome::Passed, None);
        self.deliver(&report);
    }

    fn report(&self, outcome: Outcome, cause: Option<Cause>) -> Report {
        let stage = self.stage.borrow();
        let ended = stage.programs.iter().filter_map(|p| p.ended);
        let ended: u64 = ended.map(|ended| ended.cpu_ms).sum();
        // Servers run until the report has been written.
        let running = stage.cpu().unwrap_or_default().as_millis() as u64;
        Report {
            format: FORMAT,
            test: self.title.clone(),
            outcome,
            cause,
            story: stage.story.events(),
            cpu_ms: ended + running,
        }
    }

    fn deliver(&self, report: &Report) {
        let stage = self.stage.borrow();
        match &stage.setup.report {
            Some(path) => write_whole(path, report).expect("the report can be written"),
            None if report.outcome != Outcome::Passed => eprintln!("{}", shown(report)),
            None => {}
        }
        if stage.setup.report.is_none() && report.outcome == Outcome::Passed {
            // A plain `cargo test` leaves nothing behind; a failure leaves its wire record.
            let _ = fs::remove_dir_all(&stage.setup.run);
        }
    }
}

impl Drop for Bench {
    /// After a recorded failure, writes what is known. A test that just returns has proven nothing: no report.
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let cause = {
            let stage = &mut *self.stage.borrow_mut();
            stop_programs(stage);
            let Some(problem) = &stage.failure else {
                return;
            };
            let title = format!("{}, seed {:x}", self.title, stage.setup.seed);
            let recorded = !stage.wire.connections.is_empty();
            if recorded && let Err(error) = stage.wire.write(&stage.setup.run, &title) {
                eprintln!("the wire record could not be written: {error}");
            }
            problem.to_cause()
        };
        let id = CauseId::ALL.into_iter().find(|id| id.name() == cause.id);
        let outcome = id.map_or(Outcome::Failed, CauseId::outcome);
        let report = self.report(outcome, Some(cause));
        self.deliver(&report);
    }
}

/// A test with a crowd has a socket for each. The only thing that a test process changes about itself.
fn room_for_a_crowd() {
    const ENOUGH: u64 = 8192;
    let has = getrlimit(Resource::Nofile);
    let enough = has.maximum.map_or(ENOUGH, |most| most.min(ENOUGH));
    if has.current.is_some_and(|now| now < enough) {
        // Without it most steps work; the one that does not says which connection could not be made.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(enough),
                maximum: has.maximum,
            },
        );
    }
}

/// Ends every program and waits for its keeper's report.
fn stop_programs(stage: &mut Stage) {
    for program in &mut stage.programs {
        if program.ended.is_none() {
            program.ended = Some(program.kept.end());
        }
    }
}

/// The test's name as `lab/step`: from the runner, or from the thread that libtest runs it on.
fn title() -> String {
    std::env::var("COURSE_STEP").unwrap_or_else(|_| {
        std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "/")
    })
}

fn write_whole(path: &Path, report: &Report) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    // The program may have deleted it.
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(&unfinished, serde_json::to_vec_pretty(report)?)?;
    fs::rename(unfinished, path)
}

/// A failure for somebody who runs `cargo test`; the learner's screen is the runner's.
fn shown(report: &Report) -> String {
    let mut text = format!("\n{}: {:?}\n", report.test, report.outcome);
    for (i, event) in report.story.iter().enumerate() {
        text.push_str(&format!(
            "  {:>2}  {:.3} s  {}\n",
            i + 1,
            event.at_ms as f64 / 1000.0,
            event.text
        ));
    }
    if let Some(cause) = &report.cause {
        text.push_str(&format!(
            "  cause     {}\n  expected  {}\n  got       {}\n  likely    {}\n",
            cause.id,
            cause.expected,
            cause.got,
            cause.likely.as_deref().unwrap_or("not known")
        ));
        for line in cause.bytes.iter().chain(&cause.stderr) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}
