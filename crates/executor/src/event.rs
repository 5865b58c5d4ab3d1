//! What happens in a run, as data.

use massup_model::JobId;
use serde::Serialize;

use crate::entry::{Done, Doubt, Ended, Key, Refused};

/// Something that happened; as JSON an object with `event` and its own members.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A call by ids is done.
    CallDone {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// What became of its records.
        #[serde(flatten)]
        done: Done,
        /// Whether an earlier run did it.
        earlier: bool,
    },
    /// A call was refused as a whole.
    CallRefused {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// By what.
        #[serde(flatten)]
        refused: Refused,
    },
    /// A call may or may not have been carried out.
    CallInDoubt {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// How many records it was to update; nothing for a view.
        records: Option<u64>,
        /// Why nobody knows.
        why: Doubt,
    },
    /// Records of a call in doubt were read back.
    Settled {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// Records that have the value.
        updated: u64,
        /// Records that the call has not changed, and that are sent again.
        pending: u64,
        /// Records that are no longer there.
        gone: u64,
        /// Records that still are in doubt.
        in_doubt: u64,
    },
    /// A job is scheduled.
    JobScheduled {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The job.
        job: JobId,
    },
    /// A job is at work.
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
    /// A job is over.
    JobEnded {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// How it ended.
        #[serde(flatten)]
        ended: Ended,
        /// Whether an earlier run saw it.
        earlier: bool,
    },
    /// Ids of a view were read.
    IdsRead {
        /// The step.
        step: u64,
        /// How many so far.
        records: u64,
        /// Whether these are all.
        done: bool,
    },
    /// A step cannot begin, since the one it waits for did not end well.
    Blocked {
        /// The step.
        step: u64,
        /// The step it waits for.
        after: u64,
    },
    /// A call is sent again later.
    Waiting {
        /// The call.
        #[serde(flatten)]
        key: Key,
        /// The code of the answer; empty where none came.
        code: String,
        /// Milliseconds until then.
        milliseconds: u64,
    },
    /// Values were not kept before they change, since there are too many records.
    NoBackup {
        /// The most records whose values are kept.
        limit: u64,
    },
    /// The server says how many credits are left.
    Credits {
        /// How many.
        left: u64,
    },
    /// No further call is begun.
    Stopping {
        /// Why.
        #[serde(flatten)]
        why: Stop,
    },
    /// The run is over.
    Finished {
        /// What the run used.
        #[serde(flatten)]
        totals: Totals,
        /// Why it ended before the plan did.
        stop: Option<Stop>,
    },
}

/// Why a run ends before its plan does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stop {
    /// The user asked for it.
    Asked,
    /// No credits are left, by the server's count.
    CreditsUsedUp,
    /// A job shows no progress, or is suspended.
    JobStalled {
        /// The job.
        job: JobId,
    },
    /// The run may not use more credits.
    MaxCredits,
    /// Too many records failed.
    MaxFailures {
        /// How many.
        failed: u64,
    },
    /// A call was refused as a whole, and the others would be too.
    Refused(Refused),
    /// Its time has come.
    StopAt,
    /// A view holds more records than can be read.
    TooManyToRead,
    /// No answer can be had: there is no connection, or no token.
    Unreachable {
        /// What the transport says.
        what: String,
    },
    /// An answer to a call that reads is not what was asked for.
    Unreadable {
        /// What is wrong with it.
        what: String,
    },
    /// Another job is on the view, and does not end.
    ViewBusy,
}

/// What a run used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Calls that update records, each sending counted.
    pub updates: u64,
    /// All other calls.
    pub reads: u64,
    /// API credits, by the table.
    pub credits: u64,
    /// Records that were updated in this run.
    pub updated: u64,
    /// Records that failed in this run.
    pub failed: u64,
    /// Records that are in doubt.
    pub in_doubt: u64,
}

/// A question of [`InDoubt::Ask`](crate::InDoubt::Ask).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The call.
    #[serde(flatten)]
    pub key: Key,
    /// The records in doubt; nothing for a view.
    pub records: Option<u64>,
    /// Why nobody knows.
    pub why: Doubt,
}

/// What the user decides about a call in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It stays in doubt, and is asked for in the next run.
    Later,
    /// It is sent again: automations may run twice.
    Retry,
    /// It is left as it is, for good.
    Skip,
}
