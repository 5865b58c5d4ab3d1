//! What would make possible what is not: each change is tried before it is proposed.

use std::collections::BTreeSet;

use massup_model::Selection;
use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};

use crate::Plan;
use crate::decision::{Decision, counted};
use crate::facts::Facts;
use crate::hazard;
use crate::policy::{Policy, Wanted};
use crate::route::{Estimate, Route};

/// The changes, each of which opens a route; the nearest first.
pub(crate) fn changes(plan: &Plan, decision: &Decision) -> Vec<String> {
    let trial = Trial { plan, records: decision.records };
    let mut changes = trial.of_the_policy();
    match plan.selection() {
        Selection::View { .. } => changes.extend(trial.of_the_view()),
        Selection::Ids(_) => changes.extend(trial.of_the_ids()),
    }
    if changes.is_empty() {
        changes.extend(trial.of_the_whole_policy());
    }
    changes.extend(outside(plan, decision));
    changes
}

/// A plan that has no route, to be tried with changes.
#[derive(Clone, Copy, Debug)]
struct Trial<'p> {
    plan: &'p Plan,
    records: Option<u64>,
}

impl Trial<'_> {
    fn with_policy(self, change: impl Fn(&mut Policy)) -> Option<(Route, Estimate)> {
        let mut policy = self.plan.policy().clone();
        change(&mut policy);
        self.plan.clone().with_policy(policy).cheapest(self.records)
    }

    fn with_facts(self, change: impl Fn(&mut Facts)) -> Option<Route> {
        let mut facts = self.plan.facts().cloned().unwrap_or_default();
        change(&mut facts);
        let changed = self.plan.clone().with_facts(facts);
        // What the facts say of the view counts, and not what they said.
        changed.cheapest(changed.records()).map(|(route, _)| route)
    }

    fn of_the_policy(self) -> Vec<String> {
        let mut changes = Vec::new();
        let policy = self.plan.policy();
        if policy.automation != Wanted::Any
            && let Some((route, _)) = self.with_policy(|policy| policy.automation = Wanted::Any)
        {
            changes.push(format!("`automation: any`: {} would do", route.title()));
        }
        if policy.max_calls.is_some()
            && let Some((_, Estimate { calls: Some(calls), .. })) =
                self.with_policy(|policy| policy.max_calls = None)
        {
            changes.push(format!("allow {}", counted(calls, "call")));
        }
        if policy.max_credits.is_some()
            && let Some((_, Estimate { credits: Some(credits), .. })) =
                self.with_policy(|policy| policy.max_credits = None)
        {
            changes.push(format!("allow {}", counted(credits, "credit")));
        }
        if policy.route.is_some()
            && let Some((route, _)) = self.with_policy(|policy| policy.route = None)
        {
            changes.push(format!("leave the route open: {} would do", route.title()));
        }
        changes
    }

    fn of_the_whole_policy(self) -> Option<String> {
        let (route, Estimate { calls, credits, .. }) = self.with_policy(|policy| {
            policy.automation = Wanted::Any;
            policy.max_calls = None;
            policy.max_credits = None;
            policy.route = None;
        })?;
        let number = |number: Option<u64>| number.map_or("some".to_owned(), |n| n.to_string());
        Some(format!(
            "another policy: {}, with {} calls and {} credits",
            route.title(),
            number(calls),
            number(credits)
        ))
    }

    fn of_the_view(self) -> Vec<String> {
        let mut changes = Vec::new();
        let known = self.plan.facts().map(|facts| &facts.view);
        let records = known.and_then(|view| view.records);
        if records.is_none() && self.with_facts(|facts| facts.view.records = Some(1)).is_some() {
            let change = "count the records of the view and write the number into the snapshot";
            changes.push(change.to_owned());
        }
        let no_criteria = |facts: &mut Facts| facts.view.criteria = Some(BTreeSet::new());
        if known.is_none_or(|view| view.criteria.is_none())
            && self.with_facts(no_criteria).is_some()
        {
            changes.push(
                "save the criteria of the view in the snapshot: they may name none of the fields"
                    .to_owned(),
            );
        }
        let larger = AUTOMATION_THRESHOLD + 1;
        let by_view = self.with_facts(|facts| facts.view.records = Some(larger));
        if by_view.is_some_and(Route::is_scheduled) {
            if records.is_some_and(|records| records > MAX_JOB_RECORDS) {
                changes.push(hazard::division(self.plan));
            } else if self.plan.policy().automation == Wanted::Forbid {
                changes.push(format!("a view of more than {AUTOMATION_THRESHOLD} records"));
            }
        }
        changes
    }

    fn of_the_ids(self) -> Option<String> {
        let enough = self.records.is_some_and(|records| records > AUTOMATION_THRESHOLD);
        (enough && self.plan.policy().automation == Wanted::Forbid).then(|| {
            format!(
                "a custom view of just these records: a job on more than {AUTOMATION_THRESHOLD} of them \
                 triggers no automation"
            )
        })
    }
}

/// What would do it, and is no mass update.
fn outside(plan: &Plan, decision: &Decision) -> Vec<String> {
    let mut changes = Vec::new();
    let ordinary = decision.alternatives.iter().find(|other| other.route == Route::Update);
    if plan.policy().automation == Wanted::Forbid
        && let Some(Estimate { calls, credits, .. }) = ordinary.map(|other| other.estimate)
    {
        let cost = match (calls, credits) {
            (Some(calls), Some(credits)) => {
                format!(", {} and {}", counted(calls, "call"), counted(credits, "credit"))
            }
            _ => String::new(),
        };
        changes.push(format!(
            "outside of mass updates: the ordinary update call leaves automations out with \
             `\"trigger\": []`{cost}"
        ));
    }
    if plan.unique_field().is_some() {
        changes.push("a value of its own for each record, by the ordinary update call".to_owned());
    }
    changes
}
