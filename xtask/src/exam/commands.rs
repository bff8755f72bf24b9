//! What six commands print in a network. Lines are those of the real programs, less what tells nothing here.

use super::world::{Facts, HOPS, Listens, NAME, Names, PINGS, Way, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Dig,
    Ping,
    LargePing,
    Traceroute,
    Connect,
    Sockets,
    Tls,
}

impl Command {
    pub const ALL: [Self; 7] = [
        Self::Dig,
        Self::Ping,
        Self::LargePing,
        Self::Traceroute,
        Self::Connect,
        Self::Sockets,
        Self::Tls,
    ];

    /// The command and its output; `None` where it cannot be run.
    pub fn shown(self, world: &World, facts: &Facts) -> Option<String> {
        let address = world.server;
        Some(match self {
            Self::Dig => format!("client$ dig {NAME} A\n{}", dig(world, facts)),
            Self::Ping => format!(
                "client$ ping -q -c {PINGS} {address}\n{}",
                ping(world, facts, PINGS, facts.lost)
            ),
            Self::LargePing => {
                let lost = match facts.large_packets {
                    true => facts.lost,
                    false => PINGS,
                };
                format!(
                    "client$ ping -q -c {PINGS} -M do -s 1472 {address}\n{}",
                    ping(world, facts, PINGS, lost)
                )
            }
            Self::Traceroute => format!(
                "client$ traceroute -n -q 1 -m {HOPS} {address}\n{}",
                traceroute(world, facts)
            ),
            Self::Connect => format!(
                "client$ nc -v -z -w 5 {NAME} {}\n{}",
                world.port,
                connect(world, facts)
            ),
            Self::Sockets if facts.path == Way::Unreachable => return None,
            Self::Sockets => format!("server$ ss -l -t -n\n{}", sockets(world, facts)),
            Self::Tls => format!(
                "client$ openssl s_client -brief -verify_return_error -connect {NAME}:{}\n{}",
                world.port,
                tls(world, facts)
            ),
        })
    }
}

fn dig(world: &World, facts: &Facts) -> String {
    let (status, answer) = match &facts.names {
        Names::Silent => {
            return format!(
                ";; communications error to {0}#53: timed out\n\
                 ;; communications error to {0}#53: timed out\n\
                 ;; no servers could be reached",
                world.resolver
            );
        }
        Names::NoSuchName => ("NXDOMAIN", String::new()),
        Names::Answer(address) => {
            let record = format!("\n;; ANSWER SECTION:\n{NAME}.\t\t3600\tIN\tA\t{address}");
            ("NOERROR", record)
        }
    };
    format!(
        ";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {}\n;; flags: qr rd ra; QUERY: 1, ANSWER: {}{answer}\n\
         ;; SERVER: {}#53",
        world.query(),
        u8::from(status == "NOERROR"),
        world.resolver
    )
}

fn ping(world: &World, facts: &Facts, sent: u32, lost: u32) -> String {
    let (got, errors) = match facts.path {
        Way::Arrives => (sent - lost, String::new()),
        Way::Lost(_) => (0, String::new()),
        Way::Unreachable | Way::Loop(_) => (0, format!(" +{sent} errors,")),
    };
    let mut said = match facts.path {
        Way::Unreachable => {
            let last = world.routers.len() - 1;
            format!(
                "From {} icmp_seq=1 Destination Host Unreachable\n",
                world.routers[last]
            )
        }
        Way::Loop(at) => format!(
            "From {} icmp_seq=1 Time to live exceeded\n",
            world.routers[at]
        ),
        _ => String::new(),
    };
    let percent = 100 * (sent - got) / sent;
    said.push_str(&format!(
        "--- {} ping statistics ---\n{sent} packets transmitted, {got} received,{errors} {percent}% packet loss",
        world.server
    ));
    if got > 0 {
        said.push_str(&format!(
            "\nrtt avg = {} ms",
            world.trip(world.routers.len())
        ));
    }
    said
}

fn traceroute(world: &World, facts: &Facts) -> String {
    let mut lines = vec![format!("traceroute to {}, {HOPS} hops max", world.server)];
    let last = world.routers.len() - 1;
    for hop in 0..HOPS {
        let (answers, mark) = match facts.path {
            Way::Lost(at) if hop > at => (None, ""),
            Way::Loop(at) if hop > at => (Some(world.routers[at + (hop - at) % 2]), ""),
            Way::Unreachable if hop > last => (Some(world.routers[last]), " !H"),
            _ if hop > last => (Some(world.server), ""),
            _ => (Some(world.routers[hop]), ""),
        };
        lines.push(match answers {
            None => format!("{:>2}  *", hop + 1),
            Some(from) => format!("{:>2}  {from}  {} ms{mark}", hop + 1, world.trip(hop)),
        });
        let there = matches!(facts.path, Way::Arrives | Way::Unreachable);
        if there && hop > last {
            break;
        }
    }
    lines.join("\n")
}

/// What a program meets that opens a connection by name.
enum Met {
    NoAnswerAboutTheName,
    NoSuchName,
    TimedOut,
    Unreachable,
    Refused,
    Connected,
}

fn meet(world: &World, facts: &Facts) -> Met {
    match facts.names {
        Names::Silent => return Met::NoAnswerAboutTheName,
        Names::NoSuchName => return Met::NoSuchName,
        // Nobody is at the old address.
        Names::Answer(address) if address != world.server => return Met::TimedOut,
        Names::Answer(_) => {}
    }
    match (facts.path, facts.listens) {
        (Way::Lost(_), _) => Met::TimedOut,
        (Way::Unreachable | Way::Loop(_), _) => Met::Unreachable,
        _ if facts.filter || facts.waiting > world.backlog() => Met::TimedOut,
        (_, Listens::Everywhere) => Met::Connected,
        _ => Met::Refused,
    }
}

fn connect(world: &World, facts: &Facts) -> String {
    let address = match facts.names {
        Names::Answer(address) => format!("{NAME} ({address})"),
        _ => NAME.to_string(),
    };
    let failed = |why: &str| {
        format!(
            "nc: connect to {address} port {} (tcp) failed: {why}",
            world.port
        )
    };
    match meet(world, facts) {
        Met::NoAnswerAboutTheName => {
            format!("nc: getaddrinfo for host \"{NAME}\": Temporary failure in name resolution")
        }
        Met::NoSuchName => {
            format!("nc: getaddrinfo for host \"{NAME}\": Name or service not known")
        }
        Met::TimedOut => failed("Connection timed out"),
        Met::Unreachable => failed("No route to host"),
        Met::Refused => failed("Connection refused"),
        Met::Connected => format!(
            "Connection to {address} {} port [tcp/*] succeeded!",
            world.port
        ),
    }
}

fn sockets(world: &World, facts: &Facts) -> String {
    let mut lines = vec![
        "State   Recv-Q  Send-Q  Local Address:Port".to_string(),
        "LISTEN  0       128     0.0.0.0:22".to_string(),
    ];
    let address = match facts.listens {
        Listens::Nowhere => return lines.join("\n"),
        Listens::Loopback => "127.0.0.1",
        Listens::Everywhere => "0.0.0.0",
    };
    let (waiting, backlog, port) = (facts.waiting, world.backlog(), world.port);
    lines.push(format!(
        "LISTEN  {waiting:<6}  {backlog:<6}  {address}:{port}"
    ));
    lines.join("\n")
}

fn tls(world: &World, facts: &Facts) -> String {
    match meet(world, facts) {
        Met::NoAnswerAboutTheName => {
            "BIO_lookup_ex: Temporary failure in name resolution".to_string()
        }
        Met::NoSuchName => "BIO_lookup_ex: Name or service not known".to_string(),
        Met::TimedOut => "connect: Connection timed out".to_string(),
        Met::Unreachable => "connect: No route to host".to_string(),
        Met::Refused => "connect: Connection refused".to_string(),
        // The server's certificates fill whole segments.
        Met::Connected if !facts.large_packets => {
            "Connecting to the address\n^C   (stopped by hand after a minute: nothing more came)"
                .to_string()
        }
        Met::Connected if !facts.certificate => {
            format!(
                "depth=0 CN={NAME}\nverify error:num=10:certificate has expired\nnotAfter=Jan 31 23:59:59 2025 GMT"
            )
        }
        Met::Connected => format!(
            "CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\nPeer certificate: CN={NAME}\nVerification: OK"
        ),
    }
}
