//! Verification: records are read back and compared with the plan.

use std::collections::BTreeMap;

use massup_model::{RecordId, Selection};
use massup_planner::{Action, Error, Step};
use massup_transport::Transport;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::compare::{MODIFIED_BY, MODIFIED_TIME, holds};
use crate::entry::{Key, State};
use crate::journal::Journal;
use crate::read_back::{ReadBack, ReadBackError};
use crate::report::{DoneCall, each_done};
use crate::session::RunError;

/// Why a plan cannot be verified or rolled back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The plan or the journal cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The records cannot be read back.
    #[error("the records cannot be read back")]
    ReadBack(#[from] ReadBackError),
}

/// The result of a verification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verified {
    /// Records that have the values of their call.
    pub matched: u64,
    /// Records that have another value.
    pub differs: u64,
    /// Records that were deleted.
    pub gone: u64,
    /// Jobs without before-images, whose records are unknown.
    pub unknown_jobs: u64,
}

/// A record that differs from the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// The call.
    #[serde(flatten)]
    pub key: Key,
    /// The record.
    pub id: RecordId,
    /// The kind of difference.
    #[serde(flatten)]
    pub kind: DifferenceKind,
}

/// The kinds of [`Difference`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "difference", rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// A field has another value.
    Differs {
        /// The field's API name.
        field: String,
        /// The value.
        found: Value,
        /// The user who last changed the record.
        by: Option<String>,
        /// The time of that change, in ISO 8601.
        when: Option<String>,
    },
    /// The record was deleted.
    Gone,
}

/// Reads updated records back and passes those that differ to `each`. Records that failed or are in doubt are
/// skipped.
///
/// # Errors
///
/// * [`VerifyError::Run`]: the plan or the journal cannot be read.
/// * [`VerifyError::ReadBack`]: the records cannot be read.
pub fn verify<J, S, T>(
    steps: S,
    journal: &mut J,
    reader: &ReadBack<'_, T>,
    mut each: impl FnMut(Difference),
) -> Result<Verified, VerifyError>
where
    J: Journal + ?Sized,
    S: IntoIterator<Item = Result<Step, Error>>,
    T: Transport + Sync + ?Sized,
{
    let mut verified = Verified::default();
    for step in steps {
        let step = step.map_err(RunError::Plan)?;
        if is_job(&step) {
            let call = job_records(&step, journal)?;
            match call {
                Some(call) => look(&call, reader, &mut verified, &mut each)?,
                None => verified.unknown_jobs += 1,
            }
            continue;
        }
        each_done([Ok(step)], journal, |call| look(&call, reader, &mut verified, &mut each))?;
    }
    Ok(verified)
}

fn is_job(step: &Step) -> bool {
    matches!(&step.action, Action::Update(request)
        if matches!(request.selection(), Selection::View { .. }))
}

/// The records of a job, from its before-images; `None` without before-images. A job that has not ended
/// has no records.
pub(crate) fn job_records<J: Journal + ?Sized>(
    step: &Step,
    journal: &mut J,
) -> Result<Option<DoneCall>, RunError> {
    let Action::Update(request) = &step.action else { return Ok(None) };
    let key = Key { step: step.number, part: 0 };
    let (fields, over_write) = (request.fields().to_vec(), request.over_write());
    let mut call = DoneCall { key, fields, over_write, ids: Vec::new() };
    if !matches!(journal.call(key)?, Some(State::Ended(_))) {
        return Ok(Some(call));
    }
    let mut after = Some((key, 0));
    let first = journal.images(key, 0)?;
    if first.is_empty() {
        return Ok(None);
    }
    call.ids.extend(first.iter().map(|record| record.id));
    while let Some((of, part)) = journal.images_after(after, 1)?.pop().filter(|(of, _)| *of == key)
    {
        call.ids.extend(journal.images(of, part)?.iter().map(|record| record.id));
        after = Some((of, part));
    }
    Ok(Some(call))
}

fn look<T: Transport + Sync + ?Sized>(
    call: &DoneCall,
    reader: &ReadBack<'_, T>,
    verified: &mut Verified,
    each: &mut impl FnMut(Difference),
) -> Result<(), VerifyError> {
    let names = call.fields.iter().map(|(name, _)| name.as_str());
    let names: Vec<&str> = names.chain([MODIFIED_TIME, MODIFIED_BY]).collect();
    let read = reader.records(&call.ids, &names)?;
    let now: BTreeMap<RecordId, Map<String, Value>> =
        read.into_iter().map(|record| (record.id, record.fields)).collect();
    for id in &call.ids {
        let (key, id) = (call.key, *id);
        let Some(now) = now.get(&id) else {
            verified.gone += 1;
            each(Difference { key, id, kind: DifferenceKind::Gone });
            continue;
        };
        let over_write = call.over_write.unwrap_or(false);
        let mut matches = true;
        for (name, wanted) in &call.fields {
            let found = now.get(name);
            if !holds(found, wanted, over_write) {
                matches = false;
                let found = found.cloned().unwrap_or_default();
                let (by, when) = last_change(now);
                let kind = DifferenceKind::Differs { field: name.clone(), found, by, when };
                each(Difference { key, id, kind });
            }
        }
        if matches {
            verified.matched += 1;
        } else {
            verified.differs += 1;
        }
    }
    Ok(())
}

/// Who last changed a record, and when.
pub(crate) fn last_change(fields: &Map<String, Value>) -> (Option<String>, Option<String>) {
    let by = fields.get(MODIFIED_BY).and_then(|user| user.get("name")).and_then(Value::as_str);
    let when = fields.get(MODIFIED_TIME).and_then(Value::as_str);
    (by.map(str::to_owned), when.map(str::to_owned))
}
