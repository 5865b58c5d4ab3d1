//! One entry of an answer.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{member, taken};
use crate::catalogue::{Code, DocumentedError, Endpoint, recognise};
use crate::{ApiVersion, JobId, RecordId};

/// An entry of an answer: what has become of a record, or an error of the call. Both have the same
/// shape on the wire.
///
/// ```
/// use massup_model::catalogue::{Code, Endpoint};
/// use massup_model::response::Answer;
///
/// let body = br#"{"data":[{"code":"INVALID_DATA","details":{"id":"554023000000497007"},
///     "message":"the id given seems to be invalid","status":"error"}]}"#;
/// let Answer::Records(outcomes) = Answer::read(Endpoint::MassUpdate, body) else {
///     return Err("outcomes of records were expected");
/// };
/// for outcome in outcomes {
///     assert!(!outcome.is_success());
///     assert_eq!(outcome.code, Code::InvalidData);
///     assert_eq!(outcome.id(), Some("554023000000497007".parse().map_err(|_| "an id")?));
/// }
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(description = "What has become of a record or of the job, or an error of the call.")
)]
pub struct Outcome {
    /// `code`; the empty text where the entry has none.
    pub code: Code,
    /// `details`: every key as it came; empty where the entry has none.
    #[cfg_attr(feature = "schema", schemars(schema_with = "super::schema::details"))]
    pub details: Map<String, Value>,
    /// `message`, which may change its wording; empty where the entry has none.
    pub message: String,
    /// `status`: `success` or `error`; empty where the entry has none.
    pub status: String,
}

/// A user as an entry names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// `id`.
    pub id: Option<&'a str>,
    /// `name`.
    pub name: Option<&'a str>,
}

impl Outcome {
    /// The entry of a job that is scheduled.
    pub fn scheduled(job_id: JobId, message: &str) -> Self {
        Self::success(message, json!({ "job_id": job_id }))
    }

    /// The entry of a record that is updated; `details` may hold the id and who changed it when.
    pub fn updated(details: Map<String, Value>) -> Self {
        Self::success("record updated", Value::Object(details))
    }

    /// The entry of an error.
    pub fn error(code: Code, message: &str, details: Map<String, Value>) -> Self {
        Self { code, details, message: message.to_owned(), status: "error".to_owned() }
    }

    fn success(message: &str, details: Value) -> Self {
        Self {
            code: Code::Success,
            details: if let Value::Object(details) = details { details } else { Map::new() },
            message: message.to_owned(),
            status: "success".to_owned(),
        }
    }

    pub(super) fn of(mut members: Map<String, Value>) -> Self {
        Self {
            code: Code::parse(&text(taken(&mut members, "code"))),
            details: match taken(&mut members, "details") {
                Some(Value::Object(details)) => details,
                _ => Map::new(),
            },
            message: text(taken(&mut members, "message")),
            status: text(taken(&mut members, "status")),
        }
    }

    /// Whether the record is updated, or the job scheduled: the code is `SUCCESS` and the status is
    /// not `error`.
    pub fn is_success(&self) -> bool {
        self.code.as_str().eq_ignore_ascii_case("SUCCESS")
            && !self.status.eq_ignore_ascii_case("error")
    }

    /// A detail by its key, or else by its key in another case.
    pub fn detail(&self, key: &str) -> Option<&Value> {
        member(&self.details, key)
    }

    /// `details.id`: the record. `None` where it is left out or no id.
    pub fn id(&self) -> Option<RecordId> {
        id(self.detail("id")?).and_then(|text| text.parse().ok())
    }

    /// `details.job_id`: the scheduled job. `None` where it is left out or no id.
    pub fn job_id(&self) -> Option<JobId> {
        id(self.detail("job_id")?).and_then(|text| text.parse().ok())
    }

    /// `details.Modified_Time`, in ISO 8601.
    pub fn modified_time(&self) -> Option<&str> {
        self.detail("Modified_Time")?.as_str()
    }

    /// `details.Created_Time`, in ISO 8601; `created_time` in the v2 page.
    pub fn created_time(&self) -> Option<&str> {
        self.detail("Created_Time")?.as_str()
    }

    /// `details.Modified_By`.
    pub fn modified_by(&self) -> Option<User<'_>> {
        self.user("Modified_By")
    }

    /// `details.Created_By`.
    pub fn created_by(&self) -> Option<User<'_>> {
        self.user("Created_By")
    }

    fn user(&self, key: &str) -> Option<User<'_>> {
        let user = self.detail(key)?.as_object()?;
        let part = |key| member(user, key).and_then(Value::as_str);
        Some(User { id: part("id"), name: part("name") })
    }

    /// The row of the catalogue that this error most likely is; `None` for a success, and for what
    /// no document lists.
    pub fn documented(
        &self,
        endpoint: Endpoint,
        version: ApiVersion,
    ) -> Option<&'static DocumentedError> {
        recognise(endpoint, self.code.as_str(), &self.message, version)
    }
}

/// A text, or the value in its place, as text.
fn text(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// The digits of an id, which some clients write as a number.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
