//! What would make a plan possible: each change is tried before it is proposed.

use std::collections::BTreeSet;

use massup_model::Selection;
use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};

use super::hazards::divider;
use crate::decision::{Alternative, Budget, Remedy};
use crate::estimate::Estimate;
use crate::facts::PlanFacts;
use crate::policy::{AutomationPolicy, Policy};
use crate::{Plan, Route};

/// Changes that each make a route possible, the smallest first.
pub(super) fn of(plan: &Plan, records: Option<u64>, alternatives: &[Alternative]) -> Vec<Remedy> {
    let trial = Trial { plan, records };
    let mut remedies = trial.of_the_policy();
    match plan.selection() {
        Selection::View { .. } => remedies.extend(trial.of_the_view()),
        Selection::Ids(_) => remedies.extend(trial.of_the_ids()),
    }
    if remedies.is_empty() {
        remedies.extend(trial.of_the_whole_policy());
    }
    remedies.extend(other_apis(plan, alternatives));
    remedies
}

/// A plan without a route, to be tried with changes.
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

    fn with_facts(self, change: impl Fn(&mut PlanFacts)) -> Option<Route> {
        let mut facts = self.plan.facts().cloned().unwrap_or_default();
        change(&mut facts);
        let changed = self.plan.clone().with_facts(facts);
        // The changed facts decide how many records there are.
        changed.cheapest(changed.records()).map(|(route, _)| route)
    }

    fn of_the_policy(self) -> Vec<Remedy> {
        let mut remedies = Vec::new();
        let policy = self.plan.policy();
        if policy.automation != AutomationPolicy::Any
            && let Some((route, _)) =
                self.with_policy(|policy| policy.automation = AutomationPolicy::Any)
        {
            remedies.push(Remedy::AnyAutomation { route });
        }
        if policy.max_calls.is_some()
            && let Some((_, Estimate { calls: Some(to), .. })) =
                self.with_policy(|policy| policy.max_calls = None)
        {
            remedies.push(Remedy::RaiseLimit { budget: Budget::Calls, to });
        }
        if policy.max_credits.is_some()
            && let Some((_, Estimate { credits: Some(to), .. })) =
                self.with_policy(|policy| policy.max_credits = None)
        {
            remedies.push(Remedy::RaiseLimit { budget: Budget::Credits, to });
        }
        if policy.route.is_some()
            && let Some((route, _)) = self.with_policy(|policy| policy.route = None)
        {
            remedies.push(Remedy::AnyRoute { route });
        }
        remedies
    }

    fn of_the_whole_policy(self) -> Option<Remedy> {
        let (route, Estimate { calls, credits, .. }) = self.with_policy(|policy| {
            policy.automation = AutomationPolicy::Any;
            policy.max_calls = None;
            policy.max_credits = None;
            policy.route = None;
        })?;
        Some(Remedy::DropPolicy { route, calls, credits })
    }

    fn of_the_view(self) -> Vec<Remedy> {
        let mut remedies = Vec::new();
        let known = self.plan.facts().map(|facts| &facts.view);
        let records = known.and_then(|view| view.records);
        if records.is_none() && self.with_facts(|facts| facts.view.records = Some(1)).is_some() {
            remedies.push(Remedy::CountView);
        }
        let no_criteria = |facts: &mut PlanFacts| facts.view.criteria = Some(BTreeSet::new());
        if known.is_none_or(|view| view.criteria.is_none())
            && self.with_facts(no_criteria).is_some()
        {
            remedies.push(Remedy::LearnCriteria);
        }
        let larger = AUTOMATION_THRESHOLD + 1;
        let by_view = self.with_facts(|facts| facts.view.records = Some(larger));
        if by_view.is_some_and(Route::is_scheduled) {
            if records.is_some_and(|records| records > MAX_JOB_RECORDS) {
                remedies.push(Remedy::DivideView { by: divider(self.plan) });
            } else if self.plan.policy().automation == AutomationPolicy::Forbid {
                remedies.push(Remedy::LargerView);
            }
        }
        remedies
    }

    fn of_the_ids(self) -> Option<Remedy> {
        let enough = self.records.is_some_and(|records| records > AUTOMATION_THRESHOLD);
        let forbidden = self.plan.policy().automation == AutomationPolicy::Forbid;
        (enough && forbidden).then_some(Remedy::ViewOfIds)
    }
}

/// Other APIs that do what is asked for.
fn other_apis(plan: &Plan, alternatives: &[Alternative]) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let ordinary = alternatives.iter().find(|other| other.route == Route::Update);
    if plan.policy().automation == AutomationPolicy::Forbid
        && let Some(Estimate { calls, credits, .. }) = ordinary.map(|other| other.estimate)
    {
        remedies.push(Remedy::UpdateWithoutTriggers { calls, credits });
    }
    if plan.unique_field().is_some() {
        remedies.push(Remedy::ValuePerRecord);
    }
    remedies
}
