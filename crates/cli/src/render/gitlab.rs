//! A code quality report of GitLab.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/>.

use massup_rules::Severity;
use serde_json::{Value, json};

use super::{Placed, placed};
use massup_project::Checked;

/// One issue a finding.
pub(super) fn report(files: &[Checked]) -> Value {
    let issue = |Placed { path, found, fingerprint }: Placed<'_>| {
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
            // A path and a line are required: what has no place is shown at the first line.
            "location": {
                "path": path.as_ref().map_or("-", |path| path.name.as_str()),
                "lines": { "begin": found.line.unwrap_or(1) },
            },
        })
    };
    placed(files).map(issue).collect()
}
