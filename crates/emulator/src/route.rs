//! What a path leads to.

use massup_model::ApiVersion;
use percent_encoding::percent_decode_str;

use crate::query::Query;
use crate::reply::Request;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The page and the control endpoint.
    Control(Vec<String>),
    /// `/oauth/v2/token`.
    Token(Query),
    /// `/oauth/v2/token/revoke`.
    Revoke(Query),
    /// `/oauth/v3/device/…`, with the step.
    Device(String, Query),
    /// Anything below `/crm/{version}/`.
    Api(ApiVersion, Vec<String>, Query),
    /// Nothing.
    Nowhere,
}

impl Route {
    pub(crate) fn of(request: &Request) -> Self {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let query = Query::of(query);
        let Some(path) = path.strip_prefix('/') else { return Self::Nowhere };
        let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        match words.as_slice() {
            [""] => Self::Control(Vec::new()),
            [file @ ("page.js" | "page.css")] => Self::Control(vec![(*file).to_owned()]),
            ["__emulator", rest @ ..] => {
                let query = query.get("module").map(str::to_owned);
                Self::Control(rest.iter().map(ToString::to_string).chain(query).collect())
            }
            ["oauth", "v2", "token"] => Self::Token(query),
            ["oauth", "v2", "token", "revoke"] => Self::Revoke(query),
            ["oauth", "v3", "device"] => Self::Device(String::new(), query),
            ["oauth", "v3", "device", step] => Self::Device((*step).to_owned(), query),
            ["crm", version, rest @ ..] => match version.parse() {
                Ok(version) => {
                    Self::Api(version, rest.iter().map(ToString::to_string).collect(), query)
                }
                Err(_) => Self::Nowhere,
            },
            _ => Self::Nowhere,
        }
    }

    /// The version that the answer is formed by.
    pub(crate) fn version(&self) -> ApiVersion {
        if let Self::Api(version, ..) = self { *version } else { ApiVersion::LATEST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_taken_letter_for_letter() {
        let route = |path: &str| Route::of(&Request::new("GET", path));
        assert_eq!(route("/crm/v2.1/org").version(), ApiVersion::V2_1);
        assert_eq!(route("/crm/V2/org"), Route::Nowhere);
        assert_eq!(route("/crm/v99/org"), Route::Nowhere);
        assert_eq!(route("crm/v2/org"), Route::Nowhere);
    }
}
