//! Events of a run, as data.

use massup_model::JobId;
use serde::Serialize;

use crate::entry::{Done, Doubt, Ended, Key, Refused};

/// An event of a run. In JSON, `event` names the variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A call by ids is done.
    CallDone {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The outcomes of its records.
        #[serde(flatten)]
        done: Done,
        /// Whether this happened in an earlier run.
        earlier: bool,
    },
    /// A call was refused as a whole.
    CallRefused {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The refusal.
        #[serde(flatten)]
        refused: Refused,
    },
    /// A call may or may not have been carried out.
    CallInDoubt {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The number of records; `None` for a job.
        records: Option<u64>,
        /// Why this is unknown.
        why: Doubt,
    },
    /// The records of a call in doubt were read back and compared.
    Settled {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// Records that have the value.
        updated: u64,
        /// Records that are certainly unchanged, and are sent again.
        pending: u64,
        /// Records that were deleted.
        gone: u64,
        /// Records that remain in doubt.
        in_doubt: u64,
    },
    /// The records of a call that an earlier run left in doubt were read back. Those that are not updated are read
    /// again, since the call may still arrive.
    NotYetSettled {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// Records that have the value.
        updated: u64,
        /// Records that are read again.
        left: u64,
        /// When, in milliseconds from now.
        milliseconds: u64,
    },
    /// A job is scheduled.
    JobScheduled {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The job.
        job: JobId,
    },
    /// A job has made progress.
    JobProgress {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The job.
        job: JobId,
        /// `Status`.
        status: String,
        /// `Total_Count`.
        total: Option<u64>,
        /// `Updated_Count`.
        updated: Option<u64>,
        /// `Failed_Count`.
        failed: Option<u64>,
    },
    /// A job has ended.
    JobEnded {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// How it ended.
        #[serde(flatten)]
        ended: Ended,
        /// Whether this happened in an earlier run.
        earlier: bool,
    },
    /// Ids were read.
    IdsRead {
        /// The step.
        step: u64,
        /// The number of ids so far.
        records: u64,
        /// Whether all ids were read.
        done: bool,
    },
    /// A step cannot begin because the step before it did not end successfully.
    Blocked {
        /// The step.
        step: u64,
        /// The step before it.
        after: u64,
    },
    /// A call will be sent again later.
    Waiting {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The code of the answer; empty without an answer.
        code: String,
        /// The wait in milliseconds.
        milliseconds: u64,
    },
    /// Before-images are not stored because there are too many records.
    NoBackup {
        /// The maximum number of records.
        limit: u64,
    },
    /// The server reported the remaining API credits.
    Credits {
        /// The number of credits.
        left: u64,
    },
    /// The run is stopping: no more calls are begun.
    Stopping {
        /// The reason.
        #[serde(flatten)]
        why: Stop,
    },
    /// The run has ended.
    Finished {
        /// The totals of the run.
        #[serde(flatten)]
        totals: Totals,
        /// Why it ended early.
        stop: Option<Stop>,
    },
}

/// Why a run ends early.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stop {
    /// The user asked for it.
    Asked,
    /// The server reported that no API credits are left.
    CreditsUsedUp,
    /// A job makes no progress, or is suspended.
    JobStalled {
        /// The job.
        job: JobId,
    },
    /// The next call would exceed [`max_credits`](crate::Options::max_credits).
    MaxCredits,
    /// Too many records failed.
    MaxFailures {
        /// The number of failed records.
        failed: u64,
    },
    /// A call was refused as a whole, for a reason that applies to all calls.
    Refused(Refused),
    /// The time of [`stop_at`](crate::Options::stop_at) has come.
    StopAt,
    /// A view within a territory holds more records than can be read.
    TooManyToRead,
    /// Calls cannot be sent: there is no connection, or no token.
    Unreachable {
        /// The error of the transport.
        what: String,
    },
    /// An answer, the plan or the journal has unexpected content.
    Unreadable {
        /// The problem.
        what: String,
    },
    /// Another job on the view has not ended in time.
    ViewBusy,
}

/// The totals of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    /// Calls that update records or schedule jobs, including retries.
    pub updates: u64,
    /// All other calls, including retries.
    pub reads: u64,
    /// API credits, according to the options.
    pub credits: u64,
    /// Records updated in this run.
    pub updated: u64,
    /// Records that failed in this run.
    pub failed: u64,
    /// Records left in doubt in this run.
    pub in_doubt: u64,
}

/// A question about a call in doubt, with [`InDoubt::Ask`](crate::InDoubt::Ask).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The call.
    #[serde(flatten)]
    pub key: Key,
    /// The number of records in doubt; `None` for a job.
    pub records: Option<u64>,
    /// Why this is unknown.
    pub why: Doubt,
}

/// A decision about a call in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Leave it in doubt until the next run.
    Later,
    /// Send it again: automations may run twice.
    Retry,
    /// Leave it in doubt permanently.
    Skip,
}
