//! Tokens, scopes, credits.

use serde_json::json;

use crate::core::Core;
use crate::query::Query;
use crate::refusal::{Denial, Refusal};
use crate::reply::{Reply, Request};
use crate::store::Access;

/// Access tokens that a refresh token gets in ten minutes.
const TOKENS_IN_TEN_MINUTES: usize = 10;

/// The scope for searching.
const SEARCH: &str = "ZohoSearch.securesearch.READ";

/// Who acts: the user of the token, or the first one where tokens are not asked for.
pub(crate) fn access(core: &Core, request: &Request) -> Result<Access, Denial> {
    if !core.settings.require_token {
        let user = core.organisation.users.first().map(|user| user.id.clone());
        return Ok(Access { user: user.unwrap_or_default(), scopes: vec!["*".to_owned()] });
    }
    let header = request.header("Authorization").unwrap_or_default();
    let token = header.strip_prefix("Zoho-oauthtoken ").map(str::trim);
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(Refusal::TokenMissing.into());
    };
    core.store.access(token, core.now()).ok_or_else(|| Refusal::TokenInvalid.into())
}

/// Demands one of some scopes, given without `ZohoCRM.` in front. Letter case does not count.
pub(crate) fn demand(access: &Access, scopes: &[String]) -> Result<(), Denial> {
    let held = |wanted: &String| {
        access.scopes.iter().any(|scope| {
            scope == "*"
                || scope.get(8..).is_some_and(|rest| {
                    scope.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("ZohoCRM."))
                        && rest.eq_ignore_ascii_case(wanted)
                })
        })
    };
    if scopes.iter().any(held) {
        return Ok(());
    }
    Err(Refusal::ScopeMissing.into())
}

/// Demands the scope for searching, which a count of records needs in addition to that of the module.
pub(crate) fn demand_search(access: &Access) -> Result<(), Denial> {
    let held = |scope: &String| scope == "*" || scope.eq_ignore_ascii_case(SEARCH);
    if access.scopes.iter().any(held) { Ok(()) } else { Err(Refusal::ScopeMissing.into()) }
}

/// Takes the credits of a call, or refuses it because they are used up.
pub(crate) fn spend(core: &Core, credits: u64) -> Result<(), Denial> {
    let used = core.store.spent(core.now());
    if used.saturating_add(credits) > core.daily_credits() {
        return Err(Refusal::TooManyRequests.into());
    }
    core.store.spend(credits, core.now());
    Ok(())
}

impl Core {
    fn daily_credits(&self) -> u64 {
        let users = self.organisation.users.len() as u64;
        let edition = self.organisation.org.edition;
        self.settings.daily_credits.unwrap_or_else(|| edition.daily_credits(users))
    }

    /// The credits that are left, once half of them are used.
    pub(crate) fn credits_to_show(&self) -> Option<u64> {
        let (all, used) = (self.daily_credits(), self.store.spent(self.now()));
        (used.saturating_mul(2) >= all).then(|| all.saturating_sub(used))
    }
}

/// Answers `POST /oauth/v2/token`. Parameters may be in the query, as the pages show it, or in a form
/// of either kind: the SDKs for Python send one, those for Node the other.
pub(crate) fn token(core: &Core, request: &Request, query: &Query) -> Reply {
    let body = std::str::from_utf8(&request.body).unwrap_or_default();
    let form = match boundary(request) {
        Some(boundary) => Query::of_parts(body, boundary),
        None => Query::of(body),
    };
    let parameter = |name: &str| query.get(name).or_else(|| form.get(name)).unwrap_or_default();
    let error = |code: &str| Reply::json(200, &json!({ "error": code }));
    let (id, secret) = (parameter("client_id"), parameter("client_secret"));
    let by_code = parameter("grant_type") == "authorization_code";
    let grant = match parameter("grant_type") {
        "refresh_token" => core.store.client_of_refresh(id, secret, parameter("refresh_token")),
        "authorization_code" => core.store.client_of_code(id, secret, parameter("code")),
        _ => return error("unsupported_grant_type"),
    };
    let Some(grant) = grant else { return error("invalid_code") };
    let now = core.now();
    if core.store.recent_tokens(&grant.refresh_token, now) >= TOKENS_IN_TEN_MINUTES {
        let body = json!({
            "error": "Access Denied",
            "error_description": "You have made too many requests continuously. Please try again after some time.",
            "status": "failure",
        });
        // An error, and yet HTTP 200.
        return Reply::json(200, &body);
    }
    let lifetime = core.settings.token_lifetime;
    let token = core.store.issue(&grant, now, lifetime);
    let host = request.header("Host").unwrap_or("localhost");
    let mut body = json!({
        "access_token": token,
        "scope": grant.scopes.join(" "),
        "api_domain": format!("http://{host}"),
        "token_type": "Bearer",
        "expires_in": lifetime,
    });
    if by_code && let Some(members) = body.as_object_mut() {
        members.insert("refresh_token".to_owned(), grant.refresh_token.into());
    }
    Reply::json(200, &body)
}

/// What separates the parts of a `multipart/form-data` body.
fn boundary(request: &Request) -> Option<&str> {
    let content = request.header("Content-Type")?;
    let (_, boundary) = content.split_once("boundary=")?;
    content.starts_with("multipart/form-data").then(|| boundary.trim_matches('"'))
}
