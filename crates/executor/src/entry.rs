//! The entries of a journal.

use massup_model::{ApiVersion, JobId, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Identifies the run that a journal belongs to. A journal with another identity is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Identity {
    /// The digest of the plan: `sha256:` and 64 hexadecimal digits.
    pub plan: String,
    /// The organisation whose records are updated: its id, or another unique name.
    pub organisation: String,
    /// The API version of every call.
    pub api_version: ApiVersion,
    /// The module's API name.
    pub module: String,
}

/// A call of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Key {
    /// The number of the step, counted from 1.
    pub step: u64,
    /// The index of the call within the step, counted from 0. A step that updates read ids has one call
    /// for each 500 ids; any other step has one call.
    pub part: u32,
}

/// The state of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The call was sent, or is about to be sent: it may or may not have been carried out.
    Sent(Sending),
    /// The call was certainly not carried out on the remaining records. It can be sent.
    Pending(Sending),
    /// The call may have been carried out on the remaining records.
    InDoubt {
        /// How it was sent.
        #[serde(flatten)]
        sending: Sending,
        /// Why this is unknown.
        why: Doubt,
    },
    /// The outcome of every record is known, from answers or by reading records back.
    Done(Done),
    /// The server refused the call as a whole: no record was updated.
    Refused(Refused),
    /// A job on the view is scheduled.
    Scheduled {
        /// The job.
        job: JobId,
        /// Whether it was scheduled although an earlier sending was in doubt.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// The job has ended.
    Ended(Ended),
}

/// What is left to send of a call, and what is known about earlier attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The remaining records, if these are not all records of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<RecordId>>,
    /// Records that remain in doubt until the next run while the others are sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<RecordId>,
    /// The number of records of the call that have failed so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failed: u64,
    /// The number of records of the call that are permanently left in doubt.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
    /// The newest server time known before the call was first sent, in ISO 8601. The call did not
    /// change a record that was last modified earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time: Option<String>,
    /// Whether the user decided to send the call again although it was in doubt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Why it is unknown whether a call was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// No complete answer was received.
    NoAnswer,
    /// The server reported an internal error.
    ServerError,
    /// The answer does not mention some of the records.
    Unanswered,
    /// The run ended while the call was under way.
    Interrupted,
    /// A job ended as `FAILED` after it had updated records.
    JobFailed,
    /// The server does not know the job any more.
    JobVanished,
    /// A job with an unknown id is open on the view: most likely that of the call in doubt.
    JobOnView,
}

/// What became of the records of a call by ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {
    /// Records that have the value.
    pub updated: u64,
    /// Records that were refused or are gone.
    pub failed: u64,
    /// Records that the user decided to leave in doubt.
    pub in_doubt: u64,
}

/// A refusal of a whole call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The code of the error.
    pub code: String,
    /// The message of the server.
    pub message: String,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ended {
    /// The job.
    pub job: JobId,
    /// `Status`, or `VANISHED` if the server does not know the job any more.
    pub status: String,
    /// `Total_Count`.
    pub total: Option<u64>,
    /// `Updated_Count`.
    pub updated: Option<u64>,
    /// `Failed_Count`.
    pub failed: Option<u64>,
    /// Whether the user decided to continue although not all records were updated.
    #[serde(default)]
    pub accepted: bool,
    /// Whether it was scheduled although an earlier sending was in doubt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

impl Ended {
    /// Whether the job ended as it should.
    pub fn is_completed(&self) -> bool {
        self.status.eq_ignore_ascii_case("COMPLETED")
    }
}

/// The outcome of a record that failed or is in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEntry {
    /// The call.
    pub key: Key,
    /// The record.
    pub id: RecordId,
    /// Whether it failed or is in doubt.
    pub outcome: RecordOutcome,
    /// The fields of the call, separated by spaces.
    pub fields: String,
    /// The code of the error; `GONE` for a record that is no longer there.
    pub code: String,
    /// The message of the server.
    pub message: String,
}

/// Whether a record failed or is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordOutcome {
    /// It was not updated.
    Failed,
    /// It may have been updated.
    InDoubt,
}

/// The values of a record at some time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// The record.
    pub id: RecordId,
    /// The values of the requested fields, without `id`.
    pub fields: Map<String, Value>,
}

/// How much of a view has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadState {
    /// Reading has begun; the stored ids may be incomplete.
    Begun,
    /// All ids are stored.
    Done {
        /// The number of ids.
        records: u64,
        /// The number of parts, of 500 ids each.
        parts: u32,
    },
}

/// An entry to write into a journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Replaces the state of a call.
    Call(Key, State),
    /// Replaces the outcome of a record in a call.
    Record(RecordEntry),
    /// Removes these records of a call if they are in doubt.
    ForgetDoubts(Key, Vec<RecordId>),
    /// Stores before-images of a call, as the page with this number, counted from 0. A call by ids has
    /// one page, a job has one for each page of its view. Page 0 removes all earlier pages of the call.
    Images(Key, u32, Vec<Image>),
    /// Replaces the read state of a step; `Begun` removes its ids.
    Read(u64, ReadState),
    /// Stores a part of the ids that a step has read: 500, or fewer in the last part.
    Ids(Key, Vec<RecordId>),
}
