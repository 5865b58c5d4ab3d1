//! What a plan sets, on which records, with which facts and policy.

use std::collections::BTreeSet;

use massup_model::{ApiVersion, RequestError, Selection, Template, Territory, ViewId, limits};
use serde_json::Value;

use crate::facts::PlanFacts;
use crate::policy::Policy;
use crate::{Error, Route, grouping};

/// Fields to set, on which records, with facts and a policy.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::{ErrorKind, Plan, Route};
///
/// let city = ("City".to_owned(), "Chennai".into());
/// let rating = ("Rating".to_owned(), "Active".into());
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![city.clone(), rating], None)?;
/// assert_eq!(plan.groups(Route::Ids).len(), 2);
///
/// let twice = Plan::new(ApiVersion::V8, "Leads", vec![city.clone(), city], None);
/// assert_eq!(twice.unwrap_err().kind(), ErrorKind::Intent);
/// # Ok::<(), massup_planner::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    version: ApiVersion,
    module: String,
    fields: Vec<String>,
    /// The fields with their values.
    set: Vec<(String, Value)>,
    over_write: Option<bool>,
    selection: Selection,
    facts: Option<PlanFacts>,
    policy: Policy,
    by_ids: Groups,
    /// Fields that the criteria of the view use come last.
    by_jobs: Groups,
}

/// The fields that share a call, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Groups {
    calls: Vec<Vec<(String, Value)>>,
    /// Parents and children that should share a call but do not.
    apart: Vec<(String, String)>,
    /// Whether all fields that should be in the last call are.
    last_fits: bool,
}

impl Plan {
    /// A plan that sets any number of `fields`, each once, on records that are listed by id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Intent`](crate::ErrorKind::Intent): the module or a field is not an API name, a field is
    /// given twice, or no field is given.
    pub fn new(
        version: ApiVersion,
        module: &str,
        fields: Vec<(String, Value)>,
        over_write: Option<bool>,
    ) -> Result<Self, Error> {
        let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        let mut seen = BTreeSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(RequestError::RepeatedField(name.clone()).into());
        }
        let mut plan = Self {
            version,
            module: module.to_owned(),
            fields: names,
            set: Vec::new(),
            over_write,
            selection: Selection::Ids(Vec::new()),
            facts: None,
            policy: Policy::default(),
            by_ids: Groups::default(),
            by_jobs: Groups::default(),
        };
        if fields.is_empty() {
            plan.template(&[])?;
        }
        for field in &fields {
            plan.template(std::slice::from_ref(field))?;
        }
        plan.set = fields;
        plan.divide();
        Ok(plan)
    }

    /// Selects the records of a custom view, optionally within a territory, instead of ids.
    #[must_use]
    pub fn on_view(mut self, view: ViewId, territory: Option<Territory>) -> Self {
        self.selection = Selection::View { view, territory };
        self
    }

    /// Sets the facts; those that do not affect the plan are dropped.
    #[must_use]
    pub fn with_facts(mut self, facts: PlanFacts) -> Self {
        self.facts = Some(facts.about(&self.fields));
        self.divide();
        self
    }

    /// Sets the age of the count of the view in hours. Without facts it has no effect.
    #[must_use]
    pub fn counted_before(mut self, hours: Option<u64>) -> Self {
        if let Some(facts) = &mut self.facts {
            facts.view.hours_old = hours;
        }
        self
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    fn divide(&mut self) {
        let place = |name: &str| self.fields.iter().position(|field| field == name);
        let mut couples = Vec::new();
        if let (Some(pipeline), Some(stage)) = (place("Pipeline"), place("Stage")) {
            couples.push((pipeline, stage));
        }
        let mut last = BTreeSet::new();
        if let Some(facts) = &self.facts {
            for (parent, field) in &facts.fields {
                for child in &field.children {
                    if let (Some(parent), Some(child)) = (place(parent), place(child))
                        && parent != child
                        && !couples.contains(&(parent, child))
                    {
                        couples.push((parent, child));
                    }
                }
            }
            last = facts.view.criteria.iter().flatten().filter_map(|name| place(name)).collect();
        }
        let limit = limits::fields_per_call(&self.module);
        let groups = |last: &BTreeSet<usize>| {
            let found = grouping::groups(self.set.len(), limit, &couples, last);
            let field = |at: &usize| self.set.get(*at).cloned();
            let name = |at: usize| self.fields.get(at).cloned();
            let calls = found.calls.iter().map(|call| call.iter().filter_map(field).collect());
            let apart = found.apart.iter().filter_map(|(a, b)| Some((name(*a)?, name(*b)?)));
            Groups { calls: calls.collect(), apart: apart.collect(), last_fits: found.last_fits }
        };
        // Calls by ids update the same records whatever they set.
        (self.by_ids, self.by_jobs) = (groups(&BTreeSet::new()), groups(&last));
    }

    fn groups_of(&self, route: Route) -> &Groups {
        if route.is_scheduled() { &self.by_jobs } else { &self.by_ids }
    }

    /// The API version of every call.
    pub fn version(&self) -> ApiVersion {
        self.version
    }

    /// The module's API name.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The API names of the fields, in the given order.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The value that a field is set to; `null` in a plan made from a header alone.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.set.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    /// The fields that share a call on a route: at most 3 on Deals, 1 on any other module. They keep the
    /// given order, with two exceptions: a picklist shares a call with its parent, as `Stage` does with
    /// `Pipeline`, or comes after it; and in jobs on a view, fields that its criteria use come last.
    pub fn groups(&self, route: Route) -> &[Vec<(String, Value)>] {
        &self.groups_of(route).calls
    }

    /// `over_write`, if set: whether values of multi-select picklists replace the present ones.
    pub fn over_write(&self) -> Option<bool> {
        self.over_write
    }

    /// The selected records: a view; or ids, which the plan does not store.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The facts that affect the plan.
    pub fn facts(&self) -> Option<&PlanFacts> {
        self.facts.as_ref()
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Parents and children that should share a call but do not.
    pub(crate) fn apart(&self, route: Route) -> &[(String, String)] {
        &self.groups_of(route).apart
    }

    /// Whether all fields that the criteria of the view use are in the last job.
    pub(crate) fn criteria_last(&self) -> bool {
        self.by_jobs.last_fits
    }

    pub(crate) fn has_territory(&self) -> bool {
        matches!(self.selection, Selection::View { territory: Some(_), .. })
    }

    /// The given number of records, or the number in the view, whatever the territory.
    pub(crate) fn at_most(&self, records: Option<u64>) -> Option<u64> {
        records.or(self.facts.as_ref()?.view.records)
    }

    pub(crate) fn template(&self, group: &[(String, Value)]) -> Result<Template, Error> {
        let template = Template::new(self.version, &self.module, group.to_vec())?;
        Ok(template.with_over_write(self.over_write))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<Vec<String>> {
        let fields = names.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        let plan = Plan::new(ApiVersion::V8, "Deals", fields, None).unwrap();
        let groups = plan.groups(Route::Ids).iter();
        groups.map(|g| g.iter().map(|(name, _)| name.clone()).collect()).collect()
    }

    #[test]
    fn stage_and_pipeline_share_a_call_at_no_cost() {
        assert_eq!(groups(&["A", "Stage", "Pipeline"]), [["A", "Stage", "Pipeline"]]);
        assert_eq!(
            groups(&["A", "B", "Stage", "Pipeline"]),
            [vec!["A", "Stage", "Pipeline"], vec!["B"]]
        );
        assert_eq!(
            groups(&["Pipeline", "A", "B", "C", "D", "Stage", "E"]),
            [vec!["Pipeline", "A", "Stage"], vec!["B", "C", "D"], vec!["E"]]
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let one = |name: &str| vec![(name.to_owned(), Value::Null)];
        for (module, fields) in [
            ("Leads", vec![]),
            ("Lea/ds", one("City")),
            ("Leads", one("id")),
            ("Leads", one("a b")),
        ] {
            assert!(Plan::new(ApiVersion::V8, module, fields, None).is_err());
        }
    }
}
