//! Reports from the journal of a plan.

use std::collections::{BTreeMap, VecDeque};

use massup_model::Selection;
use massup_model::catalogue::{Endpoint, recognise};
use massup_model::{ApiVersion, RecordId};
use massup_planner::{Action, Error, Step};
use serde::Serialize;

use crate::entry::{
    Done, Ended, Identity, Key, ReadState, RecordEntry, RecordOutcome, Refused, State,
};
use crate::journal::{Journal, JournalError};
use crate::session::RunError;

/// A summary of the journal of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// The plan and the organisation.
    #[serde(flatten)]
    pub identity: Identity,
    /// Calls by outcome.
    pub calls: Calls,
    /// Updated records, including `Updated_Count` of jobs.
    pub updated: u64,
    /// Failed records, including `Failed_Count` of jobs.
    pub failed: u64,
    /// Records in doubt, except those of calls that are still to be settled.
    pub in_doubt: u64,
    /// The jobs that have ended, in the order of their steps.
    pub jobs: Vec<Ended>,
    /// Errors, the most frequent first.
    pub errors: Vec<ErrorLine>,
}

/// Calls by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calls {
    /// The outcome of every record is known, or the job is completed.
    pub done: u64,
    /// The server refused the call as a whole.
    pub refused: u64,
    /// The call may or may not have been carried out.
    pub in_doubt: u64,
    /// The call was not carried out, and will be sent by the next run.
    pub pending: u64,
    /// The job is scheduled, and its end has not been seen.
    pub at_work: u64,
    /// The job ended in another state than `COMPLETED`.
    pub failed: u64,
}

/// An error, how often it occurred, and its cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorLine {
    /// The code of the answer; `GONE` for deleted records.
    pub code: String,
    /// The message of the server.
    pub message: String,
    /// Records that were refused individually.
    pub records: u64,
    /// Calls that were refused as a whole.
    pub calls: u64,
    /// The cure from the catalogue; `None` for an undocumented code.
    pub cure: Option<&'static str>,
}

/// The cure for an error of a record or a call; `None` for an undocumented code.
///
/// ```
/// use massup_executor::report::cure;
/// use massup_model::ApiVersion;
///
/// let cure = cure("NOT_APPROVED", "record not approved", ApiVersion::V7);
/// assert_eq!(cure, Some("Approve the record, then update it."));
/// ```
pub fn cure(code: &str, message: &str, version: ApiVersion) -> Option<&'static str> {
    if code == GONE {
        return Some("Drop the id: the record was deleted.");
    }
    recognise(Endpoint::MassUpdate, code, message, version).map(|row| row.cure)
}

/// The code of a deleted record.
pub(crate) const GONE: &str = "GONE";

/// Entries read from the journal at a time.
const AT_A_TIME: usize = 1_000;

impl Report {
    /// Summarises a journal, which is read page by page.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub fn of<J: Journal + ?Sized>(journal: &mut J) -> Result<Self, JournalError> {
        let identity = journal.identity().clone();
        let version = identity.api_version;
        let (mut calls, mut jobs) = (Calls::default(), Vec::new());
        let (mut updated, mut failed, mut in_doubt) = (0, 0, 0);
        let mut errors: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
        let mut after = None;
        loop {
            let page = journal.calls_after(after, AT_A_TIME)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            for (_, state) in page {
                match state {
                    State::Done(Done { updated: records, .. }) => {
                        calls.done += 1;
                        updated += records;
                    }
                    State::Refused(Refused { code, message, .. }) => {
                        calls.refused += 1;
                        errors.entry((code, message)).or_default().1 += 1;
                    }
                    State::Sent(_) | State::InDoubt { .. } => calls.in_doubt += 1,
                    State::Pending(_) => calls.pending += 1,
                    State::Scheduled { .. } => calls.at_work += 1,
                    State::Ended(ended) => {
                        updated += ended.updated.unwrap_or(0);
                        failed += ended.failed.unwrap_or(0);
                        let well =
                            if ended.is_completed() { &mut calls.done } else { &mut calls.failed };
                        *well += 1;
                        jobs.push(ended);
                    }
                }
            }
        }
        let mut after = None;
        loop {
            let page = journal.records_after(after, AT_A_TIME)?;
            let Some(last) = page.last() else { break };
            after = Some((last.key, last.id));
            for record in page {
                match record.outcome {
                    RecordOutcome::InDoubt => in_doubt += 1,
                    RecordOutcome::Failed => {
                        failed += 1;
                        errors.entry((record.code, record.message)).or_default().0 += 1;
                    }
                }
            }
        }
        let line = |((code, message), (records, calls)): ((String, String), (u64, u64))| {
            let cure = cure(&code, &message, version);
            ErrorLine { code, message, records, calls, cure }
        };
        let mut errors: Vec<ErrorLine> = errors.into_iter().map(line).collect();
        errors.sort_by_key(|line| std::cmp::Reverse((line.records, line.calls)));
        Ok(Self { identity, calls, updated, failed, in_doubt, jobs, errors })
    }
}

/// An iterator over records that failed or are in doubt. See [`failures`].
#[derive(Debug)]
pub struct Failures<'j, J: ?Sized> {
    journal: &'j mut J,
    after: Option<(Key, RecordId)>,
    page: VecDeque<RecordEntry>,
}

/// Records that failed or are in doubt, ordered by call and id, read page by page. The API does not name
/// the failed records of jobs.
pub fn failures<J: Journal + ?Sized>(journal: &mut J) -> Failures<'_, J> {
    Failures { journal, after: None, page: VecDeque::new() }
}

impl<J: Journal + ?Sized> Iterator for Failures<'_, J> {
    type Item = Result<RecordEntry, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.is_empty() {
            match self.journal.records_after(self.after, AT_A_TIME) {
                Ok(page) => self.page = page.into(),
                Err(error) => return Some(Err(error)),
            }
        }
        let record = self.page.pop_front()?;
        self.after = Some((record.key, record.id));
        Some(Ok(record))
    }
}

/// A completed call by ids, with the records that it updated.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DoneCall {
    /// The call.
    pub key: Key,
    /// The fields that were set, with their values.
    pub fields: Vec<(String, serde_json::Value)>,
    /// `over_write` of the call.
    pub over_write: Option<bool>,
    /// The updated records.
    pub ids: Vec<RecordId>,
}

/// Passes each completed call by ids to `each`, with the records that it updated. The API does not name the
/// records of jobs.
///
/// # Errors
///
/// * [`RunError::Plan`]: the plan cannot be read.
/// * [`RunError::Journal`]: the journal cannot be read.
/// * Any error that `each` returns.
pub fn each_done<J, S, E>(
    steps: S,
    journal: &mut J,
    mut each: impl FnMut(DoneCall) -> Result<(), E>,
) -> Result<(), E>
where
    J: Journal + ?Sized,
    S: IntoIterator<Item = Result<Step, Error>>,
    E: From<RunError>,
{
    for step in steps {
        let step = step.map_err(RunError::Plan)?;
        let (template, parts) = match &step.action {
            Action::Update(request) => (request.template(), 1),
            Action::UpdateRead { step, template } => {
                let parts = match journal.read(*step).map_err(RunError::Journal)? {
                    Some(ReadState::Done { parts, .. }) => parts,
                    Some(ReadState::Begun) | None => 0,
                };
                (template, parts)
            }
            Action::Read(_) => continue,
        };
        for part in 0..parts {
            let key = Key { step: step.number, part };
            if !matches!(journal.call(key).map_err(RunError::Journal)?, Some(State::Done(_))) {
                continue;
            }
            let mut ids = match &step.action {
                Action::UpdateRead { step, .. } => {
                    journal.ids(Key { step: *step, part }).map_err(RunError::Journal)?
                }
                Action::Update(request) => match request.selection() {
                    Selection::Ids(ids) => ids.clone(),
                    Selection::View { .. } => continue,
                },
                Action::Read(_) => continue,
            };
            let exceptions = records_of(journal, key).map_err(RunError::Journal)?;
            ids.retain(|id| exceptions.iter().all(|record| record.id != *id));
            let fields = template.fields().to_vec();
            each(DoneCall { key, fields, over_write: template.over_write(), ids })?;
        }
    }
    Ok(())
}

/// The records of a call that failed or are in doubt.
pub(crate) fn records_of<J: Journal + ?Sized>(
    journal: &mut J,
    key: Key,
) -> Result<Vec<RecordEntry>, JournalError> {
    let first = RecordId::from_number(0);
    let mut records =
        journal.records_after(first.map(|id| (key, id)), massup_model::limits::MAX_IDS)?;
    records.retain(|record| record.key == key);
    Ok(records)
}
