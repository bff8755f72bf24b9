//! What Linux knows about a program and its connections. Elsewhere nothing is known, and the callers say so.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Duration;

/// A socket that was not found in so many readings is not there.
const LOOKS: usize = 3;

/// One side of a TCP connection, as the kernel sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Socket {
    /// Bytes that have arrived and were not read.
    pub unread: usize,
    /// A connection in the listener's queue belongs to no process yet.
    pub accepted: bool,
}

/// The socket whose own end is `local` and whose other end is `remote`; `None` if there is none or it cannot be told.
pub fn socket(local: SocketAddr, remote: SocketAddr) -> Option<Socket> {
    // The kernel hands its table out in parts; a row can be missing while others come and go.
    (0..LOOKS).find_map(|_| Sockets::now().find(local, remote))
}

/// All TCP sockets of one moment: reading the tables takes milliseconds, too long to be done for each of a crowd.
pub struct Sockets(String);

impl Sockets {
    pub fn now() -> Self {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        Self(
            tables
                .map(|table| fs::read_to_string(table).unwrap_or_default())
                .concat(),
        )
    }

    pub fn find(&self, local: SocketAddr, remote: SocketAddr) -> Option<Socket> {
        let ends = format!("{} {}", hex_address(local), hex_address(remote));
        // There may be thousands of rows: none but this one is taken apart.
        let (_, rest) = self.0.split_once(&ends)?;
        row(rest.lines().next()?)
    }
}

/// What became of datagrams that were sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datagrams {
    /// Nobody has this port.
    Nobody,
    /// Some wait in a receive queue. How many, the table does not say: it counts memory, not bytes.
    Unread,
    Read,
}

/// What became of datagrams that were sent to `local`; `None` where it cannot be told.
pub fn datagrams(local: SocketAddr) -> Option<Datagrams> {
    let tables = ["/proc/net/udp", "/proc/net/udp6"];
    let mut seen = None;
    for _ in 0..LOOKS {
        let rows: String = (tables.iter())
            .filter_map(|table| fs::read_to_string(table).ok())
            .collect();
        if rows.is_empty() {
            return None;
        }
        let unread = rows.lines().filter_map(|line| queue_of(line, local)).max();
        seen = Some(match unread {
            None => Datagrams::Nobody,
            Some(0) => return Some(Datagrams::Read),
            Some(_) => return Some(Datagrams::Unread),
        });
    }
    seen
}

/// The receive queue of a row of /proc/net/udp, if that socket gets what is sent to `local`.
fn queue_of(line: &str, local: SocketAddr) -> Option<usize> {
    let mut fields = line.split_whitespace().skip(1);
    let (ip, port) = fields.next()?.split_once(':')?;
    let wanted = hex_address(local);
    let (wanted_ip, wanted_port) = wanted.split_once(':')?;
    // A socket may be bound to every address of the machine.
    let any = ip.bytes().all(|b| b == b'0');
    if port != wanted_port || !(any || ip == wanted_ip) {
        return None;
    }
    let (_, unread) = fields.nth(2)?.split_once(':')?;
    usize::from_str_radix(unread, 16).ok()
}

/// Bytes in a pipe that nobody has read, asked at the end where they are written.
///
/// Linux answers the same at both ends; that other systems do is not known.
pub fn unread_in_pipe(pipe: &OwnedFd) -> Option<usize> {
    match cfg!(target_os = "linux") {
        true => rustix::io::ioctl_fionread(pipe).ok()?.try_into().ok(),
        false => None,
    }
}

/// User and system time that a running process has used.
pub fn cpu(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks: u64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    let ticks_per_second = rustix::param::clock_ticks_per_second().max(1);
    Some(Duration::from_millis(ticks * 1000 / ticks_per_second))
}

/// The most memory that a running process has had at once, in bytes: what was touched, not what was asked for.
pub fn memory(pid: u32) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// Whether every thread of a process waits for something; `None` where it cannot be told.
pub fn asleep(pid: u32) -> Option<bool> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    for thread in threads.flatten() {
        let Ok(stat) = fs::read_to_string(thread.path().join("stat")) else {
            continue;
        };
        let state = stat
            .rsplit_once(')')
            .and_then(|(_, rest)| rest.trim_start().chars().next());
        if state != Some('S') {
            return Some(false);
        }
    }
    Some(true)
}

/// Columns of /proc/net/tcp behind both addresses: state, tx:rx, timer, retransmits, uid, timeout, inode.
fn row(fields: &str) -> Option<Socket> {
    let mut fields = fields.split_whitespace().skip(1);
    let (_, unread) = fields.next()?.split_once(':')?;
    Some(Socket {
        unread: usize::from_str_radix(unread, 16).ok()?,
        accepted: fields.nth(4)? != "0",
    })
}

/// The kernel prints the address as words in host order, and the port as a number.
fn hex_address(address: SocketAddr) -> String {
    let words: String = match address.ip() {
        IpAddr::V4(ip) => word(ip.octets()),
        IpAddr::V6(ip) => ip
            .octets()
            .chunks_exact(4)
            .map(|chunk| word([chunk[0], chunk[1], chunk[2], chunk[3]]))
            .collect(),
    };
    format!("{words}:{:04X}", address.port())
}

fn word(octets: [u8; 4]) -> String {
    format!("{:08X}", u32::from_ne_bytes(octets))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream, UdpSocket};

    use super::*;

    #[test]
    fn a_connection_is_seen_before_accept_before_read_and_after() {
        for any in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(door) = TcpListener::bind(any) else {
                continue;
            };
            let mut near = TcpStream::connect(door.local_addr().unwrap()).unwrap();
            near.write_all(b"hello").unwrap();
            let (theirs, ours) = (near.peer_addr().unwrap(), near.local_addr().unwrap());
            let seen = socket(theirs, ours).unwrap();
            assert_eq!((seen.unread, seen.accepted), (5, false));

            let (mut far, _) = door.accept().unwrap();
            let seen = socket(theirs, ours).unwrap();
            assert_eq!((seen.unread, seen.accepted), (5, true));

            far.read_exact(&mut [0; 5]).unwrap();
            assert_eq!(socket(theirs, ours).unwrap().unread, 0);
        }
    }

    #[test]
    fn datagrams_are_seen_before_they_are_read_and_after() {
        for any in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0"] {
            let Ok(far) = UdpSocket::bind(any) else {
                continue;
            };
            let mut at = far.local_addr().unwrap();
            if at.ip().is_unspecified() {
                at.set_ip([127, 0, 0, 1].into());
            }
            let near = UdpSocket::bind((at.ip(), 0)).unwrap();
            assert_eq!(datagrams(at), Some(Datagrams::Read));
            // An empty one is one, too.
            near.send_to(b"", at).unwrap();
            assert_eq!(datagrams(at), Some(Datagrams::Unread));
            far.recv_from(&mut [0]).unwrap();
            assert_eq!(datagrams(at), Some(Datagrams::Read));
            drop(far);
            assert_eq!(datagrams(at), Some(Datagrams::Nobody));
        }
    }

    #[test]
    fn memory_is_what_was_touched() {
        let me = std::process::id();
        let touched = vec![1_u8; 32 * 1024 * 1024];
        assert!(memory(me).is_some_and(|bytes| bytes > touched.len()));
        assert_eq!(memory(u32::MAX), None);
    }

    #[test]
    fn a_pipe_is_seen_from_its_writing_end() {
        let (mut read, mut write) = std::io::pipe().unwrap();
        write.write_all(b"hello").unwrap();
        let write = OwnedFd::from(write);
        assert_eq!(unread_in_pipe(&write), Some(5));
        read.read_exact(&mut [0; 2]).unwrap();
        assert_eq!(unread_in_pipe(&write), Some(3));
        read.read_exact(&mut [0; 3]).unwrap();
        assert_eq!(unread_in_pipe(&write), Some(0));
    }

    #[test]
    fn a_busy_process_is_not_asleep() {
        assert_eq!(asleep(std::process::id()), Some(false));
        assert!(cpu(std::process::id()).is_some());
        assert_eq!(asleep(u32::MAX), None);
    }
}
