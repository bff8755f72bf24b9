//! openssl accepts the right chains and refuses each broken one for the reason that its name gives.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use time::OffsetDateTime;
use tls_tests::Certificates;

/// What openssl says; its numbers are the same in every version.
const EXPECTED: [(&str, &str, &[&str], Option<u32>); 9] = [
    (
        "server",
        "sslserver",
        &["-verify_hostname", "localhost"],
        None,
    ),
    ("client", "sslclient", &[], None),
    ("broken/expired", "sslserver", &[], Some(10)),
    ("broken/not-yet", "sslserver", &[], Some(9)),
    (
        "broken/wrong-name",
        "sslserver",
        &["-verify_hostname", "localhost"],
        Some(62),
    ),
    (
        "broken/name-in-cn",
        "sslserver",
        &["-verify_hostname", "localhost"],
        None,
    ),
    ("broken/wrong-ca", "sslserver", &[], Some(20)),
    ("broken/issuer-is-no-ca", "sslserver", &[], Some(79)),
    ("broken/wrong-usage", "sslserver", &[], Some(26)),
];

#[test]
fn openssl_tells_the_right_chain_from_the_broken_ones() {
    if Command::new("openssl").arg("version").output().is_err() {
        let must = std::env::var_os("COURSE_NOTHING_MISSING").is_some();
        assert!(!must, "openssl is missing");
        println!("skipped: openssl is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let directory = made_in(home.path());
    for (name, purpose, more, error) in EXPECTED {
        let said = verify(&directory, name, purpose, more);
        match error {
            None => assert!(said.ends_with(": OK"), "{name}: {said}"),
            Some(number) => assert!(
                said.contains(&format!("error {number} at")),
                "{name}: {said}"
            ),
        }
    }
    for address in ["127.0.0.1", "::1"] {
        let said = verify(&directory, "server", "sslserver", &["-verify_ip", address]);
        assert!(said.ends_with(": OK"), "{address}: {said}");
    }
    // openssl still falls back to the subject's name; RFC 9525 section 2 forbids it, and programs of today refuse.
    let text = openssl(
        &directory,
        &[
            "x509",
            "-in",
            "broken/name-in-cn.pem",
            "-noout",
            "-ext",
            "subjectAltName",
        ],
    );
    assert!(!text.contains("DNS:"), "{text}");
}

#[test]
fn keys_are_for_their_owner_only() {
    let home = tempfile::tempdir().unwrap();
    let directory = made_in(home.path());
    let mut keys = 0;
    for folder in [directory.clone(), directory.join("broken")] {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().extension().is_some_and(|end| end == "key") {
                keys += 1;
                assert_eq!(
                    entry.metadata().unwrap().permissions().mode() & 0o777,
                    0o600
                );
            }
        }
    }
    assert_eq!(keys, EXPECTED.len());
}

#[test]
fn what_is_there_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let directory = made_in(home.path());
    let before = fs::read(directory.join("server.key")).unwrap();
    let again = Certificates::make(OffsetDateTime::now_utc()).unwrap();
    assert!(tls_tests::write(&again, &directory).is_err());
    assert_eq!(fs::read(directory.join("server.key")).unwrap(), before);
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        1,
        "nothing unfinished is left"
    );
}

fn made_in(home: &Path) -> PathBuf {
    let directory = home.join("certs");
    let certificates = Certificates::make(OffsetDateTime::now_utc()).unwrap();
    tls_tests::write(&certificates, &directory).unwrap();
    directory
}

fn verify(directory: &Path, name: &str, purpose: &str, more: &[&str]) -> String {
    let file = format!("{name}.pem");
    let mut args = vec![
        "verify",
        "-CAfile",
        "ca.pem",
        "-untrusted",
        &file,
        "-purpose",
        purpose,
    ];
    args.extend(more);
    args.push(&file);
    openssl(directory, &args)
}

fn openssl(directory: &Path, args: &[&str]) -> String {
    let output = Command::new("openssl")
        .args(args)
        .current_dir(directory)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).trim().to_string()
}
