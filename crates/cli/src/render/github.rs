//! Annotations of GitHub workflows: commands on standard output.
//!
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use massup_rules::Severity;

use super::{each, with_help};
use crate::lint::Linted;

/// One command a finding.
pub(super) fn annotations(files: &[Linted]) -> String {
    let mut text = String::new();
    for (path, diagnostic) in each(files) {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let title = format!("{} {}", diagnostic.code, diagnostic.name);
        text += &format!("::{command} title={}", property(&title));
        // Standard input is no file that GitHub could show.
        if path != "-" {
            text += &format!(",file={}", property(path));
            if let (Some(line), Some(column)) = (diagnostic.line, diagnostic.column) {
                text += &format!(",line={line},col={column}");
            }
        }
        text += &format!("::{}\n", data(&with_help(diagnostic)));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
