//! The processes below this one: on Linux all of them, elsewhere the child alone.

#[cfg(target_os = "linux")]
pub use linux::*;
#[cfg(not(target_os = "linux"))]
pub use other::*;

pub struct Event {
    pub child_ended: bool,
    pub starter_spoke: bool,
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::fs;
    use std::io;
    use std::os::fd::{BorrowedFd, OwnedFd};
    use std::process::Child;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, getpid, kill_process, wait};

    use super::Event;

    /// An orphan's new parent is the nearest subreaper above it, whatever session or group it hid in.
    pub fn adopt_orphans() -> io::Result<()> {
        Ok(rustix::process::set_child_subreaper(Some(getpid()))?)
    }

    pub struct Watch(OwnedFd);

    impl Watch {
        pub fn over(child: &Child) -> io::Result<Self> {
            let pid = Pid::from_raw(child.id().cast_signed())
                .ok_or_else(|| io::Error::other("a child without a process id"))?;
            Ok(Self(rustix::process::pidfd_open(pid, PidfdFlags::empty())?))
        }

        pub fn wait(&self, starter: BorrowedFd) -> io::Result<Event> {
            let mut both = [
                PollFd::new(&self.0, PollFlags::IN),
                PollFd::from_borrowed_fd(starter, PollFlags::IN),
            ];
            match poll(&mut both, None) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            Ok(Event {
                child_ended: !both[0].revents().is_empty(),
                starter_spoke: !both[1].revents().is_empty(),
            })
        }
    }

    /// User and system time of a process that has ended and was not waited for yet.
    pub fn cpu_ms(pid: u32) -> u64 {
        let ticks_per_second = rustix::param::clock_ticks_per_second();
        // Fields 14 to 17 of proc_pid_stat(5): utime, stime, cutime, cstime.
        let ticks: u64 = stat_fields(pid)
            .map(|fields| {
                fields
                    .iter()
                    .skip(11)
                    .take(4)
                    .filter_map(|f| f.parse::<u64>().ok())
                    .sum()
            })
            .unwrap_or(0);
        ticks * 1000 / ticks_per_second.max(1)
    }

    /// Kills and buries every process below this one; returns how many were still alive.
    pub fn sweep() -> u32 {
        let mut killed = HashSet::new();
        // Each round reaches those whose parents died in the round before.
        loop {
            match wait(WaitOptions::NOHANG) {
                Err(rustix::io::Errno::CHILD) => return killed.len() as u32,
                Ok(Some(_)) | Err(_) => continue,
                Ok(None) => {}
            }
            for pid in children() {
                if kill_process(pid, Signal::KILL).is_ok() {
                    killed.insert(pid);
                }
            }
            // At least one of them ends now.
            let _ = wait(WaitOptions::empty());
        }
    }

    fn children() -> Vec<Pid> {
        let me = getpid().as_raw_nonzero().to_string();
        let Ok(processes) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        processes
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
            .filter(|pid| stat_fields(*pid).is_some_and(|fields| fields.get(1) == Some(&me)))
            .filter_map(|pid| Pid::from_raw(pid.cast_signed()))
            .collect()
    }

    /// The fields of /proc/PID/stat from the third on (state, parent, ...).
    fn stat_fields(pid: u32) -> Option<Vec<String>> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the program's name in parentheses, and may hold anything.
        let (_, rest) = stat.rsplit_once(')')?;
        Some(rest.split_whitespace().map(str::to_string).collect())
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::io;
    use std::os::fd::BorrowedFd;
    use std::process::Child;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, waitid};

    use super::Event;

    /// How often to look whether the child has ended, where nothing can be waited for.
    const LOOK: Duration = Duration::from_millis(2);

    pub fn adopt_orphans() -> io::Result<()> {
        Ok(())
    }

    pub struct Watch(Pid);

    impl Watch {
        pub fn over(child: &Child) -> io::Result<Self> {
            Pid::from_raw(child.id().cast_signed())
                .map(Self)
                .ok_or_else(|| io::Error::other("a child without a process id"))
        }

        pub fn wait(&self, starter: BorrowedFd) -> io::Result<Event> {
            let pause = Timespec {
                tv_sec: 0,
                tv_nsec: LOOK.subsec_nanos().into(),
            };
            loop {
                let mut one = [PollFd::from_borrowed_fd(starter, PollFlags::IN)];
                match poll(&mut one, Some(&pause)) {
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
                let event = Event {
                    child_ended: waitid(WaitId::Pid(self.0), options)?.is_some(),
                    starter_spoke: !one[0].revents().is_empty(),
                };
                if event.child_ended || event.starter_spoke {
                    return Ok(event);
                }
            }
        }
    }

    /// Not known here.
    pub fn cpu_ms(_pid: u32) -> u64 {
        0
    }

    /// Orphans cannot be found here; ended children are buried.
    pub fn sweep() -> u32 {
        while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
        0
    }
}
