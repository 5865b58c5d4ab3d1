//! Scheduled jobs in the database.

use massup_model::{RecordId, TerritoryId, ViewId};
use rusqlite::{OptionalExtension as _, Result, Row, params};
use serde_json::Value;

use super::{Store, from_json, id_column, json, number, unsigned};
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
    pub(crate) version: massup_model::ApiVersion,
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

    fn read(text: &str) -> Self {
        match text {
            "SCHEDULED" => Self::Scheduled,
            "RUNNING" => Self::Running,
            "COMPLETED" => Self::Completed,
            _ => Self::Failed,
        }
    }
}

const COLUMNS: &str = "id, module, view, territory, fields, over_write, version, user, call, status, \
                       total, updated, failed, not_before, automations";

impl Store {
    /// Adds a job; its own id is not read. Returns the id it got.
    pub(crate) fn add_job(&self, job: &Job) -> Result<i64> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO jobs (module, view, territory, fields, over_write, version, user, call, status,
             total, updated, failed, not_before, automations)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        statement.insert(params![
            job.module,
            number(job.view.get()),
            job.territory.map(|territory| json(&territory)),
            json(&job.fields),
            job.over_write,
            job.version.as_str(),
            job.user,
            job.call,
            job.status.as_str(),
            number(job.total),
            number(job.updated),
            number(job.failed),
            job.not_before,
            job.automations,
        ])
    }

    /// Writes how far a job is.
    pub(crate) fn save_job(&self, job: &Job) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE jobs SET status = ?2, total = ?3, updated = ?4, failed = ?5, automations = ?6
             WHERE id = ?1",
        )?;
        statement.execute(params![
            job.id,
            job.status.as_str(),
            number(job.total),
            number(job.updated),
            number(job.failed),
            job.automations,
        ])?;
        Ok(())
    }

    /// The job with an id.
    pub(crate) fn job(&self, id: i64) -> Result<Option<Job>> {
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1");
        self.db.prepare_cached(&sql)?.query_row([id], read).optional()
    }

    /// The jobs that are not over, oldest first.
    pub(crate) fn open_jobs(&self) -> Result<Vec<Job>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM jobs WHERE status IN ('SCHEDULED', 'RUNNING') ORDER BY id"
        );
        self.db.prepare_cached(&sql)?.query_map([], read)?.collect()
    }

    /// The newest jobs first.
    pub(crate) fn jobs(&self, limit: u32) -> Result<Vec<Job>> {
        let sql = format!("SELECT {COLUMNS} FROM jobs ORDER BY id DESC LIMIT ?1");
        self.db.prepare_cached(&sql)?.query_map([limit], read)?.collect()
    }

    /// Keeps the records that a job found when it started.
    pub(crate) fn set_members(&self, job: i64, records: &[RecordId]) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO job_records (job, position, record) VALUES (?1, ?2, ?3)",
        )?;
        for (position, record) in (0i64..).zip(records) {
            statement.execute(params![job, position, number(record.get())])?;
        }
        Ok(())
    }

    /// Some of the records of a job, from a position on.
    pub(crate) fn members(&self, job: i64, from: u64, limit: u64) -> Result<Vec<RecordId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT record FROM job_records WHERE job = ?1 AND position >= ?2 ORDER BY position LIMIT ?3",
        )?;
        statement
            .query_map(params![job, number(from), number(limit)], |row| id_column(row, 0))?
            .collect()
    }

    /// Writes why a job did not update a record.
    pub(crate) fn refuse_member(&self, job: i64, position: u64, refusal: &str) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE job_records SET refusal = ?3 WHERE job = ?1 AND position = ?2",
        )?;
        statement.execute(params![job, number(position), refusal])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Job> {
    let view = ViewId::from_number(unsigned(row.get(2)?));
    let territory: Option<String> = row.get(3)?;
    let version: String = row.get(6)?;
    let status: String = row.get(9)?;
    let count = |column: usize| row.get::<_, i64>(column).map(unsigned);
    Ok(Job {
        id: row.get(0)?,
        module: row.get(1)?,
        view: view.ok_or(rusqlite::Error::IntegralValueOutOfRange(2, 0))?,
        territory: territory.map(|text| from_json(&text)).transpose()?,
        fields: from_json(&row.get::<_, String>(4)?)?,
        over_write: row.get(5)?,
        version: version.parse().unwrap_or(massup_model::ApiVersion::LATEST),
        user: row.get(7)?,
        call: row.get(8)?,
        status: Status::read(&status),
        total: count(10)?,
        updated: count(11)?,
        failed: count(12)?,
        not_before: row.get(13)?,
        automations: row.get(14)?,
    })
}
