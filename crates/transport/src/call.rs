//! A call as it goes out.

mod reads;

use std::fmt;

use massup_model::module::is_api_name;
use massup_model::{ApiVersion, JobId, Request, RequestError, Selection};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

pub use reads::PageStart;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`: reads; harmless to repeat.
    Get,
    /// `POST`: updates records, or creates a bulk read.
    Post,
}

impl Method {
    /// The method as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A call, ready to be sent to any API domain. It holds no token.
///
/// Path and query are made of checked names and digits only, so they need no escaping in a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    method: Method,
    path: String,
    query: Option<String>,
    body: Option<String>,
}

impl Call {
    /// The call for the status of a scheduled mass update: `GET …?job_id={job}`.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_transport::Call;
    ///
    /// let job = "554023000000506003".parse()?;
    /// let call = Call::status(ApiVersion::V8, "Leads", job)?;
    /// assert_eq!(call.path(), "/crm/v8/Leads/actions/mass_update");
    /// assert_eq!(call.query(), Some("job_id=554023000000506003"));
    ///
    /// assert!(Call::status(ApiVersion::V8, "Leads/../users", job).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::ModuleName`] when the module is not a letter followed by letters, digits and
    /// underscores.
    pub fn status(version: ApiVersion, module: &str, job: JobId) -> Result<Self, RequestError> {
        if !is_api_name(module) {
            return Err(RequestError::ModuleName(module.to_owned()));
        }
        Ok(Self {
            method: Method::Get,
            path: format!("/crm/{version}/{module}/actions/mass_update"),
            query: Some(format!("job_id={job}")),
            body: None,
        })
    }

    /// A call that reads something else of the API: its path, and the parameters of its query.
    ///
    /// ```
    /// use massup_transport::Call;
    ///
    /// let call = Call::read("/crm/v8/settings/fields", &[("module", "Leads"), ("type", "all")])?;
    /// assert_eq!(call.query(), Some("module=Leads&type=all"));
    ///
    /// assert!(Call::read("/crm/v8/../../oauth", &[]).is_err());
    /// # Ok::<(), massup_transport::InvalidPath>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidPath`] when the path does not begin with `/crm/`, or has a part that is empty or holds
    /// anything but letters, digits, `_` and `.` after its first character.
    pub fn read(path: &str, query: &[(&str, &str)]) -> Result<Self, InvalidPath> {
        let part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b))
        };
        let parts = path.strip_prefix('/').filter(|path| path.starts_with("crm/"));
        if !parts.is_some_and(|path| path.split('/').all(part)) {
            return Err(InvalidPath(path.to_owned()));
        }
        let pairs = query.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
        let query = (!query.is_empty()).then(|| pairs.collect::<Vec<_>>().join("&"));
        Ok(Self { method: Method::Get, path: path.to_owned(), query, body: None })
    }

    /// The HTTP method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path below the API domain, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What follows the `?` of the URL.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The JSON text of the body.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }
}

/// A path outside the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a path below `/crm/`")]
pub struct InvalidPath(String);

/// The characters that a query has as they are.
const UNESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as it is written in a query.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, &UNESCAPED).to_string()
}

impl From<&Request> for Call {
    fn from(request: &Request) -> Self {
        Self {
            method: Method::Post,
            path: request.path(),
            query: None,
            body: Some(body(request).unwrap_or_else(|_| request.body().to_string())),
        }
    }
}

/// The text of [`Request::body`], without a tree of 500 ids in between.
fn body(request: &Request) -> serde_json::Result<String> {
    let Selection::Ids(ids) = request.selection() else { return Ok(request.body().to_string()) };
    let data: Map<String, Value> = request.fields().iter().cloned().collect();
    let ids = serde_json::to_string(ids)?;
    let data = serde_json::to_string(&data)?;
    let over_write = request.over_write().map(|it| format!(",\"over_write\":{it}"));
    Ok(format!("{{\"data\":[{data}],\"ids\":{ids}{}}}", over_write.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use massup_model::Route;

    use super::*;

    #[test]
    fn parameters_are_escaped() {
        let call = Call::read("/crm/v8/users", &[("type", "a&b=c/../d #%+é~-._")]).unwrap();
        assert_eq!(call.query(), Some("type=a%26b%3Dc%2F..%2Fd%20%23%25%2B%C3%A9~-._"));
    }

    #[test]
    fn both_calls_lead_to_the_route_of_the_model() {
        for &version in ApiVersion::ALL {
            let id = "7".parse().unwrap();
            let fields = vec![("City".to_owned(), "Chennai".into())];
            let request = Request::new(version, "Leads", fields, Selection::Ids(vec![id])).unwrap();
            let update = Call::from(&request);
            assert_eq!(update.method().to_string(), request.method());
            assert_eq!(update.body(), Some(request.body().to_string().as_str()));
            for over_write in [None, Some(true), Some(false)] {
                let request = request.clone().with_over_write(over_write);
                let expected = request.body().to_string();
                assert_eq!(Call::from(&request).body(), Some(expected.as_str()));
            }

            let status = Call::status(version, "Leads", "9".parse().unwrap()).unwrap();
            assert_eq!(status.path(), update.path());
            let url = format!("{}?{}", status.path(), status.query().unwrap());
            assert_eq!(Route::parse(&url).unwrap().job_id(), Some("9"));
        }
    }
}
