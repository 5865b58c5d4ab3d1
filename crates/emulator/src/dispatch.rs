//! From a call to the handler that answers it, through the faults that it meets.

use std::cell::Cell;

use massup_model::ApiVersion;

use crate::body::{self, Parsed};
use crate::call::Call;
use crate::core::Core;
use crate::refusal::{Denial, Refusal};
use crate::reply::{Reply, Request};
use crate::route::Route;
use crate::settings::Fault;
use crate::time;
use crate::{
    auth, call_log, mass_update, metadata_api, record_api, record_read, sign_in, user_api,
};

impl Core {
    /// Answers a call, and leaves everything as it was.
    pub(crate) fn try_out(&mut self, request: &Request) -> Reply {
        let read = body::parse_call(request);
        self.handle(request, &Route::of(request), read, false)
    }

    /// Answers a call of the API; what it does counts only if it is kept.
    pub(crate) fn handle(
        &mut self,
        request: &Request,
        route: &Route,
        read: Option<Parsed>,
        keep: bool,
    ) -> Reply {
        self.store.begin();
        let met = if keep { self.fault(request, route) } else { None };
        let path = request.path.split('?').next().unwrap_or_default();
        let call = self.store.log_call(self.now(), &request.method, path);
        let before = met.as_ref().and_then(|met| met.before(route.version()));
        let (reply, user) = match before {
            Some(reply) => (reply, None),
            None => answer(self, request, read, route, call),
        };
        let reply = match met {
            Some(met) => met.after(reply, route.version()),
            None => reply,
        };
        self.store.end_call(|entry| call_log::end(entry, request, route, user, &reply));
        if keep {
            self.store.commit();
        } else {
            self.store.roll_back();
        }
        reply
    }

    /// The fault that a call meets, taken off its counter. Only calls of the API and for tokens meet faults:
    /// a browser that asks for an icon spends none.
    fn fault(&mut self, request: &Request, route: &Route) -> Option<Met> {
        let faults = &mut self.settings.faults;
        if let Route::Api(_, words, query) = route {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some(refusal) = faults.refuse(&request.method, &words, query) {
                return Some(Met::Refused(refusal));
            }
        }
        if matches!(route, Route::Nowhere) { None } else { faults.take().map(Met::Fault) }
    }
}

/// A fault that a call meets.
enum Met {
    Refused(Refusal),
    Fault(Fault),
}

impl Met {
    /// The answer to a call that is not done.
    fn before(&self, version: ApiVersion) -> Option<Reply> {
        let refusal = match self {
            Self::Refused(refusal) => *refusal,
            Self::Fault(Fault::DropBefore | Fault::ErrorBefore) => Refusal::Internal,
            Self::Fault(Fault::TooManyRequests) => Refusal::TooManyRequests,
            Self::Fault(Fault::InvalidToken) => Refusal::TokenInvalid,
            Self::Fault(Fault::DropAfter | Fault::ErrorAfter) => return None,
        };
        Some(Denial::from(refusal).reply(version))
    }

    /// What the caller gets of an answer.
    fn after(&self, mut reply: Reply, version: ApiVersion) -> Reply {
        match self {
            Self::Fault(Fault::DropBefore | Fault::DropAfter) => {
                reply.dropped = true;
                reply
            }
            Self::Fault(Fault::ErrorAfter) => Denial::from(Refusal::Internal).reply(version),
            Self::Fault(Fault::ErrorBefore | Fault::TooManyRequests | Fault::InvalidToken)
            | Self::Refused(_) => reply,
        }
    }
}

/// Answers a call, and says who made it.
fn answer(
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
        // Any other word names a resource that is not emulated, such as `search`.
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

/// What a call costs. Mass updates are in no table, so they cost as much as other calls.
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
