//! A command with all that it starts: it is listened to, and ends as a whole.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// More than any transcript takes.
pub const TO_END: Duration = Duration::from_secs(30);

pub struct Group {
    program: Child,
    /// Holds what it prints, on both of its outputs.
    printed: PathBuf,
}

impl Group {
    /// `printed` is the beginning of a file name.
    pub fn start(mut command: Command, printed: &Path) -> io::Result<Self> {
        let printed = (0..)
            .map(|n| printed.with_extension(format!("{n}.txt")))
            .find(|it| !it.exists());
        let printed = printed.expect("some number is free");
        let file = File::create(&printed)?;
        command
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0);
        Ok(Self {
            program: command.spawn()?,
            printed,
        })
    }

    pub fn so_far(&self) -> String {
        let bytes = fs::read(&self.printed).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether its first process has a socket that listens, or receives datagrams: asked of the kernel, since asking the
    /// server itself would use up those that serve one caller. Where the kernel cannot tell, it listens.
    pub fn listens(&self) -> bool {
        let Ok(files) = fs::read_dir(format!("/proc/{}/fd", self.program.id())) else {
            return !cfg!(target_os = "linux");
        };
        let links = files
            .flatten()
            .filter_map(|file| fs::read_link(file.path()).ok());
        let links: Vec<String> = links
            .map(|link| link.to_string_lossy().into_owned())
            .collect();
        // Columns of these tables: state is the fourth, 0A for LISTEN and 07 for UDP; the inode is the tenth.
        ["tcp", "tcp6", "udp", "udp6"].iter().any(|table| {
            let table = fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
            table.lines().any(|row| {
                let columns: Vec<&str> = row.split_whitespace().collect();
                let open = matches!(columns.get(3), Some(&"0A" | &"07"));
                open && columns
                    .get(9)
                    .is_some_and(|inode| links.contains(&format!("socket:[{inode}]")))
            })
        })
    }

    /// All that it prints until it ends by itself.
    pub fn output(mut self) -> Result<String, String> {
        let until = Instant::now() + TO_END;
        loop {
            match self.program.try_wait() {
                Ok(Some(_)) => return Ok(self.so_far()),
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                Ok(None) => {
                    return Err(format!(
                        "did not end within {TO_END:?}; it printed\n{}",
                        self.so_far()
                    ));
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // An error means that nobody of the group is left.
        let kill = format!("kill -KILL -- -{}", self.program.id());
        let _ = Command::new("bash")
            .args(["-c", &kill])
            .stderr(Stdio::null())
            .status();
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
