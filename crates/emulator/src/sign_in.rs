//! Sign-in of a device without a browser, and the end of a refresh token.

use serde_json::json;

use crate::core::Core;
use crate::query::Query;
use crate::reply::{Reply, Request};

/// Seconds that a user code can be entered.
const LIFETIME: i64 = 300;

/// Seconds between two questions for a token. The accounts server asks for 30; tests cannot wait for that.
const INTERVAL: i64 = 1;

/// Answers `POST /oauth/v2/token/revoke`.
pub(crate) fn revoke(core: &Core, request: &Request, query: &Query) -> Reply {
    let form = form(request);
    let token = query.get("token").or_else(|| form.get("token")).unwrap_or_default();
    if core.store.revoke(token, core.now()) {
        return Reply::json(200, &json!({ "status": "success" }));
    }
    Reply::json(400, &json!({ "error": "invalid_token" }))
}

/// Answers `/oauth/v3/device/code` and `/oauth/v3/device/token`, and the page where a person enters the code:
/// a call of its address is the consent.
pub(crate) fn device(core: &Core, request: &Request, step: &str, query: &Query) -> Reply {
    let form = form(request);
    let parameter = |name: &str| query.get(name).or_else(|| form.get(name)).unwrap_or_default();
    let error = |code: &str| Reply::json(200, &json!({ "error": code }));
    match (request.method.as_str(), step) {
        ("POST", "code") => {
            if parameter("grant_type") != "device_request" {
                return error("unsupported_grant_type");
            }
            let (client, scopes) = (parameter("client_id"), parameter("scope"));
            let expires = core.now() + LIFETIME;
            let Some(codes) = core.store.begin_device(client, scopes, expires) else {
                return error("invalid_client");
            };
            let host = request.header("Host").unwrap_or("localhost");
            let page = format!("http://{host}/oauth/v3/device");
            Reply::json(
                200,
                &json!({
                    "user_code": codes.user,
                    "device_code": codes.device,
                    "verification_url": page,
                    "verification_uri_complete": format!("{page}?user_code={}", codes.user),
                    "expires_in": LIFETIME,
                    "interval": INTERVAL,
                }),
            )
        }
        ("POST", "token") => {
            let (id, secret) = (parameter("client_id"), parameter("client_secret"));
            let now = core.now();
            let Some(device) = core.store.device(parameter("code"), id, secret) else {
                return error("invalid_code");
            };
            if device.expires <= now {
                return error("expired");
            }
            if !device.granted {
                return error("authorization_pending");
            }
            core.store.end_device(parameter("code"));
            let lifetime = core.settings.token_lifetime;
            let token = core.store.issue(&device.client, now, lifetime);
            Reply::json(
                200,
                &json!({
                    "access_token": token,
                    "refresh_token": device.client.refresh_token,
                    "scope": device.client.scopes.join(" "),
                    "api_domain": format!("http://{}", request.header("Host").unwrap_or("localhost")),
                    "token_type": "Bearer",
                    "expires_in": lifetime,
                }),
            )
        }
        ("GET", "") if core.store.grant_device(parameter("user_code")) => {
            Reply::json(200, &json!({ "status": "success" }))
        }
        _ => Reply::json(404, &json!({ "error": "invalid_request" })),
    }
}

fn form(request: &Request) -> Query {
    Query::of(std::str::from_utf8(&request.body).unwrap_or_default())
}
