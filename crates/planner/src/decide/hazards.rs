//! The hazards of a route.

use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};
use massup_model::{Automation, Selection};

use crate::decision::{Alternative, Divider};
use crate::division::Division;
use crate::facts::{PlanFacts, UNCERTAIN};
use crate::hazard::Hazard;
use crate::{Plan, Route};

/// The age in hours from which a count is old, where the policy does not say.
const OLD_AFTER: u64 = 24;

/// The hazards of a route, or without one those of the selection.
pub(super) fn of(
    plan: &Plan,
    route: Option<Route>,
    records: Option<u64>,
    alternatives: &[Alternative],
) -> Vec<Hazard> {
    let mut found = of_the_selection(plan, route, records);
    let Some(route) = route else { return found };
    if route == Route::FrozenIds {
        let by_view = if plan.has_territory() { Route::Territory } else { Route::View };
        let by_view = alternatives.iter().find(|other| other.route == by_view);
        let because = by_view.and_then(|other| other.objections.first()).cloned();
        found.push(Hazard::FrozenView { because });
    }
    if route.is_scheduled() {
        of_jobs(plan, &mut found);
    }
    let passes = plan.groups(route).len();
    let automations = plan.estimate(route, records).automations;
    if passes > 1 && automations != Automation::NotTriggered {
        let certain = automations == Automation::Triggered;
        found.push(Hazard::AutomationsEachPass { passes, certain });
    }
    found.sort_by_key(Hazard::code);
    found
}

fn of_the_selection(plan: &Plan, route: Option<Route>, records: Option<u64>) -> Vec<Hazard> {
    let mut found = Vec::new();
    let nothing = PlanFacts::default();
    let known = plan.facts().unwrap_or(&nothing);
    if matches!(plan.selection(), Selection::View { .. }) {
        if known.view.records.is_none() {
            found.push(Hazard::UncountedView);
        } else if known.view.counted.is_none() {
            found.push(Hazard::UndatedCount);
        }
        let most = plan.policy().max_count_age_hours.unwrap_or(OLD_AFTER);
        if let (Some(_), Some(hours)) = (known.view.records, known.view.hours_old)
            && hours > most
        {
            found.push(Hazard::OldCount { hours });
        }
        found.extend(known.view.moves().map(|moved_by| Hazard::MovingView { moved_by }));
        if let Some(records) = known.view.records.filter(|records| *records > MAX_JOB_RECORDS) {
            found.push(Hazard::ViewToDivide { records, by: divider(plan) });
        }
        // With more than one record there is no plan.
        if records.is_none()
            && let Some(field) = plan.unique_field()
        {
            found.push(Hazard::OneValueForUniqueField { field: field.to_owned() });
        }
    }
    for (parent, child) in plan.apart(route.unwrap_or(Route::Ids)) {
        found.push(Hazard::DependentFieldsApart {
            parent: parent.clone(),
            child: child.clone(),
            module: plan.module().to_owned(),
        });
    }
    found
}

fn of_jobs(plan: &Plan, found: &mut Vec<Hazard>) {
    let fields = plan.criteria_fields();
    if !fields.is_empty() {
        found.push(Hazard::CriteriaFieldLast { fields });
    }
    let records = plan.at_most(None);
    let near = |limit: u64| records.filter(|records| records.abs_diff(limit) <= limit / UNCERTAIN);
    if let Some(records) = near(AUTOMATION_THRESHOLD) {
        let policy = plan.policy().automation;
        found.push(Hazard::NearAutomationThreshold { records, policy });
    }
    if let Some(records) = near(MAX_JOB_RECORDS).filter(|records| *records <= MAX_JOB_RECORDS) {
        found.push(Hazard::NearJobLimit { records, by: divider(plan) });
    }
    if plan.has_territory()
        && let Some(records) = records.filter(|records| *records >= AUTOMATION_THRESHOLD)
    {
        found.push(Hazard::UncountedTerritory { records });
    }
    let known = plan.facts().map(|facts| &facts.fields);
    let allowed = |name: &String| {
        known.and_then(|fields| fields.get(name)).and_then(|field| field.mass_update) == Some(true)
    };
    let fields: Vec<String> = plan.fields().iter().filter(|name| !allowed(name)).cloned().collect();
    if !fields.is_empty() {
        found.push(Hazard::JobMayRefuseField { fields });
    }
    let jobs = plan.groups(Route::View).len();
    if jobs > 1 {
        found.push(Hazard::ViewOpenBetweenJobs { jobs });
    }
}

/// The picklist that divides the view of a plan.
pub(super) fn divider(plan: &Plan) -> Option<Divider> {
    Division::of(plan).as_ref().map(Divider::from)
}
