//! Plans in every output format.

mod advice;
mod division;
mod html;
mod mermaid;
mod rows;

use anyhow::Result;
use massup_model::{Automation, RecordId, Selection};
use massup_planner::decision::Alternative;
use massup_planner::hazard::Hazard;
use massup_planner::{Decision, Estimate, Plan, Route, Step, Summary};
use massup_project::PlanDocument;
use massup_rules::report::{Diagnostic, Signature};
use schemars::JsonSchema;
use serde::Serialize;

use rows::Row;

use super::human;
use crate::args::Format;
use crate::output::printable;

/// A plan, its decision and its totals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) decision: &'p Decision,
    /// `None` if no plan is possible.
    pub(crate) summary: Option<&'p Summary>,
    /// The digest of the plan file, if the plan comes from one.
    pub(crate) digest: Option<&'p str>,
    /// Some of the ids, if the plan comes from a file.
    pub(crate) sample: &'p [RecordId],
    /// The name of the territory, if it is known.
    pub(crate) territory: Option<&'p str>,
    /// The signature next to the plan file, if there is one.
    pub(crate) signature: Option<&'p Signature>,
}

/// A plan, with its signature if there is one.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Signed<'p> {
    #[serde(flatten)]
    document: PlanDocument,
    /// The signature next to the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Signature")]
    signature: Option<&'p Signature>,
}

impl<'p> Shown<'p> {
    /// A plan without totals.
    pub(crate) fn of(plan: &'p Plan, decision: &'p Decision) -> Self {
        Self {
            plan,
            decision,
            summary: None,
            digest: None,
            sample: &[],
            territory: None,
            signature: None,
        }
    }
}

impl Shown<'_> {
    /// The plan in a format.
    ///
    /// # Errors
    ///
    /// A step is not valid, or JSON cannot be written.
    pub(crate) fn written(&self, format: Format) -> Result<String> {
        Ok(match format {
            Format::Json => {
                let mut text = Vec::new();
                super::json::pretty(&self.document(), &mut text)?;
                String::from_utf8(text)?
            }
            Format::Mermaid => mermaid::graph(self)?,
            Format::Html => html::page(self)?,
            _ => self.words(),
        })
    }

    fn document(&self) -> Signed<'_> {
        let Self { plan, decision, summary, signature, .. } = *self;
        let (found, remedies) = (self.diagnostics(), self.remedies());
        let document = massup_project::plan_document(plan, decision, summary, &found, remedies);
        Signed { document, signature }
    }

    /// The steps of a plan on a view; empty for a plan by ids.
    pub(crate) fn steps(&self) -> Result<Vec<Step>> {
        let route = self.decision.route.map(|route| self.plan.steps(route));
        Ok(route.transpose()?.unwrap_or_default())
    }

    /// The hazards of the plan as diagnostics, with what to type.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let diagnostic = |hazard: &Hazard| {
            let help = Some(advice::help(self.plan, hazard));
            Some(Diagnostic { help, ..massup_project::plan::diagnostic(self.plan, hazard)? })
        };
        self.decision.hazards.iter().filter_map(diagnostic).collect()
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
        for Row { name, lines } in self.rows() {
            let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
            text += &format!("  {name:11}  {}\n", lines.join("\n               "));
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
        let what = match self.summary {
            Some(summary) => self.plan.sentence(summary),
            None => "no plan is possible".to_owned(),
        };
        format!("{module}, {version}: {what}")
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
                if let Some(why) = other.objections.first() {
                    text += &format!("  rejected: {}: {why}\n", other.route.title());
                }
            }
        }
        text
    }
}

/// The most characters of a value that are shown.
const VALUE: usize = 80;

fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        Some((end, _)) => value.get(..end).unwrap_or_default().to_owned() + "…",
        None => value.to_owned(),
    }
}

fn number(number: Option<u64>) -> String {
    number.map_or("?".to_owned(), |number| number.to_string())
}

/// Whether automations run, in few words.
fn automation(route: Route, automations: Automation) -> &'static str {
    match automations {
        _ if route.is_comparison() => "set by the caller",
        Automation::Triggered => "run",
        Automation::NotTriggered => "none",
        Automation::Undefined => "unknown",
    }
}
