//! From a path to what answers it.

use std::cell::Cell;

use massup_model::ApiVersion;

use crate::body::Parsed;
use crate::emulator::Core;
use crate::refusal::{Denial, Refusal};
use crate::reply::{Reply, Request};
use crate::store::Access;
use crate::time::{self, Instant};
use crate::{auth, mass_update, metadata_api, record_api, record_read, sign_in, user_api};

/// The parameters of a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `a=b&c=d`, percent signs and plus signs resolved.
    pub(crate) fn of(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name, true), decode(value, true))
                })
                .collect(),
        )
    }

    /// Reads the parts of a `multipart/form-data` body; those without a name are passed over.
    pub(crate) fn of_parts(body: &str, boundary: &str) -> Self {
        let mark = format!("--{boundary}");
        let parts = body.split(&mark).filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            Some((name.to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
        });
        Self(parts.collect())
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All parameters, in their order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A number, at least 1.
    pub(crate) fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(default).max(1)
    }
}

fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let escaped = (byte == b'%')
            .then(|| after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(escaped) = escaped {
            bytes.push(escaped);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(if plus && byte == b'+' { b' ' } else { byte });
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The page for people, and what stands behind it.
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
        let segments: Vec<String> = path.split('/').map(|segment| decode(segment, false)).collect();
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

/// A call to the API, its token checked.
pub(crate) struct Call<'a> {
    pub(crate) version: ApiVersion,
    pub(crate) access: Access,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    /// The body of a mass update, read already.
    pub(crate) read: Cell<Option<Parsed>>,
    /// The header `If-Modified-Since`.
    pub(crate) modified_since: Option<Instant>,
    /// The number of the call in the log.
    pub(crate) number: i64,
}

/// Answers a call, and says who made it.
pub(crate) fn answer(
    core: &mut Core,
    request: &Request,
    read: Option<Parsed>,
    route: &Route,
    number: i64,
) -> (Reply, Option<String>) {
    let version = route.version();
    let refuse = |refusal: Refusal| (Denial::from(refusal).reply(version), None);
    let (segments, query) = match route {
        Route::Token(query) if request.method == "POST" => {
            return (auth::token(core, request, query), None);
        }
        Route::Revoke(query) if request.method == "POST" => {
            return (sign_in::revoke(core, request, query), None);
        }
        Route::Device(step, query) => {
            return (sign_in::device(core, request, step, query), None);
        }
        Route::Token(_) | Route::Revoke(_) => return refuse(Refusal::WrongMethod),
        Route::Api(_, segments, query) => (segments, query),
        Route::Control(_) | Route::Nowhere => return refuse(Refusal::WrongUrl),
    };
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let wrong_host = core.settings.api_host.as_deref().is_some_and(|host| {
        let given = request.header("Host").unwrap_or_default();
        version > ApiVersion::V2 && !given.eq_ignore_ascii_case(host)
    });
    if wrong_host {
        return refuse(Refusal::HostInvalid);
    }
    let access = match auth::access(core, request) {
        Ok(access) => access,
        // What is wrong with the path or the method comes before what is wrong with the token.
        Err(_) if !known(&words) => return refuse(Refusal::WrongUrl),
        Err(_) if !methods(&words).contains(&request.method.as_str()) => {
            return refuse(Refusal::WrongMethod);
        }
        Err(denial) => return (denial.reply(version), None),
    };
    let user = access.user.clone();
    let modified_since = request.header("If-Modified-Since").and_then(time::parse_header);
    let call = Call {
        version,
        access,
        query,
        body: &request.body,
        read: Cell::new(read),
        modified_since,
        number,
    };
    let mut reply = match dispatch(core, &request.method, &words, &call) {
        Ok(reply) => reply,
        Err(denial) => denial.reply(version),
    };
    if let Some(left) = core.credits_to_show() {
        reply.headers.push(("X-API-CREDITS-REMAINING".to_owned(), left.to_string()));
    }
    (reply, Some(user))
}

/// The methods of a path.
fn methods(words: &[&str]) -> &'static [&'static str] {
    match words {
        [_, "actions", "mass_update"] => &["POST", "GET"],
        ["settings", ..] | ["users" | "org"] | ["users", _] | [_, "actions", "count"] => &["GET"],
        [_] => &["GET", "PUT"],
        // What is no id would be another resource, such as `search`.
        [_, id] if id.bytes().all(|byte| byte.is_ascii_digit()) => &["GET", "PUT"],
        _ => &[],
    }
}

fn known(words: &[&str]) -> bool {
    let plain = words.iter().all(|word| !word.is_empty());
    plain
        && match words {
            ["settings", kind] | ["settings", kind, _] => metadata_api::KINDS.contains(kind),
            ["settings", "territories", _, "__child_territories"]
            | ["settings", "layouts", _, "map_dependency"]
            | ["settings", "layouts", _, "map_dependency", _] => true,
            ["settings", ..] => false,
            words => !methods(words).is_empty(),
        }
}

fn dispatch(
    core: &mut Core,
    method: &str,
    words: &[&str],
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    if !known(words) {
        return Err(Refusal::WrongUrl.into());
    }
    if !methods(words).contains(&method) {
        return Err(Refusal::WrongMethod.into());
    }
    auth::spend(core, credits(method, words, call))?;
    match (method, words) {
        ("POST", [module, "actions", "mass_update"]) => mass_update::post(core, module, call),
        (_, [module, "actions", "mass_update"]) => mass_update::status(core, module, call),
        (_, ["settings", rest @ ..]) => metadata_api::settings(core, rest, call),
        (_, ["users", rest @ ..]) => user_api::users(core, rest, call),
        (_, ["org"]) => user_api::org(core, call),
        (_, [module, "actions", "count"]) => record_api::count(core, module, call),
        ("PUT", [module, rest @ ..]) => record_api::put(core, module, rest.first().copied(), call),
        (_, [module, rest @ ..]) => record_read::get(core, module, rest.first().copied(), call),
        (_, []) => Err(Refusal::WrongUrl.into()),
    }
}

/// What a call costs. Mass updates stand in no table, so they cost what all others do.
fn credits(method: &str, words: &[&str], call: &Call<'_>) -> u64 {
    match (method, words) {
        ("GET", [_]) if call.query.get("cvid").is_some() && words != ["org"] => 3,
        ("PUT", _) => {
            let body: serde_json::Value = serde_json::from_slice(call.body).unwrap_or_default();
            let records =
                body.get("data").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
            (records as u64).div_ceil(10).max(1)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded() {
        let query = Query::of("a=b%20c+d&empty&x=%zz&y=%C3%A9");
        assert_eq!(query.get("a"), Some("b c d"));
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.get("x"), Some("%zz"));
        assert_eq!(query.get("y"), Some("é"));
        assert_eq!(query.get("z"), None);
    }

    #[test]
    fn parts_of_a_form_are_read() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1000.x\r\n\
                    --b\r\nContent-Disposition: form-data\r\n\r\nlost\r\n--b--\r\n";
        let form = Query::of_parts(body, "b");
        assert_eq!((form.get("code"), form.get("lost")), (Some("1000.x"), None));
    }

    #[test]
    fn versions_are_taken_letter_for_letter() {
        let route = |path: &str| Route::of(&Request::new("GET", path));
        assert_eq!(route("/crm/v2.1/org").version(), ApiVersion::V2_1);
        assert_eq!(route("/crm/V2/org"), Route::Nowhere);
        assert_eq!(route("/crm/v9/org"), Route::Nowhere);
        assert_eq!(route("crm/v2/org"), Route::Nowhere);
    }
}
