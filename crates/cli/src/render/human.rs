//! Findings for people: the line of the source with the place marked, the reason and the cure.

mod excerpt;

use std::collections::BTreeMap;
use std::io::Write;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use anyhow::Result;
use massup_model::Automation;
use massup_project::{Checked, Tally, limits};
use massup_rules::Severity;
use massup_rules::report::{Diagnostic, Signature};

use super::statistics::Fixable;
use super::{Detail, Missing, Run, called, counted, each, missing, read, reports};
use crate::output::count;
use crate::text::Line;
use excerpt::Excerpt;

/// The findings, with the marks of colour, which [`anstream`] drops where they are not wanted. `only` leaves
/// out what is below a level, and the summary.
pub fn report(files: &[Checked], only: Option<Severity>) -> String {
    let mut text = Vec::new();
    // To write to memory cannot fail.
    let _ = write(&Run::of(files), Detail { only, verbose: false }, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// The whole report.
pub(super) fn write(run: &Run<'_>, detail: Detail, out: &mut dyn Write) -> Result<()> {
    let renderer = Renderer::styled();
    let mut room = limits::SHOWN_OF_RUN;
    let mut not_shown = 0;
    for file in run.files {
        let wanted = |found: &&Diagnostic| detail.only.is_none_or(|level| found.severity >= level);
        let all = file.report.diagnostics.iter().filter(wanted).count();
        let most = limits::SHOWN_OF_FILE.min(room);
        let shown = file.report.diagnostics.iter().filter(wanted).take(most);
        let source = String::from_utf8_lossy(if all > 0 { &file.bytes } else { &[] });
        for diagnostic in shown {
            writeln!(out, "{}\n", finding(diagnostic, &file.report.path, &source, &renderer))?;
        }
        room -= all.min(most);
        let more = all.saturating_sub(most) + file.report.omitted.total();
        if room == 0 {
            not_shown += more;
        } else if more > 0 {
            let path = Line::of(called(&file.report.path));
            writeln!(out, "… and {} in {path}\n", count(more, "more finding"))?;
        }
    }
    if not_shown > 0 {
        writeln!(out, "… and {}\n", count(not_shown, "more finding"))?;
    }
    if detail.only.is_none() { footer(run, detail, out) } else { Ok(()) }
}

/// One finding as plain text.
pub fn plain(diagnostic: &Diagnostic, path: &str, source: &str) -> String {
    finding(diagnostic, path, source, &Renderer::plain())
}

/// One finding that has no place in a text.
pub(crate) fn placeless(diagnostic: &Diagnostic) -> String {
    finding(diagnostic, "", "", &Renderer::styled())
}

fn finding(diagnostic: &Diagnostic, path: &str, source: &str, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let path = Line::of(called(path));
    let id = format!("{} {}", diagnostic.code, diagnostic.name);
    let title = Line::of(&diagnostic.message);
    let has_path = !path.as_str().is_empty();
    let answer = diagnostic.answers.first().map(|answer| {
        let status = answer.status.map_or_else(String::new, |status| format!("{status} "));
        // Of some codes no document shows the message.
        let words = answer.message;
        let words = if words.is_empty() { String::new() } else { format!(" `{words}`") };
        Line::of(format!("the server answers {status}{}{words}", answer.code))
    });
    let help = diagnostic.help.as_ref().map(Line::of);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let mut columns = None;
    if let (Some(span), Some(line), Some(column)) =
        (diagnostic.span, diagnostic.line, diagnostic.column)
    {
        let Excerpt { text, mark } = Excerpt::around(source, span, diagnostic.shown);
        let shown = text.get(..mark.start).unwrap_or_default().chars().count() + 1;
        columns = Some((line, shown, column));
        let annotation = AnnotationKind::Primary.span(mark);
        let snippet = Snippet::source(text).line_start(line).fold(false).annotation(annotation);
        elements.push(snippet.path(path.as_str()).into());
    } else if has_path {
        elements.push(Origin::path(path.as_str()).into());
    }
    elements.extend(answer.as_ref().map(|text| Level::NOTE.message(text.as_str()).into()));
    elements.extend(help.as_ref().map(|text| Level::HELP.message(text.as_str()).into()));
    let drawn = renderer.render(&[level.primary_title(title.as_str()).id(id).elements(elements)]);
    let drawn = match columns {
        Some((line, shown, column)) if shown != column => {
            place_in_the_file(&drawn, &path, line, [shown, column])
        }
        _ => drawn,
    };
    // Where no line is shown the renderer leaves no room for its number.
    if diagnostic.span.is_none() && has_path { drawn.replace('\n', "\n ") } else { drawn }
}

/// Gives the column in the file, where the renderer gives that in the excerpt.
fn place_in_the_file(drawn: &str, path: &Line, line: usize, [shown, column]: [usize; 2]) -> String {
    let (title, rest) = drawn.split_once('\n').unwrap_or((drawn, ""));
    let (from, to) = (format!("{path}:{line}:{shown}"), format!("{path}:{line}:{column}"));
    [title, "\n", &rest.replacen(&from, &to, 1)].concat()
}

/// The counts on one line. What was not checked is listed where there is nothing else to read, or on demand.
fn footer(run: &Run<'_>, detail: Detail, out: &mut dyn Write) -> Result<()> {
    let summary = run.summary();
    let (facts, number) = missing(run.files);
    let found = summary.errors + summary.warnings + summary.notes;
    let lists = detail.verbose || found == 0;
    if lists {
        unchecked(&facts, out)?;
        automations(run.files, out)?;
        signatures(run.files, out)?;
    }
    let mut line = format!("{}: {}", read(&summary), counted(&summary));
    let mut fixable = Fixable::default();
    each(run.files).for_each(|(_, found)| fixable.add(found));
    line.extend(fixable.words().map(|words| format!(", {words}")));
    if number > 0 {
        line += &format!("; {} not checked", count(number, "constraint"));
        if !lists {
            line += &supplied(&facts, number);
        }
    }
    for (number, what) in [(run.unread, "not read"), (run.excluded, "excluded by massup.toml")] {
        if number > 0 {
            line += &format!("; {} {what}", count(number, "file"));
        }
    }
    line.extend(run.tally.and_then(passed_over));
    Ok(writeln!(out, "{}", Line::of(line))?)
}

/// `; 3 files passed over (no mass update)`: what a folder holds besides calls.
fn passed_over(tally: &Tally) -> Option<String> {
    let reasons: Vec<_> = tally.reasons().collect();
    let all = count(reasons.iter().map(|(_, files)| files).sum::<usize>(), "file");
    let why = match &*reasons {
        [] => return None,
        [(why, _)] => why.reason().to_owned(),
        several => {
            let each = several.iter().map(|(why, files)| format!("{files} {}", why.reason()));
            each.collect::<Vec<_>>().join(", ")
        }
    };
    Some(format!("; {all} passed over ({why})"))
}

/// How much of what was not checked a single command would supply.
fn supplied(facts: &[Missing<'_>], number: usize) -> String {
    let mut by_command: BTreeMap<&str, usize> = BTreeMap::new();
    for Missing { supply, number, .. } in facts {
        if supply.starts_with("massup ") && !supply.contains(',') {
            *by_command.entry(supply).or_default() += number;
        }
    }
    let most = by_command.into_iter().max_by_key(|(_, supplied)| *supplied);
    match most {
        Some((command, supplied)) if supplied == number => {
            format!(" (`{command}` supplies the data)")
        }
        Some((command, supplied)) => {
            format!(" (`{command}` supplies data for {supplied}; `--verbose` lists all)")
        }
        None => " (`--verbose` lists them)".to_owned(),
    }
}

/// What could not be checked, each fact once.
fn unchecked(facts: &[Missing<'_>], out: &mut dyn Write) -> Result<()> {
    if !facts.is_empty() {
        writeln!(out, "not checked (missing data):")?;
    }
    for Missing { needs, supply, rules, .. } in facts {
        let (needs, supply) = (Line::of(needs), Line::of(supply));
        writeln!(out, "  {needs} ({}): {supply}", count(rules.len(), "rule"))?;
    }
    Ok(())
}

/// The keys that have signed plans, each once.
fn signatures(files: &[Checked], out: &mut dyn Write) -> Result<()> {
    let mut plans: BTreeMap<&Signature, usize> = BTreeMap::new();
    for signature in reports(files).filter_map(|file| file.signature.as_ref()) {
        *plans.entry(signature).or_default() += 1;
    }
    for (Signature { key, checked }, plans) in plans {
        let (plans, key) = (count(plans, "plan"), Line::of(key));
        if *checked {
            writeln!(out, "{plans} signed by the trusted key {key}")?;
        } else {
            writeln!(out, "{plans} with a signature of key {key}, which was not checked")?;
        }
    }
    Ok(())
}

/// What becomes of the automations, each outcome with its reasons once.
fn automations(files: &[Checked], out: &mut dyn Write) -> Result<()> {
    let mut outcomes: BTreeMap<(Automation, &str), usize> = BTreeMap::new();
    for call in reports(files).flat_map(|file| &file.automations) {
        *outcomes.entry((call.outcome, &*call.reason)).or_default() += 1;
    }
    for ((outcome, reason), calls) in outcomes {
        let outcome = match outcome {
            Automation::Triggered => "triggered by",
            Automation::NotTriggered => "not triggered by",
            Automation::Undefined => "unknown for",
        };
        let reason = Line::of(reason);
        writeln!(out, "automations {outcome} {}: {reason}", count(calls, "call"))?;
    }
    Ok(())
}
