//! What is to be done, and the calls by ids that do it.

use std::collections::BTreeSet;

use massup_model::{
    ApiVersion, RecordId, Request, RequestError, Selection, Territory, ViewId, limits,
};
use serde_json::Value;

use crate::facts::Facts;
use crate::grouping;
use crate::policy::Policy;
use crate::route::Route;
use crate::{Error, IdSet, Summary};

/// What is to be set, on which records, with what is known and allowed.
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
    /// The same with their values.
    set: Vec<(String, Value)>,
    over_write: Option<bool>,
    selection: Selection,
    facts: Option<Facts>,
    policy: Policy,
    by_ids: Groups,
    /// What the criteria of the view name comes last.
    by_jobs: Groups,
}

/// The fields that share a call, in the order in which they are set.
#[derive(Clone, Debug, Default, PartialEq)]
struct Groups {
    calls: Vec<Vec<(String, Value)>>,
    /// Fields that should share a call and do not: parent and child.
    apart: Vec<(String, String)>,
    /// Whether everything that should be in the last call is.
    last_fits: bool,
}

impl Plan {
    /// A plan that sets `fields`, of any number, each once, on records that are named by their ids.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Intent`](crate::ErrorKind::Intent) when the module or a field is no API name, a
    /// field is given twice, or none is given.
    pub fn new(
        version: ApiVersion,
        module: &str,
        fields: Vec<(String, Value)>,
        over_write: Option<bool>,
    ) -> Result<Self, Error> {
        let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                return Err(RequestError::RepeatedField(name.clone()).into());
            }
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
        // A call on any record shows whether the names can be sent.
        let any = RecordId::from_number(1);
        if fields.is_empty() {
            plan.request(&[], any.as_slice())?;
        }
        for field in &fields {
            plan.request(std::slice::from_ref(field), any.as_slice())?;
        }
        plan.set = fields;
        plan.divide();
        Ok(plan)
    }

    /// Selects the records of a custom view, perhaps within a territory, instead of ids.
    #[must_use]
    pub fn on_view(mut self, view: ViewId, territory: Option<Territory>) -> Self {
        self.selection = Selection::View { view, territory };
        self
    }

    /// Says what is known; what does not matter to the plan is left out.
    #[must_use]
    pub fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = Some(facts.about(&self.fields));
        self.divide();
        self
    }

    /// Says how many hours ago the records of the view were counted; without facts nothing.
    #[must_use]
    pub fn counted_before(mut self, hours: Option<u64>) -> Self {
        if let Some(facts) = &mut self.facts {
            facts.view.hours_old = hours;
        }
        self
    }

    /// Says what is allowed.
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
        // Calls by ids find the same records whatever they set.
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

    /// The API names of the fields, in the order in which they were given.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The value that a field is set to; `null` in a plan that a header tells of.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.set.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    /// The fields that share a call on a route: at most 3 on Deals, 1 on any other module. Their order is
    /// the given one, but parents and their dependent picklists are together, as `Pipeline` and `Stage`
    /// are, or else come in this order; and in jobs on a view, what its criteria name comes last.
    pub fn groups(&self, route: Route) -> &[Vec<(String, Value)>] {
        &self.groups_of(route).calls
    }

    /// Whether values of multi-select picklists replace the present ones, if it is said.
    pub fn over_write(&self) -> Option<bool> {
        self.over_write
    }

    /// The records: a view, or ids, which a plan does not hold.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// What is known, as far as it matters to the plan.
    pub fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref()
    }

    /// What is allowed.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Parents and children that should share a call and do not.
    pub(crate) fn apart(&self, route: Route) -> &[(String, String)] {
        &self.groups_of(route).apart
    }

    /// Whether all fields that the criteria of the view name are in the last job.
    pub(crate) fn criteria_last(&self) -> bool {
        self.by_jobs.last_fits
    }

    pub(crate) fn has_territory(&self) -> bool {
        matches!(self.selection, Selection::View { territory: Some(_), .. })
    }

    /// The number of records of the view, whatever the territory, or the number that is given.
    pub(crate) fn at_most(&self, records: Option<u64>) -> Option<u64> {
        records.or(self.facts.as_ref()?.view.records)
    }

    /// The calls for these records: 500 at a time, and for each such chunk one call a group of
    /// fields. Repeated ids are left out and counted.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_planner::Plan;
    /// use massup_planner::ids::Ids;
    ///
    /// let fields = vec![("City".to_owned(), "Chennai".into())];
    /// let plan = Plan::new(ApiVersion::V8, "Leads", fields, None)?;
    /// let mut calls = plan.calls(Ids::from_lines("7\n8\n7\n".as_bytes()));
    /// assert_eq!(calls.by_ref().count(), 1);
    /// assert_eq!((calls.summary().records, calls.summary().duplicates), (Some(2), 1));
    /// # Ok::<(), massup_planner::Error>(())
    /// ```
    pub fn calls<I>(&self, ids: I) -> Calls<'_, I::IntoIter>
    where
        I: IntoIterator<Item = Result<RecordId, Error>>,
    {
        Calls {
            plan: self,
            ids: Some(ids.into_iter()),
            seen: IdSet::default(),
            chunk: Vec::with_capacity(limits::MAX_IDS),
            group: 0,
            made: 0,
            records: 0,
            duplicates: 0,
        }
    }

    pub(crate) fn request(
        &self,
        group: &[(String, Value)],
        ids: &[RecordId],
    ) -> Result<Request, Error> {
        self.request_on(group, Selection::Ids(ids.to_vec()))
    }
}

/// The calls of a plan, made one at a time; after an error there is none.
///
/// The same ids in the same order give the same calls.
#[derive(Debug)]
pub struct Calls<'p, I> {
    pub(crate) plan: &'p Plan,
    /// `None` once they have ended or failed.
    ids: Option<I>,
    seen: IdSet,
    chunk: Vec<RecordId>,
    /// The group of the next call on the chunk; 0 asks for a new chunk.
    group: usize,
    /// Calls so far.
    made: u64,
    records: u64,
    duplicates: u64,
}

/// One call before it takes a form.
pub(crate) struct Call<'c> {
    pub(crate) group: usize,
    pub(crate) fields: &'c [(String, Value)],
    pub(crate) ids: &'c [RecordId],
}

impl<I: Iterator<Item = Result<RecordId, Error>>> Calls<'_, I> {
    /// What the calls so far amount to; all of them, once the iterator has ended.
    pub fn summary(&self) -> Summary {
        self.plan.summary(Route::Ids, self.made, Some(self.records), self.duplicates)
    }

    pub(crate) fn call(&mut self) -> Result<Option<Call<'_>>, Error> {
        if self.group == 0 {
            self.fill()?;
            self.records += self.chunk.len() as u64;
        }
        let group = self.group;
        let groups = self.plan.groups(Route::Ids);
        let Some(fields) = groups.get(group).filter(|_| !self.chunk.is_empty()) else {
            return Ok(None);
        };
        self.group = (group + 1) % groups.len();
        self.made += 1;
        Ok(Some(Call { group, fields, ids: &self.chunk }))
    }

    /// Takes the next ids that are new, as many as a call takes.
    fn fill(&mut self) -> Result<(), Error> {
        self.chunk.clear();
        let Some(ids) = &mut self.ids else { return Ok(()) };
        while self.chunk.len() < limits::MAX_IDS {
            match ids.next() {
                Some(Ok(id)) if self.seen.insert(id) => self.chunk.push(id),
                Some(Ok(_)) => self.duplicates += 1,
                None => {
                    self.ids = None;
                    break;
                }
                Some(Err(error)) => {
                    self.ids = None;
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

impl<I: Iterator<Item = Result<RecordId, Error>>> Iterator for Calls<'_, I> {
    type Item = Result<Request, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let plan = self.plan;
        let call = self.call().transpose()?;
        Some(call.and_then(|call| plan.request(call.fields, call.ids)))
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
