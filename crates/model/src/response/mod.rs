//! What the server answers.
//!
//! Reading never fails: an unknown code, an extra key, another spelling or another envelope is kept or
//! read past. The body alone decides what an answer is, never the HTTP status it came with.

mod job;
mod outcome;
#[cfg(feature = "schema")]
mod schema;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::JobId;
use crate::catalogue::Endpoint;

pub use job::{JobState, JobStatus};
pub use outcome::{Outcome, User};
#[cfg(feature = "schema")]
pub use schema::{job_status_schema, response_schema};

/// An answer of the server.
///
/// ```
/// use massup_model::catalogue::{Code, Endpoint};
/// use massup_model::response::Answer;
///
/// let body = br#"{"data":[{"code":"SUCCESS","details":{"job_id":"554023000000506003"},
///     "message":"mass update scheduled successfully","status":"success"}]}"#;
/// let Answer::Scheduled { job_id, .. } = Answer::read(Endpoint::MassUpdate, body) else {
///     return Err("a job was expected");
/// };
/// assert_eq!(job_id.to_string(), "554023000000506003");
///
/// // A gateway answers in HTML, whatever was asked.
/// let answer = Answer::read(Endpoint::MassUpdate, b"<html>Bad Gateway</html>");
/// assert!(matches!(answer, Answer::Unreadable { .. }));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A job is scheduled: the answer to a mass update by `cvid`.
    Scheduled {
        /// The job, for asking after its status.
        job_id: JobId,
        /// The server's words.
        message: String,
    },
    /// One entry a record, at least one, in the order of the answer: the answer to a mass update by
    /// `ids`. Entries may be errors, all of them too. No document promises the order of `ids`.
    ///
    /// An error that refuses the whole call may be here too, alone: see [`Answer::refusal`].
    Records(Vec<Outcome>),
    /// How far a job has come.
    Status(JobStatus),
    /// An error outside `data`, which refuses the call; or any error in place of a job's status.
    Refused(Outcome),
    /// The body says nothing that an answer says: it is empty, no JSON, or of another shape.
    Unreadable {
        /// What is wrong with it, without quoting it.
        why: String,
    },
}

impl Answer {
    /// Reads the body of an answer to a call.
    ///
    /// The call only tells how a body with errors in `data` is meant: to a mass update they are the
    /// outcomes of records, to a job's status a refusal. [`Endpoint::Any`] reads as
    /// [`Endpoint::MassUpdate`] does.
    pub fn read(endpoint: Endpoint, body: &[u8]) -> Self {
        // Some clients and proxies put a byte order mark in front.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if body.trim_ascii().is_empty() {
            return unreadable("the body is empty");
        }
        match serde_json::from_slice(body) {
            Ok(value) => Self::take(endpoint, value),
            Err(error) => unreadable(&format!(
                "the body is no JSON: line {}, column {}",
                error.line(),
                error.column()
            )),
        }
    }

    /// Reads the body of an answer to a call, as [`Answer::read`] does, once it is JSON.
    pub fn of(endpoint: Endpoint, body: &Value) -> Self {
        Self::take(endpoint, body.clone())
    }

    fn take(endpoint: Endpoint, body: Value) -> Self {
        match body {
            Value::Object(members) => Self::of_members(endpoint, members),
            Value::Array(entries) => Self::of_entries(endpoint, entries),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                unreadable("the body is no JSON object")
            }
        }
    }

    /// `data` decides where it holds anything, then `code`; a status may be there bare.
    fn of_members(endpoint: Endpoint, mut members: Map<String, Value>) -> Self {
        match taken(&mut members, "data") {
            Some(Value::Array(entries)) if !entries.is_empty() => {
                return Self::of_entries(endpoint, entries);
            }
            Some(entry @ Value::Object(_)) => return Self::of_entries(endpoint, vec![entry]),
            _ => {}
        }
        if member(&members, "code").is_some_and(|code| !code.is_null()) {
            return Self::of_top_level(endpoint, members);
        }
        JobStatus::of(&members).map_or_else(
            || unreadable("the body has no `data` with entries and no `code`"),
            Self::Status,
        )
    }

    fn of_top_level(endpoint: Endpoint, members: Map<String, Value>) -> Self {
        let outcome = Outcome::of(members);
        if outcome.is_success() {
            of_outcomes(endpoint, vec![outcome])
        } else {
            Self::Refused(outcome)
        }
    }

    fn of_entries(endpoint: Endpoint, entries: Vec<Value>) -> Self {
        if let [Value::Object(only)] = entries.as_slice()
            && let Some(status) = JobStatus::of(only)
        {
            return Self::Status(status);
        }
        if !entries.iter().any(Value::is_object) {
            return unreadable("`data` holds no entry");
        }
        // An entry that is not an object keeps its place, so that entries can be matched with ids by order.
        let outcome = |entry| match entry {
            Value::Object(members) => Outcome::of(members),
            _ => Outcome::of(Map::new()),
        };
        of_outcomes(endpoint, entries.into_iter().map(outcome).collect())
    }

    /// The error that refuses the call as a whole, wherever it stands: outside `data`, or alone in
    /// `data` without naming a record.
    ///
    /// An error alone in `data` may also be about the one record of a call with one id; only the
    /// caller knows how many ids it sent.
    ///
    /// ```
    /// use massup_model::catalogue::{Code, Endpoint};
    /// use massup_model::response::Answer;
    ///
    /// let body = br#"{"data":[{"code":"MANDATORY_NOT_FOUND","details":{},
    ///     "message":"required field not found","status":"error"}]}"#;
    /// let answer = Answer::read(Endpoint::MassUpdate, body);
    /// assert_eq!(answer.refusal().map(|error| &error.code), Some(&Code::MandatoryNotFound));
    ///
    /// let body = br#"{"data":[{"code":"INVALID_DATA","details":{"id":"7"},
    ///     "message":"the id given seems to be invalid","status":"error"}]}"#;
    /// assert_eq!(Answer::read(Endpoint::MassUpdate, body).refusal(), None);
    /// ```
    pub fn refusal(&self) -> Option<&Outcome> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Records(outcomes) => match outcomes.as_slice() {
                [only] if !only.is_success() && only.detail("id").is_none() => Some(only),
                _ => None,
            },
            Self::Scheduled { .. } | Self::Status(_) | Self::Unreadable { .. } => None,
        }
    }

    /// The body as the server would send it; `None` for an answer that could not be read.
    pub fn to_body(&self) -> Option<Value> {
        match self {
            Self::Scheduled { job_id, message } => {
                Some(data(&[Outcome::scheduled(*job_id, message)]))
            }
            Self::Records(outcomes) => Some(data(outcomes)),
            Self::Status(status) => Some(data(std::slice::from_ref(status))),
            Self::Refused(error) => Some(json!(error)),
            Self::Unreadable { .. } => None,
        }
    }
}

fn of_outcomes(endpoint: Endpoint, mut outcomes: Vec<Outcome>) -> Answer {
    if let [only] = outcomes.as_slice()
        && only.is_success()
        && let Some(job_id) = only.job_id()
    {
        return Answer::Scheduled { job_id, message: only.message.clone() };
    }
    if endpoint != Endpoint::Status {
        return Answer::Records(outcomes);
    }
    match outcomes.iter().position(|outcome| !outcome.is_success()) {
        Some(error) => Answer::Refused(outcomes.swap_remove(error)),
        None => unreadable("the entry of `data` has no `Status`"),
    }
}

fn data<T: Serialize>(entries: &[T]) -> Value {
    json!({ "data": entries })
}

fn unreadable(why: &str) -> Answer {
    Answer::Unreadable { why: why.to_owned() }
}

/// The value under a key: as it is spelt, or else in another case, since documents differ
/// (`Created_Time`, `created_time`).
fn member<'v>(members: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    members.get(key).or_else(|| {
        members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    })
}

/// As [`member`], and takes the value out.
fn taken(members: &mut Map<String, Value>, key: &str) -> Option<Value> {
    members.remove(key).or_else(|| {
        let name = members.keys().find(|name| name.eq_ignore_ascii_case(key))?.clone();
        members.remove(&name)
    })
}
