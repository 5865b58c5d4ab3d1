//! What there is to say about a plan, row by row.

use massup_model::{Automation, Selection, Territory, limits};
use massup_planner::decision::Objection;
use massup_planner::policy::{AutomationPolicy, Policy};
use massup_planner::{Action, Route, Step, Summary};

use super::{Shown, advice, division, shortened};
use crate::output::count;

/// A name and the lines about it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) lines: Vec<String>,
}

impl Row {
    fn new(name: &'static str, line: impl Into<String>) -> Self {
        Self { name, lines: vec![line.into()] }
    }
}

impl Shown<'_> {
    pub(super) fn within(&self) -> Option<Territory> {
        match self.plan.selection() {
            Selection::View { territory, .. } => *territory,
            Selection::Ids(_) => None,
        }
    }

    /// The rows of the plan.
    pub(super) fn rows(&self) -> Vec<Row> {
        let plan = self.plan;
        let mut rows = Vec::new();
        if let Selection::View { view, .. } = plan.selection() {
            let known = plan.facts().map(|facts| &facts.view);
            let mut text = format!("custom view {view}");
            if let Some(name) = known.and_then(|view| view.name.as_deref()) {
                text += &format!(" `{name}`");
            }
            if let Some(Territory { id, include_child }) = self.within() {
                let children = if include_child { " and its children" } else { "" };
                let name = self.territory.map_or(String::new(), |name| format!(" `{name}`"));
                text += &format!(", within territory {id}{name}{children}");
            }
            if let Some(view) = known
                && let Some(records) = view.records
            {
                let when = view.counted.as_deref().map_or(String::new(), counted);
                text += &format!(" ({}{when})", count(records, "record"));
            }
            rows.push(Row::new("selects", text));
        }
        rows.push(Row::new("fields", self.values(plan.fields())));
        rows.extend(self.how());
        if let Some(summary) = self.summary {
            if summary.duplicates > 0 {
                let ids = count(summary.duplicates, "duplicate id");
                rows.push(Row::new("skipped", ids));
            }
            rows.push(Row::new("automations", automations(summary)));
        }
        rows.extend(self.decision.division.as_ref().map(division::rows).into_iter().flatten());
        if *plan.policy() != Policy::default() {
            rows.push(Row::new("policy", policy(plan.policy())));
        }
        rows
    }

    /// How often each record is updated, at least once.
    pub(super) fn passes(&self) -> u64 {
        self.summary.map_or(1, |summary| summary.field_groups.len().max(1) as u64)
    }

    /// Fields with their values.
    pub(crate) fn values(&self, fields: &[String]) -> String {
        let fields = fields.iter().map(|name| match self.plan.value(name) {
            Some(value) => format!("{name} = {}", shortened(&value.to_string())),
            None => name.clone(),
        });
        fields.collect::<Vec<_>>().join(", ")
    }

    /// The steps, or why there are none.
    fn how(&self) -> Vec<Row> {
        let Some(summary) = self.summary else {
            let planned = self.decision.alternatives.iter().filter(|o| !o.route.is_comparison());
            let why = planned.map(|other| {
                let why: Vec<_> = other.objections.iter().map(Objection::to_string).collect();
                format!("{}: {}", other.route.title(), why.join("; "))
            });
            let mut remedies = self.remedies();
            if remedies.is_empty() {
                remedies.push("no single change makes it possible".to_owned());
            }
            let why = Row { name: "stopped by", lines: why.collect() };
            return vec![why, Row { name: "possible by", lines: remedies }];
        };
        let limit = limits::fields_per_call(self.plan.module());
        if summary.route == Route::Ids {
            let groups: Vec<_> = summary.field_groups.iter().map(|g| g.join(", ")).collect();
            let chunks = summary.steps / self.passes();
            let text = format!(
                "{chunks} × at most {} records × {} of fields ({limit} on {}): {}",
                limits::MAX_IDS,
                count(groups.len(), "group"),
                self.plan.module(),
                groups.join(" | "),
            );
            return vec![Row::new("calls", text)];
        }
        let steps = self.steps().unwrap_or_default();
        let lines = steps.iter().map(|step| format!("{}  {}", step.number, self.step(step)));
        vec![Row { name: "steps", lines: lines.collect() }]
    }

    /// The remedies, with what to type.
    pub(super) fn remedies(&self) -> Vec<String> {
        let remedies = self.decision.remedies.iter();
        remedies.map(|remedy| advice::remedy(self.plan, remedy)).collect()
    }

    /// A step in words.
    pub(super) fn step(&self, step: &Step) -> String {
        let names: Vec<_> = step.fields().iter().map(|(name, _)| name.as_str()).collect();
        let fields = names.join(", ");
        let text = match &step.action {
            Action::Read(read) => {
                let pages = self.taken().and_then(|estimate| estimate.reads);
                let pages =
                    pages.map_or(String::new(), |pages| format!(", {}", count(pages, "call")));
                let records = read.records.map_or("the".to_owned(), |n| n.to_string());
                format!("read the ids of {records} records{pages}")
            }
            Action::Update(_) => format!("a job sets {fields}"),
            Action::UpdateRead { step, .. } => {
                format!(
                    "for each {} of the ids of step {step}, a call sets {fields}",
                    limits::MAX_IDS
                )
            }
        };
        match step.after {
            Some(after) if matches!(step.action, Action::Update(_)) => {
                format!("when the job of step {after} has ended, {text}")
            }
            _ => text,
        }
    }
}

/// When records were counted, in UTC; as written if that is not a time.
fn counted(at: &str) -> String {
    match at.parse::<jiff::Timestamp>() {
        Ok(time) => format!(", counted on {} UTC", time.strftime("%-d %b %Y at %H:%M")),
        Err(_) => format!(", counted on {at}"),
    }
}

/// Whether workflows, approvals and blueprints run.
fn automations(summary: &Summary) -> String {
    let passes = summary.field_groups.len();
    let times = if passes > 1 { format!(", {passes} times per record") } else { String::new() };
    let threshold = limits::AUTOMATION_THRESHOLD;
    match (summary.automations, summary.route) {
        (Automation::Triggered, Route::View | Route::Territory) => format!(
            "triggered: a job on fewer than {threshold} records runs workflows, approvals and \
             blueprints{times}"
        ),
        (Automation::Triggered, _) => format!(
            "triggered by every call: workflows, approvals and blueprints always run for calls by \
             ids{times}"
        ),
        (Automation::NotTriggered, _) => {
            format!("not triggered: a job on more than {threshold} records does not run them")
        }
        (Automation::Undefined, _) if summary.records.is_some() => {
            format!("undefined: what a job on exactly {threshold} records does is not documented")
        }
        (Automation::Undefined, _) => format!(
            "unknown: a job on fewer than {threshold} records triggers them, one on more does not"
        ),
    }
}

fn policy(policy: &Policy) -> String {
    let mut parts = Vec::new();
    match policy.automation {
        AutomationPolicy::Any => {}
        AutomationPolicy::Forbid => parts.push("automations must not run".to_owned()),
        AutomationPolicy::Require => parts.push("automations must run".to_owned()),
    }
    let limits = [
        (policy.max_calls, "call", ""),
        (policy.max_credits, "credit", ""),
        (policy.concurrency, "call", " at a time"),
    ];
    for (limit, what, when) in limits {
        parts.extend(limit.map(|limit| format!("at most {}{when}", count(limit, what))));
    }
    parts.extend(
        policy.max_count_age_hours.map(|n| format!("counts are old after {}", count(n, "hour"))),
    );
    parts.extend(policy.route.map(|route| format!("only {}", route.title())));
    if policy.credits != Policy::default().credits {
        parts.push("its own credits per call".to_owned());
    }
    parts.join(", ")
}
