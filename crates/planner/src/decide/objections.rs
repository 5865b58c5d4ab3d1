//! Why a plan cannot take a route.

use massup_model::Selection;
use massup_model::limits::MAX_JOB_RECORDS;

use crate::decision::{AutomationBasis, Budget, Objection};
use crate::estimate::Estimate;
use crate::facts::{MovedBy, PlanFacts};
use crate::policy::Policy;
use crate::{Plan, Route};

impl Plan {
    pub(super) fn objections(
        &self,
        route: Route,
        estimate: &Estimate,
        records: Option<u64>,
    ) -> Vec<Objection> {
        if route.is_comparison() {
            return vec![Objection::NotMassUpdate];
        }
        let mut found = Vec::new();
        let Policy { automation: policy, max_calls, max_credits, route: required, .. } =
            *self.policy();
        if let Some(required) = required.filter(|required| *required != route) {
            found.push(Objection::OtherRouteRequired { route: required });
        }
        if records.is_some_and(|records| records > 1) {
            let field = self.unique_field().map(str::to_owned);
            found.extend(field.map(|field| Objection::UniqueField { field }));
        }
        if route == Route::Territory && !self.has_territory() {
            // Its costs are unknown too, and do not matter.
            found.push(Objection::TerritoriesMayOverlap);
            return found;
        }
        if route.is_scheduled() {
            self.objections_to_jobs(route, &mut found);
        }
        if !policy.allows(estimate.automations) {
            let basis = match route {
                Route::View => AutomationBasis::View(self.at_most(None)),
                Route::Territory => AutomationBasis::Territory,
                _ => AutomationBasis::Ids,
            };
            found.push(Objection::Automations { policy, outcome: estimate.automations, basis });
        }
        let by_view = matches!(self.selection(), Selection::View { .. });
        for (budget, needed, limit) in [
            (Budget::Calls, estimate.calls, max_calls),
            (Budget::Credits, estimate.credits, max_credits),
        ] {
            // A list of ids is counted while it is read.
            let exceeds = |limit: &u64| needed.map_or(by_view, |needed| needed > *limit);
            let limit = limit.filter(exceeds);
            found.extend(limit.map(|limit| Objection::OverBudget { budget, needed, limit }));
        }
        found
    }

    /// What speaks against jobs on the view, whatever the policy.
    fn objections_to_jobs(&self, route: Route, found: &mut Vec<Objection>) {
        let nothing = PlanFacts::default();
        let facts = self.facts().unwrap_or(&nothing);
        if facts.jobs == Some(false) {
            found.push(Objection::EditionWithoutJobs);
        }
        if let Some(records) = facts.view.records.filter(|n| *n > MAX_JOB_RECORDS)
            && route == Route::View
        {
            found.push(Objection::ViewTooLarge { records });
        }
        let jobs = self.groups(route).len();
        if jobs < 2 {
            return;
        }
        if facts.view.criteria.is_none() {
            found.push(Objection::CriteriaUnknown { jobs });
        } else if !self.criteria_last() {
            found.push(Objection::CriteriaFieldsApart { fields: self.criteria_fields() });
        }
        if facts.view.moves() == Some(MovedBy::Time) {
            found.push(Objection::ViewChangesWithUpdates);
        }
    }

    /// The first field that is unique.
    pub(super) fn unique_field(&self) -> Option<&str> {
        let facts = self.facts()?;
        let unique =
            |name: &&String| facts.fields.get(*name).and_then(|field| field.unique) == Some(true);
        self.fields().iter().find(unique).map(String::as_str)
    }

    /// The fields of the plan that the criteria of the view use.
    pub(super) fn criteria_fields(&self) -> Vec<String> {
        let criteria = self.facts().and_then(|facts| facts.view.criteria.as_ref());
        let named = |name: &&String| criteria.is_some_and(|criteria| criteria.contains(*name));
        self.fields().iter().filter(named).cloned().collect()
    }
}
