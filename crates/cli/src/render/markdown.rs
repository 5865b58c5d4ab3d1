//! A table in Markdown, for the summary of a pull request.

use super::{counted, each, whole};
use crate::lint::Linted;
use crate::output::count;

/// The counts, and a row a finding.
pub(super) fn table(files: &[Linted]) -> String {
    let summary = whole(files).summary;
    let mut text = format!(
        "**massup**: {} in {}; {} not checked\n",
        counted(&summary),
        count(summary.files, "file"),
        count(summary.unchecked, "constraint")
    );
    let mut rows = each(files).peekable();
    if rows.peek().is_some() {
        text += "\n| where | level | rule | what |\n|---|---|---|---|\n";
    }
    for (path, diagnostic) in rows {
        let line = diagnostic.line.map_or_else(String::new, |line| format!(":{line}"));
        let help = diagnostic.help.as_deref().unwrap_or_default();
        let dash = if help.is_empty() { "" } else { " — " };
        text += &format!(
            "| `{}{line}` | {} | {} {} | {}{dash}{} |\n",
            cell(path),
            diagnostic.severity.as_str(),
            diagnostic.code,
            diagnostic.name,
            cell(&diagnostic.message),
            cell(help)
        );
    }
    text
}

/// A text that neither ends its cell nor begins a tag.
fn cell(text: &str) -> String {
    let line = text.replace(['\r', '\n'], " ");
    line.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}
