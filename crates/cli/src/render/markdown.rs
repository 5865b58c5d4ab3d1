//! A table in Markdown, for the summary of a pull request.

use massup_rules::Report;

use super::each;
use crate::lint::Linted;
use crate::output::count;

/// The counts, and a row a finding.
pub(super) fn table(files: &[Linted]) -> String {
    let summary = Report::new(files.iter().map(|file| file.report.clone()).collect()).summary;
    let found: Vec<String> =
        [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| count(number, word))
            .collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    let mut text = format!(
        "**massup**: {found} in {}; {} not checked\n",
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
