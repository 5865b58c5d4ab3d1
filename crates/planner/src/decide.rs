//! How a plan decides on its route.

mod division;
mod hazards;
mod objections;
mod remedies;
mod weigh;

use crate::Plan;
use crate::decision::Decision;
use crate::division::Division;
use crate::hazard::Hazard;

impl Plan {
    /// Decides which route to take. `records` is the number of different ids, once it is known; the
    /// number of records in a view comes from the facts.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_planner::Plan;
    /// use massup_planner::facts::PlanFacts;
    /// use massup_planner::policy::{AutomationPolicy, Policy};
    /// use massup_planner::route::Route;
    ///
    /// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?;
    /// let mut facts = PlanFacts::default();
    /// facts.view.records = Some(5_000);
    /// let plan = plan.on_view("554023000000091515".parse()?, None).with_facts(facts);
    /// assert_eq!(plan.decide(None).route, Some(Route::View));
    ///
    /// // A job on 5,000 records does not trigger automations: if they must run, the ids are read first.
    /// let mut policy = Policy::default();
    /// policy.automation = AutomationPolicy::Require;
    /// assert_eq!(plan.with_policy(policy).decide(None).route, Some(Route::FrozenIds));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide(&self, records: Option<u64>) -> Decision {
        let records = records.or(self.records());
        let alternatives = self.alternatives(records);
        let route = weigh::cheapest(&alternatives).map(|alternative| alternative.route);
        let hazards = hazards::of(self, route, records, &alternatives);
        let too_large = hazards.iter().any(|found| matches!(found, Hazard::ViewToDivide { .. }));
        let division = Division::of(self).filter(|_| too_large);
        let remedies = match route {
            Some(_) => Vec::new(),
            None => remedies::of(self, records, &alternatives),
        };
        Decision { route, records, alternatives, hazards, division, remedies }
    }
}
