//! A lab that does what no lab should do. `mode.txt` says what; the tests put both into `labs/00-hello/src`.

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, exit};
use std::thread;

const MODE: &str = include_str!("mode.txt");
const GIB: usize = 1 << 30;

fn main() {
    match MODE {
        "loops for ever" => loop {
            std::hint::spin_loop();
        },
        "blocks for ever" => sleep(),
        "panics" => panic!("out of stamps"),
        "exits at once" => exit(0),
        "exits after one right answer" => {
            let mut connection = introduce();
            print(&greeting(&mut connection).unwrap_or_default());
            exit(0);
        }
        "floods stdout" => flood(io::stdout()),
        "floods stderr" => flood(io::stderr()),
        "ignores SIGTERM" => {
            let error = Command::new("sh")
                .args(["-c", "trap '' TERM; while :; do sleep 86400; done", &home()])
                .exec();
            panic!("{error}");
        }
        "leaves a process" => {
            let mut child = Command::new("setsid");
            child.args(["sh", "-c", "sleep 86400; :", &home()]);
            child.spawn().expect("setsid is there");
            honest();
        }
        "leaves a hidden process" => {
            // Its parent ends at once, and nothing of its surroundings tells where it comes from.
            shell("cd /; (env -i setsid sh -c 'sleep 86400; :' \"$0\" & ) ; exit");
            honest();
        }
        "never reads" => {
            let connection = introduce();
            sleep();
            drop(connection);
        }
        "reads and never answers" => {
            let mut connection = introduce();
            let _ = greeting(&mut connection);
            sleep();
        }
        "believes a length" => {
            let mut connection = introduce();
            print(&greeting(&mut connection).unwrap_or_else(fail));
            let mut letters = Vec::with_capacity(2 << 30);
            connection.read_to_end(&mut letters).unwrap_or_else(fail);
            println!("letters: {} bytes", letters.len());
        }
        "ends its line with LF alone" => {
            let mut connection = connect();
            let _ = connection.write_all(format!("{}\n", name()).as_bytes());
            sleep();
        }
        "kills its keeper" => {
            signal("KILL", ancestors()[0]);
            honest();
        }
        "kills all that keep it" => {
            shell("cd /; setsid sh -c 'sleep 86400; :' \"$0\" &");
            // The outermost first, so that none of them sweeps when the others go.
            let [own, test, outer] = kept_by();
            shell(&format!("kill -KILL {outer} {own} {test}"));
            sleep();
        }
        "stops its keeper" => {
            signal("STOP", ancestors()[0]);
            sleep();
        }
        "stops all that keep it" => {
            let [own, test, outer] = kept_by();
            shell(&format!("kill -STOP {outer} {test} {own}"));
            sleep();
        }
        "deletes its run" => {
            let run = PathBuf::from(home());
            let _ = fs::remove_dir_all(run.parent().expect("HOME is below the run's directory"));
            exit(0);
        }
        "prints what a harness prints" => {
            for test in ["says_its_name", "hears_the_greeting", "counts_the_letters"] {
                let text = format!(
                    "\nrunning 1 test\ntest hello::{test} ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\n\n"
                );
                print!("{text}");
                eprint!("{text}");
            }
            exit(0);
        }
        "writes reports to every descriptor" => {
            let [own, test, outer] = kept_by();
            let every = [std::process::id(), own, test, outer];
            for process in every {
                for file in fs::read_dir(format!("/proc/{process}/fd"))
                    .into_iter()
                    .flatten()
                    .flatten()
                {
                    if let Ok(mut file) = fs::OpenOptions::new().append(true).open(file.path()) {
                        let _ = file.write_all(forged().as_bytes());
                    }
                }
            }
            exit(0);
        }
        "forges the report" => {
            forge();
            exit(0);
        }
        "forges the report and kills the test" => {
            forge();
            signal("KILL", test().0);
            sleep();
        }
        "forges the report for ever" => {
            // A keeper that is gone sweeps nothing, so the forger lives on below the runner's keeper.
            let report = setting("COURSE_REPORT");
            shell(&format!(
                "setsid sh -c 'while :; do printf %s \"$2\" > \"$1.x\"; mv -f \"$1.x\" \"$1\"; done' \
                 \"$0\" '{report}' '{}' &",
                forged()
            ));
            signal("KILL", ancestors()[0]);
            sleep();
        }
        "makes the report endless" => {
            let report = setting("COURSE_REPORT");
            let _ = std::os::unix::fs::symlink("/dev/zero", report);
            signal("KILL", test().0);
            sleep();
        }
        "makes the report a pipe" => {
            shell(&format!("mkfifo '{}'", setting("COURSE_REPORT")));
            signal("KILL", test().0);
            sleep();
        }
        other => panic!("no mode {other:?}"),
    }
}

/// What the lab should do.
fn honest() {
    let mut connection = introduce();
    print(&greeting(&mut connection).unwrap_or_else(fail));
    let count = io::copy(&mut connection, &mut io::sink()).unwrap_or_else(fail);
    println!("letters: {count} bytes");
}

fn name() -> String {
    env::args().nth(2).unwrap_or_default()
}

fn connect() -> TcpStream {
    TcpStream::connect(env::args().nth(1).unwrap_or_default()).unwrap_or_else(fail)
}

fn introduce() -> TcpStream {
    let mut connection = connect();
    connection
        .write_all(format!("{}\r\n", name()).as_bytes())
        .unwrap_or_else(fail);
    connection
}

fn greeting(connection: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while !line.ends_with(b"\r\n") {
        if line.len() == 1024 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        connection.read_exact(&mut byte)?;
        line.push(byte[0]);
    }
    line.truncate(line.len() - 2);
    Ok(line)
}

fn print(line: &[u8]) {
    let mut out = io::stdout();
    let _ = out
        .write_all(&[line, b"\n"].concat())
        .and_then(|()| out.flush());
}

fn fail<T>(error: io::Error) -> T {
    eprintln!("{error}");
    exit(1)
}

fn sleep() {
    loop {
        thread::park();
    }
}

fn flood(mut out: impl Write) {
    let line = [b'x'; 127];
    let line = [&line[..], b"\n"].concat();
    let block = line.repeat(8192);
    for _ in 0..GIB / block.len() {
        if out.write_all(&block).is_err() {
            break;
        }
    }
}

/// By it, the tests know what was started here.
fn home() -> String {
    env::var("HOME").unwrap_or_default()
}

fn shell(command: &str) {
    let _ = Command::new("sh").args(["-c", command, &home()]).status();
}

fn signal(name: &str, process: u32) {
    shell(&format!("kill -{name} {process}"));
}

/// The parent, its parent, and so on.
fn ancestors() -> Vec<u32> {
    let mut found = Vec::new();
    let mut at = std::process::id();
    while let Some(parent) = parent(at).filter(|parent| *parent > 1) {
        found.push(parent);
        at = parent;
    }
    found
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// The own keeper, the hidden test, and the test's keeper.
fn kept_by() -> [u32; 3] {
    let three = ancestors().into_iter().take(3).collect::<Vec<_>>();
    three.try_into().expect("three processes keep this one")
}

/// The hidden test with its environment: the nearest ancestor that was told where the report goes.
fn test() -> (u32, String) {
    ancestors()
        .into_iter()
        .find_map(|process| {
            let environment = fs::read(format!("/proc/{process}/environ")).ok()?;
            let environment = String::from_utf8_lossy(&environment).into_owned();
            environment
                .contains("COURSE_REPORT=")
                .then_some((process, environment))
        })
        .expect("an ancestor is the hidden test")
}

fn setting(name: &str) -> String {
    let (_, environment) = test();
    let start = format!("{name}=");
    let found = environment
        .split('\0')
        .find_map(|it| it.strip_prefix(&start));
    found.expect("the test has it").to_string()
}

/// A report that says "passed".
fn forged() -> String {
    format!(
        r#"{{"format":1,"test":"{}","outcome":"passed","story":[],"cpu_ms":1}}"#,
        setting("COURSE_STEP")
    )
}

fn forge() {
    let _ = env::var("COURSE_REPORT").map(|path| fs::write(path, forged()));
    fs::write(setting("COURSE_REPORT"), forged()).expect("the report can be forged");
}
