//! A code quality report of GitLab.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/>.

use massup_rules::Severity;
use serde_json::{Value, json};

use super::{each, fingerprint};
use crate::lint::Linted;

/// One issue a finding.
pub(super) fn report(files: &[Linted]) -> Value {
    let issue = |(path, diagnostic): (&str, &massup_rules::Diagnostic)| {
        let severity = match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        };
        json!({
            "description": format!("{}: {}", diagnostic.name, diagnostic.message),
            "check_name": diagnostic.code,
            "fingerprint": fingerprint(path, diagnostic),
            "severity": severity,
            // A line is asked for: what stands nowhere is shown at the first.
            "location": { "path": path, "lines": { "begin": diagnostic.line.unwrap_or(1) } },
        })
    };
    each(files).map(issue).collect()
}
