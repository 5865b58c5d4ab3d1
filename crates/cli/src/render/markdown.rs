//! A table in Markdown, for the summary of a pull request.

use super::{Missing, called, counted, each, missing, summary};
use massup_project::Checked;

use crate::output::count;

/// The counts, and a row a finding.
pub(super) fn table(files: &[Checked]) -> String {
    let summary = summary(files);
    let (facts, number) = missing(files);
    let mut text = format!(
        "**massup**: {} in {}; {} not checked\n",
        counted(&summary),
        count(summary.files, "file"),
        count(number, "constraint")
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
            "| {} | {} | {} {} | {}{dash}{} |\n",
            code(&format!("{}{line}", called(path))),
            diagnostic.severity.as_str(),
            diagnostic.code,
            diagnostic.name,
            cell(&diagnostic.message),
            cell(help)
        );
    }
    for (index, Missing { needs, supply, rules }) in facts.iter().enumerate() {
        text += if index == 0 { "\nNot checked, for want of\n\n" } else { "" };
        let rules = count(rules.len(), "rule");
        text += &format!("* {} ({rules}): {}\n", cell(needs), cell(supply));
    }
    text
}

/// A text for a cell. Its code spans are kept; what stands outside of them can neither end the cell nor
/// begin a tag, a link or a mention, whatever a file has brought into a message.
fn cell(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    let mut rest = text.as_str();
    let mut cell = String::new();
    while let Some(at) = rest.find('`') {
        let (before, ticks) = rest.split_at(at);
        cell += &plain(before);
        let fence = run(ticks);
        let inside = ticks.get(fence..).unwrap_or_default();
        match end_of_span(inside, fence) {
            Some(end) => {
                let (span, after) = ticks.split_at(fence + end + fence);
                cell += &span.replace('|', "\\|");
                rest = after;
            }
            None => {
                cell += &"&#96;".repeat(fence);
                rest = inside;
            }
        }
    }
    cell + &plain(rest)
}

/// How many backticks a text begins with.
fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Where a run of just as many backticks begins.
fn end_of_span(text: &str, fence: usize) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('`')?;
        let length = run(text.get(at..)?);
        if length == fence {
            return Some(at);
        }
        at += length;
    }
}

/// A text in which nothing is Markdown.
fn plain(text: &str) -> String {
    let entity = |c: char| {
        matches!(c, '&' | '<' | '|' | '\\' | '[' | ']' | '@' | '#' | '*' | '_' | '~' | ':')
    };
    text.chars()
        .map(|c| if entity(c) { format!("&#{};", u32::from(c)) } else { c.to_string() })
        .collect()
}

/// A text as a code span, however many backticks are in it.
fn code(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ").replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_cell() {
        assert_eq!(cell("key `a|b` is *bold*"), "key `a\\|b` is &#42;bold&#42;");
        assert_eq!(cell("key `a`@all b` c"), "key `a`&#64;all b&#96; c");
        assert_eq!(cell("``x ` y`` [a](http://b)"), "``x ` y`` &#91;a&#93;(http&#58;//b)");
        assert_eq!(code("a`b|c"), "`` a`b\\|c ``");
    }
}
