//! The calls of a plan by ids.

use massup_model::id::Suspicious;
use massup_model::{RecordId, Request, Selection, limits};
use serde_json::Value;

use crate::{Error, IdSet, Plan, Route, Summary};

impl Plan {
    /// The calls for these records: one call for each 500 records and each group of fields. Duplicate ids
    /// are skipped and counted.
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
            batch: Vec::with_capacity(limits::MAX_IDS),
            group: 0,
            made: 0,
            records: 0,
            duplicates: 0,
            suspicious: Suspicious::default(),
        }
    }
}

/// The calls of a plan by ids, made one at a time; an error is the last item.
///
/// The same ids in the same order give the same calls.
#[derive(Debug)]
pub struct Calls<'p, I> {
    pub(crate) plan: &'p Plan,
    /// `None` after the end or an error.
    ids: Option<I>,
    seen: IdSet,
    chunk: Vec<RecordId>,
    /// Ids that were read and may be duplicates.
    batch: Vec<RecordId>,
    /// The group of the next call on the chunk; at 0 a new chunk is read.
    group: usize,
    /// The number of calls so far.
    made: u64,
    records: u64,
    duplicates: u64,
    /// Whether the ids look like record ids.
    suspicious: Suspicious,
}

/// One call, not yet encoded.
pub(crate) struct Call<'c> {
    pub(crate) group: usize,
    pub(crate) fields: &'c [(String, Value)],
    pub(crate) ids: &'c [RecordId],
}

impl<I: Iterator<Item = Result<RecordId, Error>>> Calls<'_, I> {
    /// The totals of the calls so far.
    pub fn summary(&self) -> Summary {
        let mut summary =
            self.plan.summary(Route::Ids, self.made, Some(self.records), self.duplicates);
        summary.suspicion = self.suspicious.suspicion();
        summary
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

    /// Reads new ids, as many as a call takes.
    fn fill(&mut self) -> Result<(), Error> {
        self.chunk.clear();
        while self.chunk.len() < limits::MAX_IDS {
            let Some(ids) = &mut self.ids else { break };
            let missing = limits::MAX_IDS - self.chunk.len();
            self.batch.clear();
            let batch = &mut self.batch;
            // An iterator of several parts is slower one item at a time.
            let read = ids.take(missing).try_for_each(|id| id.map(|id| batch.push(id)));
            if read.is_err() {
                self.ids = None;
            }
            read?;
            if self.batch.len() < missing {
                self.ids = None;
            }
            let before = self.chunk.len();
            self.seen.insert_all(&self.batch, &mut self.chunk);
            let new = self.chunk.get(before..).unwrap_or_default();
            self.duplicates += (self.batch.len() - new.len()) as u64;
            for id in new {
                if self.suspicious.is_ruled_out() {
                    break;
                }
                self.suspicious.add(id.get());
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
        Some(call.and_then(|call| {
            Ok(plan.template(call.fields)?.request(Selection::Ids(call.ids.to_vec()))?)
        }))
    }
}
