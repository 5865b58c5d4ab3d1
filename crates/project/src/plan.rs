//! What is found in plans: the hazards of one that is made, the faults of one in a file.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::sync::Arc;

use jiff::Timestamp;
use massup_model::json::Span;
use massup_model::{ApiVersion, Automation, RecordId, Request, Selection, Territory};
use massup_planner::decision::{Alternative, Objection};
use massup_planner::file::{self, Correction, Header, Reader};
use massup_planner::policy::Policy;
use massup_planner::{Action, Decision, Error, Hazard, Plan, PlanFacts, Step};
use massup_rules::change::{Change, Select};
use massup_rules::report::{Diagnostic, Unchecked};
use massup_rules::{Facts, FileReport, Linter, find};
use massup_syntax::Cursor;

use crate::snapshot;

/// The codes of what is wrong with a plan file.
const DAMAGED: &str = "MU301";
const UNSAFE: &str = "MU302";
const STALE: &str = "MU303";
/// The code of a change file that no plan can be made of.
const IMPOSSIBLE: &str = "MU304";

/// What to do about such a line.
const SCHEMA: &str =
    "make the plan again with `massup plan`; `massup schema plan` describes the lines of a plan";
const KEEPS: &str = "make the plan again with `massup plan`, which keeps these laws";

/// The policy of a change file; everything is allowed where there is none.
///
/// # Errors
///
/// A key or a type is wrong, which the rules on change files have found before.
pub fn policy(written: &serde_json::Value) -> serde_json::Result<Policy> {
    if written.is_null() { Ok(Policy::default()) } else { serde_json::from_value(written.clone()) }
}

/// The plan of a change.
///
/// # Errors
///
/// No call can set what the change asks for.
pub fn plan_of(change: &Change, policy: Policy, known: Option<&Facts>) -> Result<Plan, Error> {
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
        plan = plan.with_facts(PlanFacts::of(known, version, &change.module, selected));
    }
    Ok(plan)
}

/// Rules on calls whose subject the hazards of a plan cover.
const COVERED: [&str; 4] =
    ["automations-by-count", "moving-view", "self-changing-view", "view-too-large"];

/// Whether a finding in a call of a plan is about what the hazards of the plan cover.
pub fn is_covered(found: &Diagnostic) -> bool {
    COVERED.contains(&found.name)
}

/// Stands in where the ids are read later, so the calls can be linted.
const SAMPLE: u64 = 554_023_000_000_000_001;

/// A call of each kind that a plan makes; of a plan by ids those for the first ids.
///
/// # Errors
///
/// A call cannot be made.
pub fn sample(plan: &Plan, decision: &Decision, first: &[RecordId]) -> Result<Vec<Request>, Error> {
    let any: Vec<RecordId> = RecordId::from_number(SAMPLE).into_iter().collect();
    if matches!(plan.selection(), Selection::Ids(_)) {
        let ids = if first.is_empty() { &any } else { first };
        return plan.calls(ids.iter().copied().map(Ok)).collect();
    }
    let steps = decision.route.map(|route| plan.steps(route)).transpose()?.unwrap_or_default();
    let request = |step: Step| match step.action {
        Action::Read(_) => None,
        Action::Update(request) => Some(Ok(request)),
        Action::UpdateRead { template, .. } => Some(template.request(Selection::Ids(any.clone()))),
    };
    Ok(steps.into_iter().filter_map(request).collect::<Result<_, _>>()?)
}

/// A hazard of a plan as a diagnostic of its rule.
pub fn diagnostic(plan: &Plan, hazard: &Hazard) -> Option<Diagnostic> {
    let rule = find(hazard.code())?;
    let help = Some(hazard.help());
    Some(Diagnostic { help, ..Diagnostic::new(rule, plan.version(), hazard.to_string()) })
}

/// What the planner finds in a text: in a plan file, or in the plan of a change file. A text that is
/// neither, or cannot be read, gives an empty report: it is for the linter to say why. Without a time no
/// count is old.
pub fn hazards(
    name: &str,
    bytes: &[u8],
    known: Option<&Facts>,
    now: Option<Timestamp>,
) -> FileReport {
    let path = name.to_owned();
    if massup_syntax::is_plan(bytes) {
        return FileReport { path, diagnostics: faults(bytes, known), ..FileReport::default() };
    }
    let mut report = FileReport { path, ..FileReport::default() };
    let (_, Some((change, place))) = Linter::new().lint_change(name, bytes) else { return report };
    if let Impossible::Yes(found) = impossible(&change, bytes, place, known, &[]) {
        report.diagnostics = vec![*found];
        return report;
    }
    let Ok(policy) = policy(&change.policy) else { return report };
    let Ok(mut plan) = plan_of(&change, policy, known) else { return report };
    if let Some(now) = now {
        plan = snapshot::aged(plan, now);
    }
    let hazards = plan.decide(records(&change.select)).hazards;
    report.diagnostics = hazards.iter().filter_map(|found| diagnostic(&plan, found)).collect();
    report
}

/// Whether the planner refuses a change.
#[derive(Debug)]
pub(crate) enum Impossible {
    /// It makes a plan.
    No,
    /// It refuses, whatever else becomes known.
    Yes(Box<Diagnostic>),
    /// It refuses because of a fact that is missing.
    Unchecked(Unchecked),
}

/// Decides whether a plan can be made of a change without errors. `place` is where to report it in the file.
pub(crate) fn impossible(
    change: &Change,
    bytes: &[u8],
    place: Span,
    known: Option<&Facts>,
    unchecked: &[Unchecked],
) -> Impossible {
    let Some(rule) = find(IMPOSSIBLE) else { return Impossible::No };
    let finding = |message: String, help: Option<String>| {
        let version = change.version.unwrap_or(ApiVersion::LATEST);
        let mut found = Diagnostic::new(rule, version, message);
        let text = str::from_utf8(bytes).unwrap_or_default();
        let mut at = Cursor::start_of(text);
        at.move_to(place.start);
        (found.line, found.column) = (Some(at.line()), Some(at.column()));
        (found.span, found.help) = (Some(place), help);
        if !change.policy.is_null() {
            "/policy".clone_into(&mut found.pointer);
        }
        Impossible::Yes(Box::new(found))
    };
    let plan = policy(&change.policy).map_err(|error| error.to_string()).and_then(|policy| {
        plan_of(change, policy, known).map_err(|error| {
            // The cause names what is wrong.
            std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string)
        })
    });
    let plan = match plan {
        Ok(plan) => plan,
        Err(why) => return finding(format!("no plan is possible: {why}"), None),
    };
    let decision = plan.decide(records(&change.select));
    if decision.route.is_some() {
        return Impossible::No;
    }
    let planned = || decision.alternatives.iter().filter(|other| !other.route.is_comparison());
    let is_open = |other: &&Alternative| {
        other.objections.iter().all(|objection| missing(objection, &plan).is_some())
    };
    match planned().find(is_open).and_then(|other| missing(other.objections.first()?, &plan)) {
        Some(needs) => {
            // Other rules lack the same.
            let same = unchecked.iter().find(|entry| *entry.needs == *needs);
            let supply = same.map_or_else(
                || format!("massup pull --module {}", change.module).into(),
                |entry| Arc::clone(&entry.supply),
            );
            let (code, name, needs) = (rule.code, rule.name, needs.into());
            Impossible::Unchecked(Unchecked { code, name, needs, supply })
        }
        None => finding(
            format!("no plan is possible: {}", decision.reasons()),
            decision.remedies.first().map(ToString::to_string),
        ),
    }
}

/// The fact that would settle an objection; `None` if the objection holds whatever becomes known.
fn missing(objection: &Objection, plan: &Plan) -> Option<String> {
    let Selection::View { view, .. } = plan.selection() else { return None };
    let is_counted = plan.facts().is_some_and(|facts| facts.view.records.is_some());
    let count = || "the number of records in the custom view".to_owned();
    match objection {
        Objection::CriteriaUnknown { .. } => Some(format!("the criteria of custom view {view}")),
        Objection::Automations { outcome: Automation::Undefined, .. }
        | Objection::OverBudget { needed: None, .. } => (!is_counted).then(count),
        _ => None,
    }
}

/// The number of different records that a selection lists; `None` if it is not in the change file.
fn records(select: &Select) -> Option<u64> {
    match select {
        Select::Ids(ids) => Some(ids.iter().collect::<BTreeSet<_>>().len() as u64),
        Select::File { .. } | Select::Several(_) | Select::View { .. } => None,
    }
}

/// What is wrong with a plan file: it is not whole, does what no plan may do, or was made with other
/// facts than those that are known now.
pub(crate) fn faults(bytes: &[u8], known: Option<&Facts>) -> Vec<Diagnostic> {
    let version = Reader::new(bytes).map_or(ApiVersion::LATEST, |plan| plan.header().api_version);
    let lines = Ends::of(bytes);
    let finding = |code: &str, line: u64, message: String, help: String| {
        let mut found = Diagnostic::new(find(code)?, version, message);
        found.help = Some(help);
        let (line, span) = lines.place(bytes, line);
        (found.line, found.column, found.span) = (Some(line), Some(1), Some(span));
        Some(found)
    };
    let breaches = match file::breaches(bytes) {
        Ok(breaches) => breaches,
        Err(error) => {
            let whole = error.to_string();
            let (line, message) = error.plan_fault().unwrap_or((1, &whole));
            return finding(DAMAGED, line, message.to_owned(), SCHEMA.to_owned())
                .into_iter()
                .collect();
        }
    };
    let diagnostic = |breach: file::Breach| {
        let (code, help) = if breach.is_damage { (DAMAGED, SCHEMA) } else { (UNSAFE, KEEPS) };
        let help = match breach.correction {
            Some(Correction::Footer(footer)) => format!(
                "make the plan again with `massup plan`; a plan that is written by hand must end in the line \
                 `{footer}`"
            ),
            Some(Correction::FactsDigest(digest)) => {
                format!("the digest of these facts is `{digest}`")
            }
            _ => help.to_owned(),
        };
        finding(code, breach.line, breach.what, help)
    };
    let mut found: Vec<_> = breaches.into_iter().filter_map(diagnostic).collect();
    if !is_current_file(bytes, known) {
        let message = "the facts about the view or the fields have changed since the plan was made";
        let help = "make the plan again with `massup plan`".to_owned();
        found.extend(finding(STALE, 1, message.to_owned(), help));
    }
    found
}

/// Whether the facts that a plan in a file depends on are as they were. Without facts, and for a text that is not a
/// plan, there is nothing to compare.
pub(crate) fn is_current_file(plan: impl BufRead, known: Option<&Facts>) -> bool {
    let Some(known) = known else { return true };
    Reader::new(plan).map_or(true, |reader| is_current(reader.header(), known))
}

/// Whether the facts that a plan depends on are as they were.
pub fn is_current(header: &Header, known: &Facts) -> bool {
    let view = header.select.map(|select| select.view);
    let known = PlanFacts::of(known, header.api_version, &header.module, view);
    header.is_current(&known).unwrap_or(false)
}

/// Where the lines of a plan end.
struct Ends(Vec<usize>);

impl Ends {
    fn of(bytes: &[u8]) -> Self {
        Self((1..).zip(bytes).filter(|(_, byte)| **byte == b'\n').map(|(end, _)| end).collect())
    }

    /// A line, counted from 1, and its bytes.
    fn place(&self, bytes: &[u8], line: u64) -> (usize, Span) {
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let end_of = |line: usize| self.0.get(line).copied().unwrap_or(bytes.len());
        let start = line.checked_sub(2).map_or(0, end_of);
        let text = bytes.get(start..end_of(line.saturating_sub(1))).unwrap_or_default();
        (line, Span { start, end: start + text.trim_ascii_end().len() })
    }
}
