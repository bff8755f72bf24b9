//! A program that behaves as badly as it is told to: its arguments are what it does, one after the other.
//!
//!     puppet listen accept read 5 write 'hello\n' sleep
//!
//! A command about a connection means the one that was opened last.

use std::env;
use std::hint::black_box;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{self, Command};
use std::thread;
use std::time::Duration;

const CHUNK: usize = 64 * 1024;

#[derive(Default)]
struct Puppet {
    listener: Option<TcpListener>,
    /// Those before the last are only held open.
    connections: Vec<TcpStream>,
    datagrams: Option<UdpSocket>,
}

fn main() {
    let mut words = env::args().skip(1);
    let mut puppet = Puppet::default();
    while let Some(command) = words.next() {
        puppet.obey(&command, &mut words);
    }
}

impl Puppet {
    fn obey(&mut self, command: &str, words: &mut impl Iterator<Item = String>) {
        let mut word = || words.next().expect("a word more");
        match command {
            // Words and ends.
            "print" => println!("{}", word()),
            "complain" => eprintln!("{}", word()),
            "wait-for-input" => drop(io::stdin().read_to_end(&mut Vec::new())),
            "todo" => todo!("say something"),
            "panic" => panic!("no more ink"),
            "exit" => process::exit(number(&word()) as i32),
            "abort" => process::abort(),
            "overflow-the-stack" => drop(deeper(0)),
            "allocate" => drop(black_box(Vec::<u8>::with_capacity(number(&word())))),
            "spin" => spin(),
            "hold" => thread::sleep(Duration::from_millis(number(&word()) as u64)),
            "sleep" => sleep(),
            "flood-stdout" => flood(io::stdout(), usize::MAX),
            "flood-stderr" => flood(io::stderr(), number(&word())),
            "leave-a-process" => leave_a_process(),
            // Started as a keeper, it takes the streams, and does itself what the program was to do.
            "--" => {
                io::stdin().read_exact(&mut [0]).unwrap();
                word();
            }
            "kill-the-keeper" => kill(std::os::unix::process::parent_id()),

            // Opening and closing.
            "listen" => self.listen("127.0.0.1:0"),
            "listen-at" => self.listen(&word()),
            "close-the-door" => self.listener = None,
            "hoard" => hoard(),
            "connect" => self.connect(&word()),
            "accept" => {
                let listener = self.listener.as_ref().expect("it listens");
                self.connections.push(listener.accept().unwrap().0);
            }
            "finish" => self.connection().shutdown(Shutdown::Write).unwrap(),
            "close" => drop(self.connections.pop()),
            // A socket that is closed while a byte lies in it unread sends RST.
            "cut" => {
                self.connection().peek(&mut [0]).unwrap();
                self.connections.pop();
            }

            // Datagrams.
            "bind" => self.bind("127.0.0.1:0"),
            "bind-at" => self.bind(&word()),
            "unbind" => self.datagrams = None,
            "post" => {
                let to = word();
                self.socket().send_to(&unescaped(&word()), to).unwrap();
            }
            "receive" => (0..number(&word())).for_each(|_| drop(receive(self.socket()))),
            "receive-and-say" => receive_and_say(self.socket()),
            "reply" => (0..number(&word())).for_each(|_| {
                let (letter, from) = receive(self.socket());
                self.socket().send_to(&letter, from).unwrap();
            }),

            // Bytes.
            "read" => self
                .connection()
                .read_exact(&mut vec![0; number(&word())])
                .unwrap(),
            "read-and-say" => read_and_say(self.connection()),
            "keep" => drop(self.connection().read_to_end(&mut Vec::new())),
            "read-input-and-say" => read_and_say(&mut io::stdin()),
            "swallow" => drop(io::copy(self.connection(), &mut io::sink())),
            "write" => self
                .connection()
                .write_all(&unescaped(&word()))
                .expect("the other side listens"),
            "drip" => drip(self.connection(), number(&word())),
            "pour" => pour(self.connection(), number(&word())),
            "echo" => echo(self.connection()),
            "there-and-back" => there_and_back(self.connection(), number(&word())),
            other => panic!("no such command: {other}"),
        }
    }

    fn listen(&mut self, address: &str) {
        let listener = TcpListener::bind(address).unwrap();
        println!("listening on {}", listener.local_addr().unwrap());
        self.listener = Some(listener);
    }

    fn connect(&mut self, address: &str) {
        match TcpStream::connect(address) {
            Ok(connection) => self.connections.push(connection),
            Err(error) => {
                println!("{:?}", error.kind());
                process::exit(1);
            }
        }
    }

    fn bind(&mut self, address: &str) {
        let socket = UdpSocket::bind(address).unwrap();
        println!("listening on {}", socket.local_addr().unwrap());
        self.datagrams = Some(socket);
    }

    /// Whoever only posts needs no name for it.
    fn socket(&mut self) -> &UdpSocket {
        self.datagrams
            .get_or_insert_with(|| UdpSocket::bind("127.0.0.1:0").unwrap())
    }

    fn connection(&mut self) -> &mut TcpStream {
        self.connections.last_mut().expect("a connection")
    }
}

/// Opens sockets until it may open no more.
fn hoard() {
    let sockets: Vec<_> = std::iter::repeat_with(|| TcpListener::bind("127.0.0.1:0"))
        .map_while(Result::ok)
        .collect();
    println!("opened {} sockets", sockets.len());
}

/// The size of each read, then how it ended, a line each.
fn read_and_say(source: &mut impl Read) {
    let mut buffer = vec![0; CHUNK];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return println!("the end"),
            Ok(n) => println!("{n}"),
            Err(error) => return println!("{:?}", error.kind()),
        }
    }
}

fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut letter = vec![0; CHUNK];
    let (n, from) = socket.recv_from(&mut letter).unwrap();
    letter.truncate(n);
    (letter, from)
}

/// A line for each datagram, until one says "end".
fn receive_and_say(socket: &UdpSocket) {
    loop {
        let (letter, _) = receive(socket);
        println!("{}", String::from_utf8_lossy(&letter));
        if letter == b"end" {
            return;
        }
    }
}

/// A byte every so many milliseconds, without end.
fn drip(connection: &mut TcpStream, ms: usize) {
    while connection.write_all(b".").is_ok() {
        thread::sleep(Duration::from_millis(ms as u64));
    }
}

/// So many bytes; says so when the other side does not take them for a while, and then goes on.
fn pour(connection: &mut TcpStream, total: usize) {
    connection
        .set_write_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut poured = 0;
    while poured < total {
        match connection.write(&[b'w'; CHUNK][..CHUNK.min(total - poured)]) {
            Ok(n) => poured += n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                println!("blocked after {poured} bytes");
                connection.set_write_timeout(None).unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }
    println!("poured");
}

fn echo(connection: &mut TcpStream) {
    let mut back = connection.try_clone().unwrap();
    io::copy(connection, &mut back).unwrap();
}

/// Sends so many bytes, and says whether the same ones come back.
fn there_and_back(connection: &mut TcpStream, total: usize) {
    let sent: Vec<u8> = (0..total).map(|i| (i % 251) as u8).collect();
    let mut there = connection.try_clone().unwrap();
    let mut back = vec![0; total];
    thread::scope(|scope| {
        scope.spawn(|| there.write_all(&sent).unwrap());
        connection.read_exact(&mut back).unwrap();
    });
    println!("{}", if back == sent { "same" } else { "different" });
}

fn flood(mut stream: impl Write, total: usize) {
    let chunk = vec![b'w'; CHUNK];
    let mut written = 0;
    while written < total && stream.write_all(&chunk).is_ok() {
        written += CHUNK;
    }
}

/// It holds this program's stdout and stderr open, too.
fn leave_a_process() {
    #[expect(clippy::zombie_processes, reason = "being left is its purpose")]
    let child = Command::new("sleep").arg("600").spawn().unwrap();
    println!("left {}", child.id());
}

fn kill(pid: u32) {
    let kill = format!("kill -KILL {pid}");
    Command::new("sh").args(["-c", &kill]).status().unwrap();
}

fn spin() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

fn sleep() -> ! {
    loop {
        thread::park();
    }
}

fn deeper(depth: u64) -> u64 {
    match black_box(depth) {
        u64::MAX => 0,
        depth => deeper(depth + 1) + black_box(depth),
    }
}

fn number(word: &str) -> usize {
    word.parse().expect("a number")
}

/// `\r` and `\n` are one byte each; no argument can hold them readably.
fn unescaped(text: &str) -> Vec<u8> {
    text.replace("\\r", "\r").replace("\\n", "\n").into_bytes()
}
