//! Rollback: plans that restore the values from before a plan.

use std::collections::BTreeMap;
use std::io::Write;

use massup_model::{ApiVersion, RecordId, Request, RequestError, Selection, Template, limits};
use massup_planner::{Action, Error, Plan, Step, Summary, file};
use massup_transport::Transport;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::compare::{MODIFIED_BY, MODIFIED_TIME, holds};
use crate::entry::{Image, Key, ReadState, RecordOutcome};
use crate::journal::Journal;
use crate::read_back::ReadBack;
use crate::report::records_of;
use crate::session::RunError;
use crate::verify::{VerifyError, last_change};

/// The rollback of a plan: a plan for each group of fields that shares a call, and the exceptions.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Rollback {
    /// The plans, in the reverse order of the steps that they undo.
    pub plans: Vec<Restoring>,
    /// Records that are not restored, and why.
    pub left: Vec<Left>,
    /// The number of records, counted for each group of fields, that already have their former values.
    pub unchanged: u64,
    /// Calls without before-images, which cannot be rolled back.
    pub without_images: Vec<Key>,
}

/// A plan that restores a group of fields.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Restoring {
    /// The API version of every call.
    pub version: ApiVersion,
    /// The module's API name.
    pub module: String,
    /// The fields.
    pub fields: Vec<String>,
    /// Records grouped by the values to restore; each record occurs once.
    pub values: Vec<Values>,
}

/// Records with the same values to restore.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Values {
    /// Fields with their values.
    pub fields: Vec<(String, Value)>,
    /// The records.
    pub ids: Vec<RecordId>,
}

/// A record that is not restored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Left {
    /// The record.
    pub id: RecordId,
    /// The API name of the field; `None` for a record that is gone.
    pub field: Option<String>,
    /// Why.
    #[serde(flatten)]
    pub why: LeftWhy,
}

/// Why a record is not restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum LeftWhy {
    /// The field was changed after the plan was run.
    ChangedSince {
        /// The user who last changed the record.
        by: Option<String>,
        /// The time of that change, in ISO 8601.
        when: Option<String>,
    },
    /// The record was deleted.
    Gone,
    /// A mass update cannot set the former value, for example a subform.
    NotSettable,
}

impl Rollback {
    /// Reads the updated records and compares them with their before-images and with the values of the plan.
    ///
    /// A field is restored if it still has the value that the plan set. A field with another value was
    /// changed later, and is left. Records that failed are skipped; records in doubt are judged by their
    /// values.
    ///
    /// # Errors
    ///
    /// * [`VerifyError::Run`]: the plan or the journal cannot be read.
    /// * [`VerifyError::ReadBack`]: the records cannot be read.
    pub fn of<J, S, T>(
        steps: S,
        journal: &mut J,
        reader: &ReadBack<'_, T>,
    ) -> Result<Self, VerifyError>
    where
        J: Journal + ?Sized,
        S: IntoIterator<Item = Result<Step, Error>>,
        T: Transport + Sync + ?Sized,
    {
        let mut groups = Groups::default();
        let mut rollback = Self::default();
        for step in steps {
            let step = step.map_err(RunError::Plan)?;
            let (template, parts) = match &step.action {
                Action::Update(request) => (request.template(), 1),
                Action::UpdateRead { step, template } => {
                    match journal.read(*step).map_err(RunError::Journal)? {
                        Some(ReadState::Done { parts, .. }) => (template, parts),
                        Some(ReadState::Begun) | None => continue,
                    }
                }
                Action::Read(_) => continue,
            };
            for part in 0..parts {
                let key = Key { step: step.number, part };
                rollback.add_call(key, template, journal, reader, &mut groups)?;
            }
        }
        let (version, module) = (journal.identity().api_version, &journal.identity().module);
        for (names, values) in groups.fields.into_iter().rev() {
            let values = values.into_values().collect();
            let (fields, module) = (names, module.clone());
            rollback.plans.push(Restoring { version, module, fields, values });
        }
        Ok(rollback)
    }

    fn add_call<J, T>(
        &mut self,
        key: Key,
        template: &Template,
        journal: &mut J,
        reader: &ReadBack<'_, T>,
        groups: &mut Groups,
    ) -> Result<(), VerifyError>
    where
        J: Journal + ?Sized,
        T: Transport + Sync + ?Sized,
    {
        if journal.call(key).map_err(RunError::Journal)?.is_none() {
            return Ok(());
        }
        let names: Vec<&str> = template.fields().iter().map(|(name, _)| name.as_str()).collect();
        let asked: Vec<&str> = names.iter().copied().chain([MODIFIED_TIME, MODIFIED_BY]).collect();
        let records = records_of(journal, key).map_err(RunError::Journal)?;
        let failed = |id: RecordId| {
            let mut records = records.iter();
            records.any(|record| record.id == id && record.outcome == RecordOutcome::Failed)
        };
        let mut page = 0;
        loop {
            let images = journal.images(key, page).map_err(RunError::Journal)?;
            if images.is_empty() {
                break;
            }
            let before: Vec<Image> = images.into_iter().filter(|image| !failed(image.id)).collect();
            let ids: Vec<RecordId> = before.iter().map(|image| image.id).collect();
            let now = reader.records(&ids, &asked)?;
            let now: BTreeMap<RecordId, Map<String, Value>> =
                now.into_iter().map(|record| (record.id, record.fields)).collect();
            for image in before {
                match now.get(&image.id) {
                    Some(now) => self.add_record(&image, now, template, groups),
                    None => self.left.push(Left { id: image.id, field: None, why: LeftWhy::Gone }),
                }
            }
            page += 1;
        }
        if page == 0 {
            self.without_images.push(key);
        }
        Ok(())
    }

    fn add_record(
        &mut self,
        before: &Image,
        now: &Map<String, Value>,
        template: &Template,
        groups: &mut Groups,
    ) {
        let over_write = template.over_write().unwrap_or(false);
        let mut values = Vec::new();
        for (name, set) in template.fields() {
            let null = Value::Null;
            let old = before.fields.get(name).unwrap_or(&null);
            let left = |why| Left { id: before.id, field: Some(name.clone()), why };
            if holds(now.get(name), old, true) {
                continue;
            }
            if !holds(now.get(name), &after(old, set, over_write), true) {
                let (by, when) = last_change(now);
                self.left.push(left(LeftWhy::ChangedSince { by, when }));
            } else if let Some(value) = settable(old) {
                values.push((name.clone(), value));
            } else {
                self.left.push(left(LeftWhy::NotSettable));
            }
        }
        if values.is_empty() {
            self.unchanged += 1;
            return;
        }
        let names = template.fields().iter().map(|(name, _)| name.clone()).collect();
        groups.add(names, values, before.id);
    }
}

/// The value of a field after the call: without `over_write`, options are added to a multi-select picklist.
fn after(old: &Value, set: &Value, over_write: bool) -> Value {
    match (old, set) {
        (Value::Array(old), Value::Array(set)) if !over_write => {
            let new = set.iter().filter(|option| !old.contains(option));
            Value::Array(old.iter().chain(new).cloned().collect())
        }
        _ => set.clone(),
    }
}

/// A value in the form that a mass update takes: only the id of a reference.
fn settable(value: &Value) -> Option<Value> {
    match value {
        Value::Object(members) => Some(json!({ "id": members.get("id")? })),
        Value::Array(options) if options.iter().any(|option| !option.is_string()) => None,
        other => Some(other.clone()),
    }
}

/// Records by fields and values; values are ordered by their JSON text.
#[derive(Debug, Default)]
struct Groups {
    fields: Vec<(Vec<String>, ByValues)>,
}

type ByValues = BTreeMap<String, Values>;

impl Groups {
    fn add(&mut self, names: Vec<String>, values: Vec<(String, Value)>, id: RecordId) {
        let text = json!(values).to_string();
        let place = self.fields.iter().position(|(known, _)| *known == names);
        let place = place.unwrap_or_else(|| {
            self.fields.push((names, BTreeMap::new()));
            self.fields.len() - 1
        });
        if let Some((_, groups)) = self.fields.get_mut(place) {
            let new = || Values { fields: values, ids: Vec::new() };
            groups.entry(text).or_insert_with(new).ids.push(id);
        }
    }
}

impl Restoring {
    /// The calls, with up to 500 records each.
    ///
    /// # Errors
    ///
    /// A call violates a limit. This does not happen, since the fields come from valid calls.
    pub fn requests(&self) -> Result<Vec<Request>, RequestError> {
        let mut requests = Vec::new();
        for Values { fields, ids } in &self.values {
            let has_options = fields.iter().any(|(_, value)| value.is_array());
            for ids in ids.chunks(limits::MAX_IDS) {
                let selection = Selection::Ids(ids.to_vec());
                let request = Request::new(self.version, &self.module, fields.clone(), selection)?;
                requests.push(request.with_over_write(has_options.then_some(true)));
            }
        }
        Ok(requests)
    }

    /// Writes a plan file, which can be shown and run like any other.
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::Intent`](massup_planner::ErrorKind::Intent): a call violates a limit; see
    ///   [`requests`](Self::requests).
    /// * [`ErrorKind::Io`](massup_planner::ErrorKind::Io): `out` cannot be written.
    pub fn write(&self, out: impl Write) -> Result<Summary, Error> {
        let fields = self.fields.iter().map(|name| (name.clone(), Value::Null)).collect();
        let plan = Plan::new(self.version, &self.module, fields, None)?;
        file::write_requests(out, &plan, self.requests().map_err(Error::from)?)
    }
}
