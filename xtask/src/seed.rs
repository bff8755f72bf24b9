//! Seeds: what was random follows from one number, which is printed and can be given again.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::Error;

/// What stands behind `--seed`.
pub fn read(text: &str) -> Result<u64, Error> {
    u64::from_str_radix(text.trim_start_matches("0x"), 16).map_err(|_| {
        Error::Usage(format!(
            "--seed takes up to 16 hex digits such as 7f3a, not {text:?}"
        ))
    })
}

/// Short enough to be typed.
pub fn random() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::from(now.subsec_nanos() ^ std::process::id()) & 0xffff
}
