//! Annotations of GitHub workflows: commands on standard output.
//!
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use massup_rules::Severity;

use super::{Placed, placed, with_help};
use massup_project::Checked;

/// One command a finding.
pub(super) fn annotations(files: &[Checked]) -> String {
    let mut text = String::new();
    for Placed { path, found, .. } in placed(files) {
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let title = format!("{} {}", found.code, found.name);
        text += &format!("::{command} title={}", property(&title));
        // Standard input is no file that GitHub could show.
        if let Some(path) = path {
            text += &format!(",file={}", property(&path));
            if let (Some(line), Some(column)) = (found.line, found.column) {
                text += &format!(",line={line},col={column}");
            }
        }
        text += &format!("::{}\n", data(&with_help(found)));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
