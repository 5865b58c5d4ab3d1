//! A code quality report of GitLab.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/>.

use massup_rules::Severity;
use serde_json::{Value, json};

use super::{Further, Placed, further, placed};
use massup_project::Checked;

/// One issue a finding, and one a file for those that are not listed.
pub(super) fn report(files: &[Checked]) -> Value {
    let issue = |Placed { path, found, fingerprint }: Placed<'_>| {
        json!({
            "description": format!("{}: {}", found.name, found.message),
            "check_name": found.code,
            "fingerprint": fingerprint,
            "severity": level(found.severity),
            // A path and a line are required: what has no place is shown at the first line.
            "location": {
                "path": path.as_ref().map_or("-", |path| path.name.as_str()),
                "lines": { "begin": found.line.unwrap_or(1) },
            },
        })
    };
    let count = |Further { path, severity, message, fingerprint }: Further| {
        json!({
            "description": message,
            "check_name": "massup",
            "fingerprint": fingerprint,
            "severity": level(severity),
            "location": {
                "path": path.as_ref().map_or("-", |path| path.name.as_str()),
                "lines": { "begin": 1 },
            },
        })
    };
    placed(files).map(issue).chain(further(files).map(count)).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
