//! What a journal holds.

use massup_model::{ApiVersion, JobId, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which run a journal belongs to. A journal of another identity is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The digest of the plan: `sha256:` and 64 hexadecimal digits.
    pub plan: String,
    /// The organisation whose records are updated: its id, or another name that is its own.
    pub organisation: String,
    /// The API version of every call.
    pub api_version: ApiVersion,
    /// The module's API name.
    pub module: String,
}

/// A call of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The number of the step, counted from 1.
    pub step: u64,
    /// The place among the calls of the step, counted from 0. A step that updates what was read has a
    /// call for each 500 ids, any other step has one call.
    pub part: u32,
}

/// What is known of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The call is sent, or about to be: it may or may not have been carried out.
    Sent(Sending),
    /// The call was not carried out, for sure, on the records that are left. It can be sent.
    Pending(Sending),
    /// The call may have been carried out on the records that are left.
    InDoubt {
        /// How it was sent.
        #[serde(flatten)]
        sending: Sending,
        /// Why nobody knows.
        why: Doubt,
    },
    /// An answer came for every record, or records were read back.
    Done(Done),
    /// The server refused the call as a whole: no record was updated.
    Refused(Refused),
    /// A job on the view is scheduled.
    Scheduled {
        /// The job.
        job: JobId,
    },
    /// The job is over.
    Ended(Ended),
}

/// How a call is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The records that are left, where these are not all of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<RecordId>>,
    /// Records that stay in doubt until the next run, while the others go on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<RecordId>,
    /// Records of the call that have failed so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failed: u64,
    /// Records of the call that are left in doubt for good.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
    /// The newest time that the server had told before the call was first sent, in ISO 8601: a record
    /// that was last modified before is one that the call has not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time: Option<String>,
    /// Whether the call was sent again after a doubt, by the user's decision.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Why nobody knows whether a call was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// No whole answer came.
    NoAnswer,
    /// The server failed.
    ServerError,
    /// The answer leaves out records.
    Unanswered,
    /// The run ended while the call was under way.
    Interrupted,
    /// A job ended as `FAILED` after it had updated records.
    JobFailed,
    /// The server no longer knows the job.
    JobVanished,
    /// A job of unknown number is on the view: most likely that of the call in doubt.
    JobOnView,
}

/// What became of the records of a call by ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Records that have the value.
    pub updated: u64,
    /// Records that were refused or are gone.
    pub failed: u64,
    /// Records left in doubt by the user's decision.
    pub in_doubt: u64,
}

/// A refusal of a whole call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The code of the error.
    pub code: String,
    /// The server's words.
    pub message: String,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The job.
    pub job: JobId,
    /// `Status`, or `VANISHED` where the server no longer knows the job.
    pub status: String,
    /// `Total_Count`.
    pub total: Option<u64>,
    /// `Updated_Count`.
    pub updated: Option<u64>,
    /// `Failed_Count`.
    pub failed: Option<u64>,
    /// Whether the user decided to go on although not all records were updated.
    #[serde(default)]
    pub accepted: bool,
}

impl Ended {
    /// Whether the job ended as it should.
    pub fn is_completed(&self) -> bool {
        self.status.eq_ignore_ascii_case("COMPLETED")
    }
}

/// What became of one record that was not simply updated.
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
    /// The server's words.
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

/// A record as it was before it was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// The record.
    pub id: RecordId,
    /// The values of the fields that the call sets, and `Modified_Time`.
    pub fields: Map<String, Value>,
}

/// How far the ids of a view are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadState {
    /// Reading has begun; what is there may be incomplete.
    Begun,
    /// All ids are there.
    Done {
        /// How many.
        records: u64,
        /// In how many parts of 500.
        parts: u32,
    },
}

/// One thing to write into a journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// What is known of a call from now on.
    Call(Key, State),
    /// What became of one record; it replaces what was known of the record in this call.
    Record(RecordEntry),
    /// What is no longer true: these records of the call are not in doubt.
    ForgetDoubts(Key, Vec<RecordId>),
    /// Values before the call changes them: of a job, those on the page with this number, counted from
    /// 0; of a call by ids, number 0. Number 0 drops all that was there of the call.
    Images(Key, u32, Vec<Image>),
    /// How far the ids of a step are read; `Begun` drops the ids that are there.
    Read(u64, ReadState),
    /// 500 ids that a step has read, or fewer where they are the last.
    Ids(Key, Vec<RecordId>),
}
