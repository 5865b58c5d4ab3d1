//! Scheduled jobs.

use massup_model::{ApiVersion, TerritoryId, ViewId};
use serde_json::Value;

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
