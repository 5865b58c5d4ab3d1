//! The status of a scheduled job.

use serde::Serialize;
use serde_json::{Map, Value};

use super::member;
use crate::open::open_enum;

open_enum! {
    /// The state of a job.
    ///
    /// The set is open: an unknown state is kept as it is.
    JobState {
        /// The job is waiting for its turn.
        Scheduled = "SCHEDULED",
        /// The job is in the queue. Newest v8 OpenAPI only.
        Queued = "QUEUED",
        /// The job is updating records.
        Running = "RUNNING",
        /// The job is paused; no document says whether it resumes by itself. Newest v8 OpenAPI only.
        Suspended = "SUSPENDED",
        /// The job has ended; records can have failed.
        Completed = "COMPLETED",
        /// The job has ended and failed.
        Failed = "FAILED",
    }
}

impl JobState {
    /// Whether the state is final: completed or failed.
    ///
    /// ```
    /// use massup_model::response::JobState;
    ///
    /// assert!(JobState::parse("FAILED").is_over());
    /// assert!(!JobState::parse("SUSPENDED").is_over());
    /// assert!(!JobState::parse("PAINTED_BLUE").is_over());
    /// ```
    pub fn is_over(&self) -> bool {
        [Self::Completed, Self::Failed]
            .iter()
            .any(|over| over.as_str().eq_ignore_ascii_case(self.as_str()))
    }
}

/// The progress of a job. In every sample the other counts add up to the total.
///
/// ```
/// use massup_model::catalogue::Endpoint;
/// use massup_model::response::{Answer, JobState};
///
/// let body = br#"{"data":[{"Status":"RUNNING","Total_Count":3,"Updated_Count":1,
///     "Not_Updated_Count":2,"Failed_Count":0}]}"#;
/// let Answer::Status(status) = Answer::read(Endpoint::Status, body) else {
///     return Err("a status was expected");
/// };
/// assert_eq!((status.state, status.updated), (JobState::Running, Some(1)));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(description = "How far a job has come."))]
pub struct JobStatus {
    /// `Status`.
    #[serde(rename = "Status")]
    pub state: JobState,
    /// `Total_Count`: the records that the job is about.
    #[serde(rename = "Total_Count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "u64"))]
    pub total: Option<u64>,
    /// `Updated_Count`: the records that are updated.
    #[serde(rename = "Updated_Count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "u64"))]
    pub updated: Option<u64>,
    /// `Not_Updated_Count`: the records still to come, or passed over.
    #[serde(rename = "Not_Updated_Count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "u64"))]
    pub not_updated: Option<u64>,
    /// `Failed_Count`: the number of refused records; no API lists them.
    #[serde(rename = "Failed_Count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "u64"))]
    pub failed: Option<u64>,
}

impl JobStatus {
    /// Whether the job will not change any more.
    pub fn is_over(&self) -> bool {
        self.state.is_over()
    }

    /// Reads an entry; `None` for one with a `code`, or without a state.
    pub(super) fn of(members: &Map<String, Value>) -> Option<Self> {
        if member(members, "code").is_some_and(|code| !code.is_null()) {
            return None;
        }
        let state = JobState::parse(member(members, "Status")?.as_str()?);
        let count = |key| match member(members, key)? {
            Value::Number(number) => number.as_u64(),
            Value::String(digits) => digits.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        Some(Self {
            state,
            total: count("Total_Count"),
            updated: count("Updated_Count"),
            not_updated: count("Not_Updated_Count"),
            failed: count("Failed_Count"),
        })
    }
}
