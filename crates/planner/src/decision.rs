//! Which route a plan takes, what the others would take, and why there may be none.

use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};
use massup_model::{Automation, Selection};
use serde::Serialize;

use crate::division::Division;
use crate::facts::{Facts, MovedBy};
use crate::hazard::{self, Finding};
use crate::policy::{Policy, Wanted};
use crate::route::{Estimate, Route};
use crate::{Plan, nearest};

/// How a plan goes about it, or why it cannot.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// The cheapest route that nothing speaks against: the one with the fewest credits, then calls.
    /// `None` where there is none.
    pub route: Option<Route>,
    /// How many records there are, as far as it is known.
    pub records: Option<u64>,
    /// Every route for the selection, also those that cannot be taken.
    pub alternatives: Vec<Alternative>,
    /// What to be careful about on the route.
    pub findings: Vec<Finding>,
    /// Of a view that holds more records than a job reaches: the views that it can be divided into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
    /// Without a route: changes, each of which would open one.
    pub nearest: Vec<String>,
}

/// A route and what it would take.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Alternative {
    /// The route.
    pub route: Route,
    /// What it would take.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// What speaks against it; nothing, where it could be taken.
    pub why_not: Vec<String>,
}

impl Plan {
    /// Decides how to go about it. `records` is the number of different ids, once it is known; of a view
    /// the facts tell it.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_planner::Plan;
    /// use massup_planner::facts::Facts;
    /// use massup_planner::policy::{Policy, Wanted};
    /// use massup_planner::route::Route;
    ///
    /// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?;
    /// let mut facts = Facts::default();
    /// facts.view.records = Some(5_000);
    /// let plan = plan.on_view("554023000000091515".parse()?, None).with_facts(facts);
    /// assert_eq!(plan.decide(None).route, Some(Route::View));
    ///
    /// // A job on 5,000 records triggers nothing: where automations must run, the ids are read first.
    /// let mut policy = Policy::default();
    /// policy.automation = Wanted::Require;
    /// assert_eq!(plan.with_policy(policy).decide(None).route, Some(Route::FrozenIds));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide(&self, records: Option<u64>) -> Decision {
        let records = records.or(self.records());
        let alternatives = self.alternatives(records);
        let route = cheapest(&alternatives).map(|alternative| alternative.route);
        let findings = match route {
            Some(route) => hazard::findings(self, route, records, &alternatives),
            None => hazard::of_the_selection(self, None, records),
        };
        let too_large = findings.iter().any(|found| found.code == hazard::VIEW_TO_DIVIDE);
        let division = Division::of(self).filter(|_| too_large);
        let nearest = Vec::new();
        let mut decision = Decision { route, records, alternatives, findings, division, nearest };
        if route.is_none() {
            decision.nearest = nearest::changes(self, &decision);
        }
        decision
    }

    /// The cheapest route: [`Plan::decide`] without its reasons.
    pub(crate) fn cheapest(&self, records: Option<u64>) -> Option<(Route, Estimate)> {
        let alternatives = self.alternatives(records.or(self.records()));
        cheapest(&alternatives).map(|alternative| (alternative.route, alternative.estimate))
    }

    fn alternatives(&self, records: Option<u64>) -> Vec<Alternative> {
        let alternative = |route: &Route| {
            let estimate = route.estimate(self, records);
            let why_not = self.why_not(*route, &estimate, records);
            Alternative { route: *route, estimate, why_not }
        };
        Route::all(self.selection()).iter().map(alternative).collect()
    }

    fn why_not(&self, route: Route, estimate: &Estimate, records: Option<u64>) -> Vec<String> {
        if route.is_comparison() {
            return vec!["for comparison only: it is no mass update".to_owned()];
        }
        let mut why = Vec::new();
        let Policy { automation, max_calls, max_credits, route: wanted, .. } = *self.policy();
        if let Some(wanted) = wanted.filter(|wanted| *wanted != route) {
            why.push(format!("the route asked for is another: {}", wanted.title()));
        }
        if records.is_some_and(|records| records > 1) {
            why.extend(self.unique_field().map(|field| {
                format!(
                    "field `{field}` is unique, and more than one record would get the same value"
                )
            }));
        }
        if route.is_scheduled() {
            self.why_no_jobs(route, &mut why);
        }
        if route == Route::Territory && !self.has_territory() {
            // What it would take is not known either, and changes nothing.
            return why;
        }
        if !automation.allows(estimate.automations) {
            why.push(self.why_not_allowed(route, automation, estimate.automations));
        }
        for (needed, limit, what) in
            [(estimate.calls, max_calls, "call"), (estimate.credits, max_credits, "credit")]
        {
            match (needed, limit) {
                (Some(needed), Some(limit)) if needed > limit => {
                    let needed = counted(needed, what);
                    why.push(format!("it takes {needed}, and the policy allows {limit}"));
                }
                // A list of ids is counted as it is read.
                (None, Some(limit)) if matches!(self.selection(), Selection::View { .. }) => {
                    why.push(format!(
                        "how many {what}s it takes is not known, and the policy allows {limit}"
                    ));
                }
                _ => {}
            }
        }
        why
    }

    /// What speaks against jobs on the view, whatever the policy.
    fn why_no_jobs(&self, route: Route, why: &mut Vec<String>) {
        let nothing = Facts::default();
        let facts = self.facts().unwrap_or(&nothing);
        if route == Route::Territory && !self.has_territory() {
            why.push(
                "a record may be in several territories or in none: that each is updated just once \
                 cannot be shown"
                    .to_owned(),
            );
            return;
        }
        if facts.jobs == Some(false) {
            why.push("the edition of the organisation does not mass update by view".to_owned());
        }
        if let Some(records) = facts.view.records.filter(|n| *n > MAX_JOB_RECORDS)
            && route == Route::View
        {
            why.push(format!(
                "the view holds {records} records; a job reaches at most {MAX_JOB_RECORDS}"
            ));
        }
        if self.groups(route).len() < 2 {
            return;
        }
        if facts.view.criteria.is_none() {
            why.push(format!(
                "the criteria of the view are not known: the first of {} jobs may change what the next \
                 one finds",
                self.groups(route).len()
            ));
        } else if !self.criteria_last() {
            let named = quoted(&self.criteria_fields());
            why.push(format!(
                "the criteria of the view name {named}, which one job cannot set together: after the \
                 first job the view holds other records"
            ));
        }
        if facts.view.moves() == Some(MovedBy::Time) {
            why.push(
                "the records of the view change with every update: the next job finds others"
                    .to_owned(),
            );
        }
    }

    fn why_not_allowed(&self, route: Route, wanted: Wanted, found: Automation) -> String {
        let view = match (route, self.at_most(None)) {
            (Route::View, Some(records)) => format!(": the view holds {records} records"),
            (Route::View, None) => ": nobody counted the records of the view".to_owned(),
            (Route::Territory, _) => {
                ": no API counts the records of a view within a territory".to_owned()
            }
            _ => String::new(),
        };
        let must = match wanted {
            Wanted::Forbid => "must not run",
            Wanted::Any | Wanted::Require => "must run",
        };
        match found {
            Automation::Triggered if route.is_scheduled() => format!(
                "automations {must}, and a job on fewer than {AUTOMATION_THRESHOLD} records triggers \
                 them{view}"
            ),
            Automation::Triggered => {
                format!("automations {must}, and calls by ids always trigger them")
            }
            Automation::NotTriggered => format!(
                "automations {must}, and a job on more than {AUTOMATION_THRESHOLD} records triggers \
                 none{view}"
            ),
            Automation::Undefined => {
                format!("automations {must}, and whether a job triggers them is undefined{view}")
            }
        }
    }

    /// The first field that is unique.
    pub(crate) fn unique_field(&self) -> Option<&str> {
        let facts = self.facts()?;
        let unique =
            |name: &&String| facts.fields.get(*name).and_then(|field| field.unique) == Some(true);
        self.fields().iter().find(unique).map(String::as_str)
    }

    /// The fields of the plan that the criteria of the view name.
    pub(crate) fn criteria_fields(&self) -> Vec<&str> {
        let criteria = self.facts().and_then(|facts| facts.view.criteria.as_ref());
        let named = |name: &&String| criteria.is_some_and(|criteria| criteria.contains(*name));
        self.fields().iter().filter(named).map(String::as_str).collect()
    }
}

fn cheapest(alternatives: &[Alternative]) -> Option<&Alternative> {
    let cost = |open: &&Alternative| {
        let Estimate { calls, credits, .. } = open.estimate;
        // What is not known comes after what is.
        (credits.is_none(), credits, calls.is_none(), calls, open.route)
    };
    alternatives.iter().filter(|alternative| alternative.why_not.is_empty()).min_by_key(cost)
}

/// `1 call`, `2 calls`.
pub(crate) fn counted(number: u64, one: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {one}{many}")
}

/// Names in backticks, separated by commas.
pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
