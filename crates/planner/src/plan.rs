//! From a selection and values to the fewest calls.

use massup_model::{ApiVersion, RecordId, Request, RequestError, Selection, limits};
use serde_json::Value;

use crate::{Automations, Error, IdSet, Summary};

/// What is to be set, on which module.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::{ErrorKind, Plan};
///
/// let city = ("City".to_owned(), "Chennai".into());
/// let rating = ("Rating".to_owned(), "Active".into());
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![city.clone(), rating], None)?;
/// assert_eq!(plan.groups().len(), 2);
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
    groups: Vec<Vec<(String, Value)>>,
    over_write: Option<bool>,
}

impl Plan {
    /// A plan that sets `fields`, of any number, each once.
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
        let groups = grouped(fields, limits::fields_per_call(module));
        let plan = Self { version, module: module.to_owned(), fields: names, groups, over_write };
        // A call on any record shows whether the names can be sent.
        let any = RecordId::from_number(1);
        if plan.groups.is_empty() {
            plan.request(&[], any.as_slice())?;
        }
        for group in &plan.groups {
            plan.request(group, any.as_slice())?;
        }
        Ok(plan)
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

    /// The fields that share a call: at most 3 on Deals, 1 on any other module. Their order is the
    /// given one, but on Deals `Stage` and `Pipeline` are always together, for a stage belongs to a
    /// pipeline.
    pub fn groups(&self) -> &[Vec<(String, Value)>] {
        &self.groups
    }

    /// Whether values of multi-select picklists replace the present ones, if it is said.
    pub fn over_write(&self) -> Option<bool> {
        self.over_write
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
    /// assert_eq!((calls.summary().records, calls.summary().duplicates), (2, 1));
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
        let selection = Selection::Ids(ids.to_vec());
        let request = Request::new(self.version, &self.module, group.to_vec(), selection)?;
        Ok(request.with_over_write(self.over_write))
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
pub(crate) struct Step<'c> {
    pub(crate) group: usize,
    pub(crate) fields: &'c [(String, Value)],
    pub(crate) ids: &'c [RecordId],
}

impl<I: Iterator<Item = Result<RecordId, Error>>> Calls<'_, I> {
    /// What the calls so far amount to; all of them, once the iterator has ended.
    pub fn summary(&self) -> Summary {
        let names = |group: &Vec<(String, Value)>| group.iter().map(|(n, _)| n.clone()).collect();
        Summary {
            module: self.plan.module.clone(),
            api_version: self.plan.version,
            calls: self.made,
            records: self.records,
            duplicates: self.duplicates,
            fields: self.plan.fields.clone(),
            field_groups: self.plan.groups.iter().map(names).collect(),
            automations: Automations::Triggered,
        }
    }

    pub(crate) fn step(&mut self) -> Result<Option<Step<'_>>, Error> {
        if self.group == 0 {
            self.fill()?;
            self.records += self.chunk.len() as u64;
        }
        let group = self.group;
        let Some(fields) = self.plan.groups.get(group).filter(|_| !self.chunk.is_empty()) else {
            return Ok(None);
        };
        self.group = (group + 1) % self.plan.groups.len();
        self.made += 1;
        Ok(Some(Step { group, fields, ids: &self.chunk }))
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
        let step = self.step().transpose()?;
        Some(step.and_then(|step| plan.request(step.fields, step.ids)))
    }
}

/// Splits fields into groups of at most `limit`, `Stage` and `Pipeline` together.
fn grouped(mut fields: Vec<(String, Value)>, limit: usize) -> Vec<Vec<(String, Value)>> {
    if limit > 1 {
        let place = |name: &str| fields.iter().position(|(field, _)| field == name);
        if let (Some(stage), Some(pipeline)) = (place("Stage"), place("Pipeline")) {
            let (first, second) = (stage.min(pipeline), stage.max(pipeline));
            let start = first / limit * limit;
            if second >= start + limit {
                // The later one changes places with the last other field of the group, which is
                // full: the number of groups stays the same.
                let last = start + limit - 1;
                fields.swap(second, if last == first { last - 1 } else { last });
            }
        }
    }
    let mut groups: Vec<Vec<_>> = Vec::with_capacity(fields.len().div_ceil(limit));
    for field in fields {
        match groups.last_mut() {
            Some(group) if group.len() < limit => group.push(field),
            _ => groups.push(vec![field]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<Vec<String>> {
        let fields = names.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        let plan = Plan::new(ApiVersion::V8, "Deals", fields, None).unwrap();
        plan.groups().iter().map(|g| g.iter().map(|(name, _)| name.clone()).collect()).collect()
    }

    #[test]
    fn stage_and_pipeline_share_a_call_at_no_cost() {
        assert_eq!(groups(&["A", "Stage", "Pipeline"]), [["A", "Stage", "Pipeline"]]);
        assert_eq!(
            groups(&["A", "B", "Stage", "Pipeline"]),
            [vec!["A", "Pipeline", "Stage"], vec!["B"]]
        );
        assert_eq!(
            groups(&["Pipeline", "A", "B", "C", "D", "Stage", "E"]),
            [vec!["Pipeline", "A", "Stage"], vec!["C", "D", "B"], vec!["E"]]
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
