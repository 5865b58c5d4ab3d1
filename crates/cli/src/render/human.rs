//! Findings for people: the line of the source with the place marked, the reason and the cure.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use massup_model::Automation;
use massup_model::json::Span;
use massup_project::Checked;
use massup_rules::Severity;
use massup_rules::report::{Diagnostic, Summary};

use super::{Missing, called, counted, missing, reports};
use crate::output::{count, printable};

/// Lines up to this many bytes are left to the renderer, which cuts them to the terminal.
const LONG: usize = 2_000;

/// What is shown on either side of a place in a longer line.
const WINDOW: usize = 60;

/// The whole report, with the marks of colour, which [`anstream`] drops where they are not wanted.
/// `only` leaves out what is below a level, and the summary.
pub fn report(files: &[Checked], only: Option<Severity>) -> String {
    let mut text = String::new();
    let renderer = Renderer::styled();
    for file in files.iter().filter(|file| !file.report.diagnostics.is_empty()) {
        let source = String::from_utf8_lossy(&file.bytes);
        for diagnostic in &file.report.diagnostics {
            if only.is_none_or(|level| diagnostic.severity >= level) {
                text += &finding(diagnostic, &file.report.path, &source, &renderer);
                text += "\n\n";
            }
        }
    }
    if only.is_none() {
        let (facts, number) = missing(files);
        text += &unchecked(&facts);
        text += &automations(files);
        text += &summary(Summary { unchecked: number, ..super::summary(files) });
    }
    text
}

/// One finding as plain text.
pub fn plain(diagnostic: &Diagnostic, path: &str, source: &str) -> String {
    finding(diagnostic, path, source, &Renderer::plain())
}

/// One finding that stands in no text.
pub(crate) fn placeless(diagnostic: &Diagnostic) -> String {
    finding(diagnostic, "", "", &Renderer::styled())
}

fn finding(diagnostic: &Diagnostic, path: &str, source: &str, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let path = called(path);
    let id = format!("{} {}", diagnostic.code, diagnostic.name);
    let title = printable(&diagnostic.message);
    let mut elements: Vec<Element<'_>> = Vec::new();
    if let (Some(span), Some(line), Some(column)) =
        (diagnostic.span, diagnostic.line, diagnostic.column)
    {
        let excerpt = Excerpt::around(source, span, diagnostic.shown);
        let annotation = AnnotationKind::Primary.span(excerpt.mark.clone());
        let snippet =
            Snippet::source(excerpt.text).line_start(line).fold(false).annotation(annotation);
        if excerpt.whole {
            elements.push(snippet.path(path).into());
        } else {
            // The column in the excerpt is not the column in the line.
            elements.push(Origin::path(path).line(line).char_column(column).into());
            elements.push(snippet.into());
        }
    } else if !path.is_empty() {
        elements.push(Origin::path(path).into());
    }
    if let Some(answer) = diagnostic.answers.first() {
        let status = answer.status.map_or_else(String::new, |status| format!("{status} "));
        // Of some codes no document shows the message.
        let words = answer.message;
        let words = if words.is_empty() { String::new() } else { format!(" `{words}`") };
        let message = format!("the server answers {status}{}{words}", answer.code);
        elements.push(Level::NOTE.message(message).into());
    }
    if let Some(help) = &diagnostic.help {
        elements.push(Level::HELP.message(printable(help)).into());
    }
    let drawn = renderer.render(&[level.primary_title(title).id(id).elements(elements)]);
    // Where no line is shown the renderer leaves no room for its number.
    if diagnostic.span.is_none() && !path.is_empty() { drawn.replace('\n', "\n ") } else { drawn }
}

/// The part of a line that is shown.
struct Excerpt {
    text: String,
    mark: std::ops::Range<usize>,
    /// It begins where the line begins.
    whole: bool,
}

impl Excerpt {
    /// The line of a place, or what stands around the place where the line is very long. What must not
    /// be shown of it is blank. A place of several lines is marked on its first.
    fn around(source: &str, place: Span, shown: Option<Span>) -> Self {
        let (start, end) = (floor(source, place.start), place.end);
        let before = source.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = source.get(start..).unwrap_or_default();
        let line_end = start + rest.find('\n').unwrap_or(rest.len());
        let whole = line_end - line_start <= LONG;
        let (from, to) = if whole {
            (line_start, line_end)
        } else {
            let from = floor(source, start.saturating_sub(WINDOW)).max(line_start);
            (from, floor(source, (start + 2 * WINDOW).min(line_end)))
        };
        let shown = shown.unwrap_or(Span { start: from, end: to });
        let first = floor(source, shown.start).clamp(from, start);
        let last = floor(source, shown.end).clamp(start, to);
        let hidden = source.get(from..first).unwrap_or_default().chars().count();
        let mut text = " ".repeat(hidden);
        text += source.get(first..last).unwrap_or_default().trim_end_matches('\r');
        let clip = |at: usize| (hidden + at.saturating_sub(first)).min(text.len());
        let mark = clip(start)..clip(end).max(clip(start));
        Self { text, mark, whole }
    }
}

/// The last boundary of a character at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What could not be checked, each fact once.
fn unchecked(facts: &[Missing<'_>]) -> String {
    let mut text = String::new();
    for Missing { needs, supply, rules } in facts {
        if text.is_empty() {
            text += "not checked, for want of\n";
        }
        let rules = count(rules.len(), "rule");
        text += &format!("  {} ({rules}): {}\n", printable(needs), printable(supply));
    }
    text
}

/// What becomes of the automations, each outcome with its reasons once.
fn automations(files: &[Checked]) -> String {
    let mut outcomes: BTreeMap<(Automation, &str), usize> = BTreeMap::new();
    for call in reports(files).flat_map(|file| &file.automations) {
        *outcomes.entry((call.outcome, &*call.reason)).or_default() += 1;
    }
    let line = |((outcome, reason), calls): ((Automation, &str), usize)| {
        let outcome = match outcome {
            Automation::Triggered => "triggered by",
            Automation::NotTriggered => "not triggered by",
            Automation::Undefined => "undefined for",
        };
        format!("automations {outcome} {}: {reason}\n", count(calls, "call"))
    };
    outcomes.into_iter().map(line).collect()
}

fn summary(summary: Summary) -> String {
    let files = count(summary.files, "file");
    let found = counted(&summary);
    let unchecked = match summary.unchecked {
        0 => String::new(),
        number => format!("; {} not checked", count(number, "constraint")),
    };
    format!("{files}: {found}{unchecked}\n")
}
