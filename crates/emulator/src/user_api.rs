//! `GET /crm/{version}/users` and `/org`.

use serde_json::{Map, Value, json};

use crate::auth;
use crate::call::Call;
use crate::core::Core;
use crate::metadata::User;
use crate::metadata_api::{answer, paged};
use crate::refusal::Denial;
use crate::reply::Reply;

/// Answers `GET /users`, with `type=CurrentUser` or all, and `/users/{id}`.
pub(crate) fn users(core: &Core, words: &[&str], call: &Call<'_>) -> Result<Reply, Denial> {
    let scopes = ["users.ALL", "users.READ"].map(str::to_owned);
    auth::demand(&call.access, &scopes)?;
    let current = call.query.get("type") == Some("CurrentUser");
    let users =
        core.organisation.users.iter().filter(|user| !current || user.id == call.access.user);
    let shown: Vec<Value> = users.map(|user| user_json(core, user)).collect();
    match words.first().copied() {
        Some(id) => answer("users", shown, Some(id)),
        None => Ok(paged("users", shown, call.query, 200)),
    }
}

fn user_json(core: &Core, user: &User) -> Value {
    let (first, last) = user.name.rsplit_once(' ').unwrap_or(("", &user.name));
    let profile = core.organisation.profile_of(&user.id);
    json!({
        "id": user.id,
        "full_name": user.name,
        "first_name": first,
        "last_name": last,
        "email": user.email,
        "status": "active",
        "confirm": true,
        "profile": profile.map(|profile| json!({ "id": profile.id, "name": profile.name })),
        "role": { "id": user.profile, "name": "CEO" },
        "locale": "en_US",
        "time_zone": "Etc/UTC",
        "country_locale": "en_US",
    })
}

/// Answers `GET /org`.
pub(crate) fn org(core: &Core, call: &Call<'_>) -> Result<Reply, Denial> {
    let scopes = ["org.ALL", "org.READ"].map(str::to_owned);
    auth::demand(&call.access, &scopes)?;
    let org = &core.organisation.org;
    let license = json!({
        "paid": true,
        "paid_type": org.edition.paid_type(),
        "users_license_purchased": core.organisation.users.len(),
    });
    let mut shown = Map::new();
    shown.insert("id".to_owned(), org.id.as_str().into());
    shown.insert("company_name".to_owned(), org.company_name.as_str().into());
    shown.insert("zgid".to_owned(), org.id.as_str().into());
    shown.insert("license_details".to_owned(), license);
    shown.insert("time_zone".to_owned(), "Etc/UTC".into());
    shown.insert("iso_code".to_owned(), "USD".into());
    Ok(Reply::json(200, &json!({ "org": [shown] })))
}
