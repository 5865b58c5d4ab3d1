//! A plan for people and programs.

mod division;
mod html;
mod json;
mod mermaid;

use anyhow::Result;
use massup_model::{Automation, Selection, Territory, limits};
use massup_planner::decision::Alternative;
use massup_planner::policy::{Policy, Wanted};
use massup_planner::route::{Estimate, Route};
use massup_planner::{Action, Decision, Plan, Step, Summary};
use massup_rules::report::Diagnostic;

use super::human;
use crate::args::Format;
use crate::output::{count, printable};

/// A plan, what was decided about it, and what it amounts to, if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) decision: &'p Decision,
    pub(crate) summary: Option<&'p Summary>,
    /// That of the plan file, if the plan comes from one.
    pub(crate) digest: Option<&'p str>,
}

impl Shown<'_> {
    /// The plan in a format.
    ///
    /// # Errors
    ///
    /// A step cannot be made, or JSON not be written.
    pub(crate) fn written(&self, format: Format) -> Result<String> {
        Ok(match format {
            Format::Json => json::document(self)?,
            Format::Mermaid => mermaid::graph(self)?,
            Format::Html => html::page(self)?,
            _ => self.words(),
        })
    }

    /// The steps that are known before any record is; none of a plan by ids.
    fn steps(&self) -> Result<Vec<Step>> {
        let route = self.decision.route.map(|route| self.plan.steps(route));
        Ok(route.transpose()?.unwrap_or_default())
    }

    /// The findings of the plan, with what is documented about them.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.decision
            .findings
            .iter()
            .filter_map(|found| massup_project::plan::diagnostic(self.plan, found))
            .collect()
    }

    fn taken(&self) -> Option<Estimate> {
        let taken = |other: &&Alternative| Some(other.route) == self.decision.route;
        self.decision.alternatives.iter().find(taken).map(|other| other.estimate)
    }

    /// The plan in words and a table.
    pub(crate) fn words(&self) -> String {
        let mut text = self.headline() + "\n";
        if self.summary.is_some_and(|summary| summary.records == Some(0))
            && matches!(self.plan.selection(), Selection::Ids(_))
        {
            return text;
        }
        for (name, value) in self.rows() {
            text +=
                &format!("  {name:11}  {}\n", printable(&value).replace('\n', "\n               "));
        }
        text += "\n";
        for diagnostic in self.diagnostics() {
            text += &human::placeless(&diagnostic);
            text += "\n\n";
        }
        text + &self.table()
    }

    /// What happens, in one sentence.
    pub(crate) fn headline(&self) -> String {
        let (module, version) = (self.plan.module(), self.plan.version());
        let Some(summary) = self.summary else {
            return format!("{module}, {version}: there is no plan");
        };
        let calls = summary.calls.map_or("calls".to_owned(), |calls| named(calls, "call"));
        let records = match (summary.route, summary.records) {
            (Route::Ids, Some(0)) => {
                return format!(
                    "{module}, {version}: no record ids were given, so there is nothing to do"
                );
            }
            (Route::Ids, Some(records)) => named(records, "record"),
            (_, Some(records)) => format!("the {} of a view", named(records, "record")),
            (_, None) if self.within().is_some() => {
                "the records of a view within a territory".to_owned()
            }
            (_, None) => "the records of a view, which nobody counted".to_owned(),
        };
        let update = |n: Option<u64>| if n == Some(1) { "updates" } else { "update" };
        match summary.route {
            Route::View | Route::Territory => {
                let jobs = named(summary.steps, "job");
                format!("{module}, {version}: {jobs} {} {records}", update(Some(summary.steps)))
            }
            Route::FrozenIds => format!(
                "{module}, {version}: {calls} {} {records}, whose ids are read first",
                update(summary.calls)
            ),
            _ => format!("{module}, {version}: {calls} {} {records}", update(summary.calls)),
        }
    }

    fn within(&self) -> Option<Territory> {
        match self.plan.selection() {
            Selection::View { territory, .. } => *territory,
            Selection::Ids(_) => None,
        }
    }

    /// What there is to say about the plan, by name.
    fn rows(&self) -> Vec<(&'static str, String)> {
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
                text += &format!(", within territory {id}{children}");
            }
            if let Some(view) = known
                && let Some(records) = view.records
            {
                let when = view.counted.as_ref().map_or(String::new(), |at| format!(", {at}"));
                text += &format!(" ({}{when})", named(records, "record"));
            }
            rows.push(("selects", text));
        }
        rows.push(("fields", self.values(plan.fields())));
        rows.extend(self.how());
        if let Some(summary) = self.summary {
            if summary.duplicates > 0 {
                let text = format!("{} ids that stand there twice", summary.duplicates);
                rows.push(("left out", text));
            }
            rows.push(("automations", automations(summary)));
        }
        rows.extend(self.decision.division.as_ref().map(division::rows).into_iter().flatten());
        if *plan.policy() != Policy::default() {
            rows.push(("policy", policy(plan.policy())));
        }
        rows
    }

    /// How often each record is updated, at least once.
    fn passes(&self) -> u64 {
        self.summary.map_or(1, |summary| summary.field_groups.len().max(1) as u64)
    }

    /// Fields, each with its value.
    fn values(&self, fields: &[String]) -> String {
        let fields = fields.iter().map(|name| match self.plan.value(name) {
            Some(value) => format!("{name} = {}", shortened(&value.to_string())),
            None => name.clone(),
        });
        fields.collect::<Vec<_>>().join(", ")
    }

    /// The steps, or why there are none.
    fn how(&self) -> Vec<(&'static str, String)> {
        let Some(summary) = self.summary else {
            let planned = self.decision.alternatives.iter().filter(|o| !o.route.is_comparison());
            let why = planned.map(|other| {
                let why: Vec<_> = other.why_not.iter().map(String::as_str).collect();
                format!("{}: {}", other.route.title(), why.join("; "))
            });
            let mut rows = vec![("stopped by", why.collect::<Vec<_>>().join("\n"))];
            let nearest = if self.decision.nearest.is_empty() {
                "no single change makes it possible".to_owned()
            } else {
                self.decision.nearest.join("\n")
            };
            rows.push(("possible by", nearest));
            return rows;
        };
        let limit = limits::fields_per_call(self.plan.module());
        if summary.route == Route::Ids {
            let groups: Vec<_> = summary.field_groups.iter().map(|g| g.join(", ")).collect();
            let chunks = summary.steps / self.passes();
            let text = format!(
                "{chunks} × {} records at most × {} of fields ({limit} on {}): {}",
                limits::MAX_IDS,
                count(groups.len(), "group"),
                self.plan.module(),
                groups.join(" | "),
            );
            return vec![("calls", text)];
        }
        let steps = self.steps().unwrap_or_default();
        let lines: Vec<_> = steps.iter().map(|step| self.step(step)).collect();
        vec![("steps", lines.join("\n"))]
    }

    /// A step in words.
    fn step(&self, step: &Step) -> String {
        let fields = |request: &massup_model::Request| {
            let names: Vec<_> = request.fields().iter().map(|(name, _)| name.as_str()).collect();
            names.join(", ")
        };
        let text = match &step.action {
            Action::Read(read) => {
                let pages = self.taken().and_then(|estimate| estimate.reads);
                let pages =
                    pages.map_or(String::new(), |pages| format!(", {}", named(pages, "call")));
                let records = read.records.map_or("the".to_owned(), |n| n.to_string());
                format!("read the ids of {records} records{pages}")
            }
            Action::Update(request) => format!("a job sets {}", fields(request)),
            Action::UpdateRead { step, request } => format!(
                "for each {} of the ids of step {step}, a call sets {}",
                limits::MAX_IDS,
                fields(request)
            ),
        };
        match step.after {
            Some(after) if matches!(step.action, Action::Update(_)) => {
                format!("{}  when the job of step {after} has ended, {text}", step.number)
            }
            _ => format!("{}  {text}", step.number),
        }
    }

    /// The routes side by side.
    fn table(&self) -> String {
        let alternatives = &self.decision.alternatives;
        let width = alternatives.iter().map(|other| other.route.title().len()).max().unwrap_or(0);
        let mut text = format!(
            "  {:width$}    calls   reads   polls   credits  automations\n",
            "alternatives"
        );
        for other in alternatives {
            let Estimate { calls, reads, polls, credits, automations, .. } = other.estimate;
            let mark = if Some(other.route) == self.decision.route { '*' } else { ' ' };
            text += &format!(
                "{mark} {:width$}  {:>7} {:>7} {:>7} {:>9}  {}\n",
                other.route.title(),
                number(calls),
                number(reads),
                number(polls),
                number(credits),
                automation(other.route, automations),
            );
        }
        if self.decision.route.is_some() {
            for other in alternatives.iter().filter(|other| !other.route.is_comparison()) {
                if let Some(why) = other.why_not.first() {
                    text += &format!("  not by {}: {why}\n", other.route.title());
                }
            }
        }
        text
    }
}

/// Whether workflows, approvals and blueprints run, in words.
fn automations(summary: &Summary) -> String {
    let passes = summary.field_groups.len();
    let times = if passes > 1 { format!(", here {passes} times a record") } else { String::new() };
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
            format!("not triggered: a job on more than {threshold} records runs none")
        }
        (Automation::Undefined, _) if summary.records.is_some() => {
            format!("undefined: no document says what a job on just {threshold} records does")
        }
        (Automation::Undefined, _) => format!(
            "unknown: a job on fewer than {threshold} records triggers them, one on more does not"
        ),
    }
}

/// The most letters of a value that are shown.
const VALUE: usize = 80;

fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        Some((end, _)) => value.get(..end).unwrap_or_default().to_owned() + "…",
        None => value.to_owned(),
    }
}

/// `1 call`, `2 calls`.
fn named(number: u64, one: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one)
}

fn number(number: Option<u64>) -> String {
    number.map_or("?".to_owned(), |number| number.to_string())
}

/// Whether automations run, in a word.
fn automation(route: Route, automations: Automation) -> &'static str {
    match automations {
        _ if route.is_comparison() => "as told",
        Automation::Triggered => "run",
        Automation::NotTriggered => "none",
        Automation::Undefined => "unknown",
    }
}

fn policy(policy: &Policy) -> String {
    let mut parts = Vec::new();
    match policy.automation {
        Wanted::Any => {}
        Wanted::Forbid => parts.push("automations must not run".to_owned()),
        Wanted::Require => parts.push("automations must run".to_owned()),
    }
    let limits = [
        (policy.max_calls, "call", ""),
        (policy.max_credits, "credit", ""),
        (policy.concurrency, "call", " at the same time"),
    ];
    for (limit, what, when) in limits {
        parts.extend(limit.map(|limit| format!("at most {}{when}", named(limit, what))));
    }
    parts.extend(
        policy.max_count_age_hours.map(|n| format!("a count is old after {}", named(n, "hour"))),
    );
    parts.extend(policy.route.map(|route| format!("only {}", route.title())));
    if policy.credits != Policy::default().credits {
        parts.push("credits by a table of its own".to_owned());
    }
    parts.join(", ")
}
