//! Scheduled jobs.

use std::sync::Arc;

use massup_model::{ApiVersion, RecordId, TerritoryId, ViewId};
use serde_json::Value;

use super::{Store, Undo};
use crate::time::Instant;

/// What a job does, and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) module: String,
    pub(crate) view: ViewId,
    /// A territory, and whether those below it count too.
    pub(crate) territory: Option<(TerritoryId, bool)>,
    pub(crate) fields: Vec<(String, Value)>,
    pub(crate) over_write: bool,
    pub(crate) version: ApiVersion,
    pub(crate) user: String,
    /// The number of the call that scheduled it.
    pub(crate) call: i64,
    pub(crate) status: Status,
    pub(crate) total: u64,
    pub(crate) updated: u64,
    pub(crate) failed: u64,
    pub(crate) not_before: Instant,
    /// Whether it triggers automations; known when it starts.
    pub(crate) automations: bool,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Scheduled,
    Running,
    Completed,
    Failed,
}

impl Status {
    /// The word on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match text {
            "SCHEDULED" => Self::Scheduled,
            "RUNNING" => Self::Running,
            "COMPLETED" => Self::Completed,
            _ => Self::Failed,
        }
    }

    /// Whether the job may still go on.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Running)
    }
}

impl Store {
    /// Adds a job; its own id is not read. Returns the id it got.
    pub(crate) fn add_job(&self, mut job: Job) -> i64 {
        let mut state = self.state.borrow_mut();
        let id = state.next_job;
        state.undo.push(Undo::NextJob(id));
        state.next_job = id.saturating_add(1);
        job.id = id;
        drop(state);
        self.save_job(&job);
        id
    }

    /// Writes how far a job is.
    pub(crate) fn save_job(&self, job: &Job) {
        let mut state = self.state.borrow_mut();
        let old = state.jobs.insert(job.id, job.clone());
        state.undo.push(Undo::Job(job.id, old.map(Box::new)));
        state.batch.jobs.push(job.clone());
        drop(state);
        if !job.status.is_open() {
            self.set_members(job.id, None);
        }
    }

    /// The job with an id.
    pub(crate) fn job(&self, id: i64) -> Option<Job> {
        self.state.borrow().jobs.get(&id).cloned()
    }

    /// The jobs that are not over, oldest first.
    pub(crate) fn open_jobs(&self) -> Vec<Job> {
        self.state.borrow().jobs.values().filter(|job| job.status.is_open()).cloned().collect()
    }

    /// The newest jobs first.
    pub(crate) fn jobs(&self, limit: usize) -> Vec<Job> {
        self.state.borrow().jobs.values().rev().take(limit).cloned().collect()
    }

    /// Keeps the records that a job found when it started; none when it is over.
    pub(crate) fn set_members(&self, job: i64, records: Option<Vec<RecordId>>) {
        let mut state = self.state.borrow_mut();
        let records: Option<Arc<[RecordId]>> = records.map(Into::into);
        let old = match &records {
            Some(records) => state.members.insert(job, Arc::clone(records)),
            None => state.members.remove(&job),
        };
        state.undo.push(Undo::Members(job, old));
        state.batch.members.push((job, records));
    }

    /// Some of the records of a job, from a position on.
    pub(crate) fn members(&self, job: i64, from: u64, limit: u64) -> Vec<RecordId> {
        let state = self.state.borrow();
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let members = state.members.get(&job).map(|members| members.iter());
        let members = members.into_iter().flatten();
        members.skip(place(from)).take(place(limit)).copied().collect()
    }
}
