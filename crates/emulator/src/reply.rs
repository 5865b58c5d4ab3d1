//! A call and its answer, as HTTP has them.

use serde_json::Value;

use crate::Refusal;

/// A call: what a client would send over HTTP.
///
/// ```
/// use massup_emulator::Request;
///
/// let request = Request::new("GET", "/crm/v8/settings/modules").with_token("1000.demo");
/// assert_eq!(request.header("authorization"), Some("Zoho-oauthtoken 1000.demo"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers; names are compared without case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A call without headers and body.
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), ..Self::default() }
    }

    /// A mass update call as [`massup_model::Request`] has it.
    pub fn of(request: &massup_model::Request) -> Self {
        Self::new(request.method(), &request.path()).with_json(&request.body())
    }

    /// Adds an access token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.headers.push(("Authorization".into(), format!("Zoho-oauthtoken {token}")));
        self
    }

    /// Takes these bytes as the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Takes a JSON value as the body.
    #[must_use]
    pub fn with_json(self, body: &Value) -> Self {
        self.with_body(body.to_string())
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The answer to a call, and the reasons behind it, which HTTP does not carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Why the call was refused as a whole.
    pub refusal: Option<Refusal>,
    /// For a call by ids that was not refused as a whole: for each entry of `ids`, in order, why that
    /// record was refused.
    pub records: Vec<Option<Refusal>>,
    /// A fault was asked for that closes the connection: no client sees this answer.
    pub dropped: bool,
}

const JSON: &str = "application/json;charset=UTF-8";

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::typed(status, JSON, body.to_string())
    }

    /// Entries under a key, written as JSON already, with commas between them.
    pub(crate) fn list(status: u16, key: &str, entries: &str) -> Self {
        Self::typed(status, JSON, format!("{{\"{key}\":[{entries}]}}"))
    }

    pub(crate) fn typed(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
            refusal: None,
            records: Vec::new(),
            dropped: false,
        }
    }

    /// An answer of the server itself, not of the API: what is wrong, in a word for people.
    pub(crate) fn error(status: u16, what: &str) -> Self {
        Self::json(status, &serde_json::json!({ "error": what }))
    }

    pub(crate) fn no_content() -> Self {
        Self { headers: Vec::new(), ..Self::typed(204, "", "") }
    }

    pub(crate) fn not_modified() -> Self {
        Self { status: 304, ..Self::no_content() }
    }

    /// The body as JSON; `null` where it is none.
    pub fn to_json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads a JSON object. The derived readers would take an array in its place.
pub(crate) fn object<T: serde::de::DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    let start = json.iter().find(|byte| !byte.is_ascii_whitespace());
    match serde_json::from_slice(json) {
        Ok(_) if start != Some(&b'{') => {
            Err(serde::de::Error::custom("an array is given where an object is expected"))
        }
        read => read,
    }
}
