//! Any bytes as a plan: what verifies keeps the laws or says which it breaks, and is shown without commands.

use massup_planner::file;
use massup_project::FileChecker;
use sha2::{Digest as _, Sha256};

use crate::shown;

/// The length of a digest in hexadecimal digits, and of what follows it.
const DIGITS: usize = 64;
const END: usize = "\"}\n".len();

/// The same text with the right digest, as somebody who knows the format would edit a plan.
fn sealed(bytes: &[u8]) -> Option<Vec<u8>> {
    let until = bytes.len().checked_sub(DIGITS + END)?;
    let mut text = bytes.to_vec();
    let digits: String =
        Sha256::digest(&bytes[..until]).iter().map(|b| format!("{b:02x}")).collect();
    text[until..until + DIGITS].copy_from_slice(digits.as_bytes());
    Some(text)
}

pub(crate) fn target(bytes: &[u8]) {
    look(bytes);
    if let Some(bytes) = sealed(bytes) {
        look(&bytes);
    }
}

fn look(bytes: &[u8]) {
    let verified = file::verify(bytes);
    let breaches = file::breaches(bytes);
    if let Ok((header, footer)) = &verified {
        assert!(breaches.unwrap().iter().all(|breach| !breach.is_damage));
        if let Ok(plan) = header.plan() {
            let decision = plan.decide(footer.records);
            let _ = header.summary(&plan, footer);
            let _ = decision;
        }
    } else if let Ok(breaches) = breaches {
        assert!(breaches.iter().any(|breach| breach.is_damage), "refused, and nothing is damaged");
    }
    let report = FileChecker::default().check("a.plan.jsonl", bytes);
    let is_damaged = report.diagnostics.iter().any(|found| found.code == "MU301");
    assert!(verified.is_ok() || is_damaged || !bytes.starts_with(b"{\"massup_plan\":1"));
    if let Ok(texts) = massup_cli::fuzzing::plan(bytes) {
        assert!(verified.is_ok());
        for (format, text) in texts {
            shown::check(&format, &text);
            if format == "curl" {
                let head = text.split("set -").next().unwrap();
                assert!(
                    head.lines().all(|line| line.starts_with('#') || line.is_empty()),
                    "{head}"
                );
            }
        }
    }
}
