//! certs DIR: makes the course's certificates in DIR, which must not exist. Called by `cargo xtask certs`.

use std::path::Path;
use std::process::ExitCode;

use time::OffsetDateTime;
use tls_tests::Certificates;

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1) else {
        eprintln!("usage: certs DIR");
        return ExitCode::from(2);
    };
    let made = Certificates::make(OffsetDateTime::now_utc()).map_err(|error| error.to_string());
    let written = made.and_then(|certificates| {
        tls_tests::write(&certificates, Path::new(&directory)).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "cannot make certificates in {}: {error}",
                directory.display()
            );
            ExitCode::FAILURE
        }
    }
}
