//! What is found in plans: the hazards of one that is made, the faults of one that stands in a file.

use jiff::Timestamp;
use massup_model::json::Span;
use massup_model::{ApiVersion, Territory};
use massup_planner::file::{self, Header, Reader};
use massup_planner::policy::Policy;
use massup_planner::{Error, Finding, Plan};
use massup_rules::change::{Change, Select};
use massup_rules::report::Diagnostic;
use massup_rules::{Facts, FileReport, Linter, find};

use crate::{facts, policy};

/// The codes of what is wrong with a plan file.
const DAMAGED: &str = "MU301";
const UNSAFE: &str = "MU302";
const STALE: &str = "MU303";

/// What to do about such a line.
const SCHEMA: &str = "make the plan anew with `massup plan`; how a line of a plan is written by hand, `massup schema plan` tells";
const KEEPS: &str = "make the plan with `massup plan`, which keeps all of this";

/// The plan of a change.
///
/// # Errors
///
/// No call can set what the change asks for.
pub(crate) fn plan_of(
    change: &Change,
    policy: Policy,
    known: Option<&Facts>,
) -> Result<Plan, Error> {
    let version = change.version.unwrap_or(ApiVersion::LATEST);
    let mut plan = Plan::new(version, &change.module, change.set.clone(), change.over_write)?
        .with_policy(policy);
    let mut selected = None;
    if let Select::View { view, territory } = change.select {
        let within = territory.map(|(id, include_child)| Territory { id, include_child });
        plan = plan.on_view(view, within);
        selected = Some(view);
    }
    if let Some(known) = known {
        plan = plan.with_facts(facts::of_plan(known, version, &change.module, selected));
    }
    Ok(plan)
}

/// A finding of the planner with what is documented about it.
pub(crate) fn diagnostic(plan: &Plan, found: &Finding) -> Option<Diagnostic> {
    let help = found.help.clone();
    Some(Diagnostic { help, ..Diagnostic::new(find(found.code)?, plan.version(), &found.message) })
}

/// What the planner finds in a text: in a plan file, or in the plan of a change file. A text that is
/// neither, or cannot be read, gives an empty report: it is for the linter to say why. Without a time no
/// count is old.
pub fn of(name: &str, bytes: &[u8], known: Option<&Facts>, now: Option<Timestamp>) -> FileReport {
    let path = name.to_owned();
    if is_plan(bytes) {
        return FileReport { path, diagnostics: plan_file(bytes, known), ..FileReport::default() };
    }
    let mut report = FileReport { path, ..FileReport::default() };
    let Ok((change, _)) = Linter::new().read_change(name, bytes) else { return report };
    let Ok(policy) = policy::written(&change.policy) else { return report };
    let Ok(mut plan) = plan_of(&change, policy, known) else { return report };
    if let Some(now) = now {
        plan = facts::aged(plan, now);
    }
    let records = match &change.select {
        Select::Ids(ids) => Some(ids.len() as u64),
        Select::File { .. } | Select::Several(_) | Select::View { .. } => None,
    };
    let findings = plan.decide(records).findings;
    report.diagnostics = findings.iter().filter_map(|found| diagnostic(&plan, found)).collect();
    report
}

/// Whether a text begins as a plan does, also one that people have written: the key `massup_plan` is the first,
/// or stands in the first line.
pub(crate) fn is_plan(bytes: &[u8]) -> bool {
    let bytes = without_preamble(bytes);
    let key = bytes.strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    key.starts_with(b"\"massup_plan\"") || has(first, "massup_plan")
}

/// A text without what people and editors put before the first object: a byte order mark, comments, a bracket.
fn without_preamble(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii_start();
        let ends: &[u8] = match bytes {
            [b'/', b'/', ..] => b"\n",
            [b'/', b'*', ..] => b"*/",
            [0xef, 0xbb, 0xbf, rest @ ..] | [b'[', rest @ ..] => {
                bytes = rest;
                continue;
            }
            _ => return bytes,
        };
        let end = bytes.windows(ends.len()).position(|part| part == ends);
        bytes = end.and_then(|at| bytes.get(at + ends.len()..)).unwrap_or_default();
    }
}

/// Whether a line is an object with a key.
fn has(line: &[u8], key: &str) -> bool {
    // Every file is asked; few have the word at all.
    str::from_utf8(line).is_ok_and(|line| {
        line.contains(key)
            && serde_json::from_str::<serde_json::Value>(line)
                .is_ok_and(|line| line.get(key).is_some())
    })
}

/// Leaves out what a linter of calls finds in the first line of a plan and in its footer, which are none; and
/// everything where the plan does not stand in lines.
pub(crate) fn calls_alone(found: &mut Vec<Diagnostic>, bytes: &[u8]) {
    if !bytes.split(|byte| *byte == b'\n').next().is_some_and(|first| has(first, "massup_plan")) {
        found.clear();
    }
    let lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    let last = lines.filter(|(_, line)| !line.trim_ascii().is_empty()).last();
    let footer = last.filter(|(_, line)| has(line, "steps")).map(|(number, _)| number);
    found.retain(|found| found.line != Some(1) && (footer.is_none() || found.line != footer));
}

/// What is wrong with a plan file: it is not whole, does what no plan may do, or was made with other
/// facts than those that are known now.
pub(crate) fn plan_file(bytes: &[u8], known: Option<&Facts>) -> Vec<Diagnostic> {
    let version = Reader::new(bytes).map_or(ApiVersion::LATEST, |plan| plan.header().api_version);
    let finding = |code: &str, line: u64, message: String, help: String| {
        let mut found = Diagnostic::new(find(code)?, version, message);
        found.help = Some(help);
        let (line, span) = place(bytes, line);
        (found.line, found.column, found.span) = (Some(line), Some(1), Some(span));
        Some(found)
    };
    let breaches = match file::breaches(bytes) {
        Ok(breaches) => breaches,
        Err(error) => {
            let line = error.plan_line().unwrap_or(1);
            let message = error.to_string();
            let message = message.split_once("plan: ").map_or(message.as_str(), |(_, what)| what);
            return finding(DAMAGED, line, message.to_owned(), SCHEMA.to_owned())
                .into_iter()
                .collect();
        }
    };
    let told = |breach: file::Breach| {
        let (code, help) = if breach.is_damage { (DAMAGED, SCHEMA) } else { (UNSAFE, KEEPS) };
        finding(code, breach.line, breach.what, breach.help.unwrap_or_else(|| help.to_owned()))
    };
    let mut found: Vec<_> = breaches.into_iter().filter_map(told).collect();
    if let (Some(known), Ok(reader)) = (known, Reader::new(bytes))
        && !is_current(reader.header(), known)
    {
        let message = "what is known of the view or the fields has changed since the plan was made";
        let help = "make the plan anew with `massup plan`".to_owned();
        found.extend(finding(STALE, 1, message.to_owned(), help));
    }
    found
}

/// Whether the facts that a plan depends on are as they were.
pub(crate) fn is_current(header: &Header, known: &Facts) -> bool {
    let view = header.select.map(|select| select.view);
    let known = facts::of_plan(known, header.api_version, &header.module, view);
    header.is_current(&known).unwrap_or(false)
}

/// A line, counted from 1, and its bytes.
fn place(bytes: &[u8], line: u64) -> (usize, Span) {
    let line = usize::try_from(line).unwrap_or(usize::MAX);
    let mut start = 0;
    for (number, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        if number == line {
            let end = start + text.trim_ascii_end().len();
            return (line, Span { start, end });
        }
        start += text.len();
    }
    (line, Span { start, end: start })
}
