//! A code quality report of GitLab.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/>.

use massup_rules::Severity;
use serde_json::{Value, json};

use super::{Placed, placed};
use massup_project::Checked;

/// One issue a finding.
pub(super) fn report(files: &[Checked]) -> Value {
    let issue = |Placed { path, found, fingerprint, .. }: Placed<'_>| {
        let severity = match found.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        };
        json!({
            "description": format!("{}: {}", found.name, found.message),
            "check_name": found.code,
            "fingerprint": fingerprint,
            "severity": severity,
            // A path and a line are asked for: what stands nowhere is shown at the first.
            "location": {
                "path": path.as_deref().unwrap_or("-"),
                "lines": { "begin": found.line.unwrap_or(1) },
            },
        })
    };
    placed(files).into_iter().map(issue).collect()
}
