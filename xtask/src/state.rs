//! What the course remembers between runs, in `.course/`: results, records of failed runs, a lock.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::course::Course;

pub struct State {
    pub directory: PathBuf,
}

/// Held while a command writes; dropping it lets the next one in.
pub struct Lock {
    _file: File,
}

impl State {
    /// `COURSE_STATE` if set, else `.course` in the checkout, else, where that cannot be written, in the target directory.
    pub fn open(course: &Course) -> Result<Self, Error> {
        let candidates = match env::var_os("COURSE_STATE") {
            Some(directory) => vec![PathBuf::from(directory)],
            None => vec![course.root.join(".course"), course.target.join("course")],
        };
        let mut reasons = Vec::new();
        for directory in candidates {
            match writable(&directory) {
                Ok(()) => return Ok(Self { directory }),
                Err(error) => reasons.push(format!("{}: {error}", directory.display())),
            }
        }
        Err(Error::Failed(format!(
            "nowhere to keep the results; set COURSE_STATE to a directory that can be written:\n{}",
            reasons.join("\n")
        )))
    }

    /// Waits until no other run is at work here, and says who is.
    pub fn lock(&self) -> Result<Lock, Error> {
        let path = self.directory.join("lock");
        let failed = |error: io::Error| Error::Failed(format!("{}: {error}", path.display()));
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                eprintln!(
                    "another run (process {}) is at work here; waiting for it",
                    holder.trim()
                );
                file.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        write!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Lock { _file: file })
    }
}

/// Writes a file so that a reader, or a crash, never sees half of it.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, bytes)?;
    fs::rename(unfinished, path)
}

/// Moves a file that cannot be read out of the way and says so; nothing is lost.
pub fn set_aside(path: &Path, why: &str) {
    let aside = (1..)
        .map(|n| path.with_extension(format!("damaged-{n}")))
        .find(|aside| !aside.exists())
        .expect("some number is free");
    match fs::rename(path, &aside) {
        Ok(()) => eprintln!(
            "{} could not be read ({why}); it is now {}, and a new one is begun",
            path.display(),
            aside.display()
        ),
        Err(error) => eprintln!(
            "{} could not be read ({why}) nor moved: {error}",
            path.display()
        ),
    }
}

fn writable(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let probe = directory.join(format!("probe-{}", std::process::id()));
    fs::write(&probe, b"")?;
    fs::remove_file(probe)
}
