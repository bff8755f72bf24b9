//! Puts the certificates on disk: whole or not at all, keys for their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::Certificates;

/// Writes all files into `directory`, which must not exist; it appears with everything in it.
pub fn write(certificates: &Certificates, directory: &Path) -> io::Result<()> {
    let unfinished = directory.with_extension(format!("unfinished-{}", std::process::id()));
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(unfinished.join("broken"))?;
    put(&unfinished.join("ca.pem"), &certificates.root, 0o644)?;
    let mut about = String::from(
        "Certificates of the course, for this machine only. Programs trust ca.pem.\n\n",
    );
    for chain in &certificates.chains {
        let (place, what) = match chain.wrong {
            "" => (chain.name.to_string(), "right"),
            wrong => (format!("broken/{}", chain.name), wrong),
        };
        put(
            &unfinished.join(format!("{place}.pem")),
            &chain.certificates,
            0o644,
        )?;
        put(&unfinished.join(format!("{place}.key")), &chain.key, 0o600)?;
        about.push_str(&format!("{place:<24} {what}\n"));
    }
    put(&unfinished.join("README"), &about, 0o644)?;
    // Fails if somebody else made the directory meanwhile; then theirs stands.
    let renamed = fs::rename(&unfinished, directory);
    if renamed.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    renamed
}

fn put(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?
        .write_all(text.as_bytes())
}
