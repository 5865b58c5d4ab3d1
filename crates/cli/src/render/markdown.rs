//! A table in Markdown, for the summary of a pull request.

use std::io::Write;

use anyhow::Result;

use super::{Missing, Run, called, counted, each, missing, read};
use crate::output::count;
use crate::text::{Language, Line, Text};

/// The counts, and a row a finding.
pub(super) fn table(run: &Run<'_>, out: &mut dyn Write) -> Result<()> {
    let files = run.files;
    let summary = run.summary();
    let (facts, number) = missing(files);
    writeln!(
        out,
        "**massup**: {} in {}; {} not checked",
        counted(&summary),
        read(&summary),
        count(number, "constraint")
    )?;
    let mut rows = each(files).peekable();
    if rows.peek().is_some() {
        writeln!(out, "\n| where | level | rule | what |\n|---|---|---|---|")?;
    }
    for (path, diagnostic) in rows {
        let line = diagnostic.line.map_or_else(String::new, |line| format!(":{line}"));
        let place = Markdown::new().outside_as::<Code>(&format!("{}{line}", called(path)));
        let mut what = Markdown::of(&diagnostic.message);
        if let Some(help) = &diagnostic.help {
            what = what.own(" — ").outside(help);
        }
        let (level, code, name) = (diagnostic.severity.as_str(), diagnostic.code, diagnostic.name);
        writeln!(out, "| {place} | {level} | {code} {name} | {what} |")?;
    }
    let omitted: usize = files.iter().map(|file| file.report.omitted.total()).sum();
    if omitted > 0 {
        writeln!(out, "\n… and {}", count(omitted, "more finding"))?;
    }
    for (index, Missing { needs, supply, rules, .. }) in facts.iter().enumerate() {
        if index == 0 {
            writeln!(out, "\nNot checked (missing data):\n")?;
        }
        let (needs, supply) = (Markdown::of(needs), Markdown::of(supply));
        writeln!(out, "* {needs} ({}): {supply}", count(rules.len(), "rule"))?;
    }
    Ok(())
}

/// GitHub's Markdown, inside a cell of a table or an item of a list.
struct Gfm;

type Markdown = Text<Gfm>;

/// A code span of it, however many backticks the text has.
struct Code;

impl Language for Code {
    fn escape(outside: &str, written: &mut String) {
        code(Line::of(outside).as_str(), written);
    }
}

impl Language for Gfm {
    /// Code spans of the text are kept; what is outside of them can neither end the cell nor begin a tag, a
    /// link or a mention.
    fn escape(outside: &str, written: &mut String) {
        let text = Line::of(outside);
        let mut rest = text.as_str();
        while let Some(at) = rest.find('`') {
            let (before, ticks) = rest.split_at(at);
            plain(before, written);
            let fence = run(ticks);
            let inside = ticks.get(fence..).unwrap_or_default();
            match end_of_span(inside, fence) {
                Some(end) => {
                    code(unpadded(inside.get(..end).unwrap_or_default()), written);
                    rest = inside.get(end + fence..).unwrap_or_default();
                }
                None => {
                    *written += &"&#96;".repeat(fence);
                    rest = inside;
                }
            }
        }
        plain(rest, written);
    }
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

/// What a code span shows: without one space at either end, where a backtick may need it.
fn unpadded(span: &str) -> &str {
    let inner = span.strip_prefix(' ').and_then(|rest| rest.strip_suffix(' '));
    inner.filter(|inner| !inner.trim().is_empty()).unwrap_or(span)
}

/// Appends a text as code. Readers differ on bars and backslashes in the code of a table, so the bars are
/// between spans.
fn code(text: &str, written: &mut String) {
    for (index, part) in text.split('|').enumerate() {
        if index > 0 {
            *written += "&#124;";
        }
        // Two spans that touch would be read as one.
        if written.ends_with('`') && !part.is_empty() {
            *written += "&#8288;";
        }
        if part.trim().is_empty() {
            *written += &part.replace(' ', "&#32;");
            continue;
        }
        let longest = part.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let edge = |c: char| c == '`' || c == ' ';
        let pad = if part.starts_with(edge) || part.ends_with(edge) { " " } else { "" };
        *written += &[&fence, pad, part, pad, &fence].concat();
    }
}

/// Appends a text in which nothing is Markdown. Entities are enough for that, but not for links and mentions
/// that are looked for in the result: an invisible word joiner breaks these.
fn plain(text: &str, written: &mut String) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '@' | '#' | '&' | '<' | '>' | '|' | '\\' | '[' | ']' | '*' | '_' | '~' | ':' | '!'
            | '$' => {
                *written += &format!("&#{};", u32::from(c));
            }
            c => written.push(c),
        }
        let is_link = match c {
            '@' | '#' => true,
            ':' => rest.starts_with("//"),
            'w' | 'W' => rest.starts_with('.'),
            _ => false,
        };
        if is_link {
            *written += "&#8288;";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_cell() {
        let cell = |text: &str| Markdown::of(text).to_string();
        assert_eq!(cell("key `a|b` is *bold*"), "key `a`&#124;`b` is &#42;bold&#42;");
        assert_eq!(cell("key `a`@all b` c"), "key `a`&#64;&#8288;all b&#96; c");
        assert_eq!(cell("``x ` y`` [a](b)"), "``x ` y`` &#91;a&#93;(b)");
        assert_eq!(cell("http://b www.c #1"), "http&#58;&#8288;//b www&#8288;.c &#35;&#8288;1");
        assert_eq!(cell("`a``` b"), "&#96;a&#96;&#96;&#96; b");
        assert_eq!(Markdown::new().outside_as::<Code>("a`b|c").to_string(), "``a`b``&#124;`c`");
        assert_eq!(Markdown::new().outside_as::<Code>("` ").to_string(), "`` `  ``");
        assert_eq!(Markdown::new().outside_as::<Code>("").to_string(), "");
    }
}
