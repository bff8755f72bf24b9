//! `cargo xtask doctor`: what this machine has and lacks, what that means, what to do.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::process::{Command, ExitCode, Stdio};

use lexopt::prelude::*;

use crate::Error;
use crate::catalog::Catalog;
use crate::course::Course;
use crate::screen::{self, Paint, lines};
use crate::state::State;

pub const HELP: &str = "\
Looks at this machine and says what is missing, what will not work without it, and what to do.

Usage: cargo xtask doctor

  -h, --help    print this

Exit status: 0 the course works here, 1 something that every lab needs is missing.
";

/// The oldest Rust that builds the course, as in Cargo.toml.
const OLDEST_RUST: (u32, u32) = (1, 95);
/// The lab with the largest crowd opens about this many sockets in one test.
const OPEN_FILES: u64 = 512;

/// What one look found.
enum Found {
    Fine(String),
    /// Some things will not work.
    Lacking {
        what: String,
        without: &'static str,
        mend: &'static str,
    },
    /// Nothing will work.
    Fatal {
        what: String,
        without: &'static str,
        mend: &'static str,
    },
}

use Found::{Fatal, Fine, Lacking};

pub fn run(mut args: lexopt::Parser, course: &Course) -> Result<ExitCode, Error> {
    if let Some(arg) = args.next()? {
        return match arg {
            Short('h') | Long("help") => {
                print!("{HELP}");
                Ok(ExitCode::SUCCESS)
            }
            other => Err(Error::Usage(format!(
                "{}; cargo xtask doctor --help",
                other.unexpected()
            ))),
        };
    }
    let looks = [
        rust(),
        c_compiler(),
        labs(course),
        state(course),
        system(),
        ipv6(),
        open_files(),
        git(),
        tool(
            "python3",
            "the real peers (cargo xtask peers) and the chapters' Python cannot be run",
            "install Python 3.9 or newer",
        ),
        tool(
            "tshark",
            "wire.pcapng cannot be read on the command line; Wireshark opens it too",
            "install tshark, or do without",
        ),
        tool(
            "socat",
            "one of the real peers is left out; labs do not need it",
            "install socat, or do without",
        ),
    ];
    let paint = Paint::stdout();
    let width = lines::width();
    let mut text = String::new();
    let mut fatal = false;
    for look in looks {
        match look {
            Fine(what) => text.push_str(&format!("  {}     {what}\n", paint.green("ok"))),
            Lacking {
                what,
                without,
                mend,
            } => {
                text.push_str(&format!("  note   {what}\n"));
                text.push_str(&lines::labelled(
                    "           without it",
                    24,
                    without,
                    width,
                ));
                text.push_str(&lines::labelled("           to do", 24, mend, width));
            }
            Fatal {
                what,
                without,
                mend,
            } => {
                fatal = true;
                text.push_str(&format!("  {}   {what}\n", paint.red("FAIL")));
                text.push_str(&lines::labelled("           so", 24, without, width));
                text.push_str(&lines::labelled("           to do", 24, mend, width));
            }
        }
    }
    text.push_str(match fatal {
        true => "\nThe course does not work here yet: mend what says FAIL.\n",
        false => "\nThe course works here.\n",
    });
    screen::out(&text);
    Ok(ExitCode::from(u8::from(fatal)))
}

fn rust() -> Found {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = said(Command::new(rustc).arg("--version")).unwrap_or_default();
    let version = said.split_whitespace().nth(1).unwrap_or("");
    let mut numbers = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let have = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    match have >= OLDEST_RUST {
        true => Fine(format!("Rust {version}")),
        false => Fatal {
            what: format!("Rust 1.95 is needed; this is {said:?}"),
            without: "the labs do not compile",
            mend: "rustup update",
        },
    }
}

fn c_compiler() -> Found {
    let cc = env::var("CC").unwrap_or_else(|_| "cc".to_string());
    match said(Command::new(&cc).arg("--version")) {
        Some(said) => Fine(format!(
            "C compiler: {}",
            said.lines().next().unwrap_or(&cc)
        )),
        None => Fatal {
            what: format!("no C compiler: {cc} cannot be started"),
            without: "Rust cannot link a program",
            mend: "install gcc or clang (on Debian and Ubuntu: apt-get install gcc)",
        },
    }
}

fn labs(course: &Course) -> Found {
    match Catalog::read(&course.root) {
        Ok(catalog) => match catalog.broken.first() {
            None => Fine(format!(
                "{} labs in {}",
                catalog.labs.len(),
                course.root.join("labs").display()
            )),
            Some(broken) => Lacking {
                what: broken.message.clone(),
                without: "this lab cannot be graded",
                mend: "get the file back: git checkout -- that file",
            },
        },
        Err(Error::Usage(what) | Error::Failed(what)) => Fatal {
            what,
            without: "there is nothing to grade",
            mend: "get the directory back: git checkout -- labs",
        },
    }
}

fn state(course: &Course) -> Found {
    match State::open(course) {
        Ok(state) => Fine(format!("results are kept in {}", state.directory.display())),
        Err(Error::Usage(what) | Error::Failed(what)) => Fatal {
            what,
            without: "nothing can be graded, since there is no place for a run's records",
            mend: "set COURSE_STATE to a directory that can be written",
        },
    }
}

fn system() -> Found {
    match fs::read_to_string("/proc/net/tcp").is_ok() {
        true => Fine(format!(
            "{}: the kernel tells which kind of hang it is",
            env::consts::OS
        )),
        false => Lacking {
            what: format!("{}: no /proc/net/tcp", env::consts::OS),
            without: "a step that hangs is still stopped, but not told why: not accepted, not read and spinning look alike; processes left behind are not found",
            mend: "nothing: grading works; use Linux for the full story",
        },
    }
}

fn ipv6() -> Found {
    match TcpListener::bind("[::1]:0") {
        Ok(_) => Fine("IPv6 loopback".to_string()),
        Err(error) => Lacking {
            what: format!("no IPv6 loopback: {error}"),
            without: "the IPv6 part of some steps is left out, and their story says so",
            mend: "nothing is needed; the points are the same",
        },
    }
}

fn open_files() -> Found {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let row = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    // The hidden tests raise the soft limit themselves; the hard one stands.
    let hard = row.and_then(|row| row.split_whitespace().nth(4)?.parse::<u64>().ok());
    match hard {
        Some(hard) if hard < OPEN_FILES => Lacking {
            what: format!("at most {hard} open files"),
            without: "steps with a large crowd of clients cannot be graded",
            mend: "raise the hard limit: ulimit -Hn 4096, as root or in limits.conf",
        },
        Some(hard) => Fine(format!("up to {hard} open files")),
        None => Fine("no limit of open files is known here".to_string()),
    }
}

fn git() -> Found {
    tool(
        "git",
        "cargo xtask diff cannot draw a difference, and new versions of the course cannot be merged",
        "install git",
    )
}

fn tool(name: &str, without: &'static str, mend: &'static str) -> Found {
    match said(
        Command::new(name)
            .arg("--version")
            .env("HOME", env::temp_dir()),
    ) {
        Some(said) => Fine(said.lines().next().unwrap_or(name).to_string()),
        None => match said_on_v(name) {
            Some(line) => Fine(line),
            None => Lacking {
                what: format!("{name} is not installed"),
                without,
                mend,
            },
        },
    }
}

/// socat knows no `--version`.
fn said_on_v(name: &str) -> Option<String> {
    let said = said(Command::new(name).arg("-V"))?;
    said.lines()
        .find(|line| line.contains("version"))
        .map(|line| format!("{name}: {line}"))
}

/// What a command prints, if it can be started and is content.
fn said(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_string();
    (output.status.success() && !said.is_empty()).then_some(said)
}
