//! `GET /crm/{version}/settings/custom_views`.

use serde_json::{Value, json};

use crate::call::Call;
use crate::core::Core;
use crate::metadata::{Access, Module, View};
use crate::metadata_api::{answer, paged};
use crate::refusal::Denial;
use crate::reply::Reply;

/// The views of a module that the caller sees, or one of them with its criteria.
pub(crate) fn views(
    core: &Core,
    module: &Module,
    id: Option<&str>,
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    let user = &call.access.user;
    let seen = module.views.iter().filter(|view| view.seen_by(user));
    // The list has no criteria; each view has its own.
    let shown: Vec<Value> =
        seen.map(|view| view_json(core, module, view, user, id.is_some())).collect();
    match id {
        Some(_) => answer("custom_views", shown, id),
        None => Ok(paged("custom_views", shown, call.query, 200)),
    }
}

fn view_json(core: &Core, module: &Module, view: &View, user: &str, whole: bool) -> Value {
    let system = view.system_name.is_some();
    let mine = view.created_by.as_deref() == Some(user);
    let category = match view.access_type {
        _ if system => "public_views",
        _ if mine => "created_by_me",
        Access::Public => "public_views",
        Access::Shared | Access::OnlyToMe => "shared_with_me",
    };
    let access = match view.access_type {
        Access::Public => "public",
        Access::OnlyToMe => "only_to_me",
        Access::Shared => "shared",
    };
    let maker = view.created_by.as_deref().and_then(|id| core.organisation.user(id));
    let maker = maker.map(|user| json!({ "id": user.id, "name": user.name }));
    let mut shown = json!({
        "id": view.id,
        "name": view.name,
        "display_value": view.name,
        "system_name": view.system_name,
        "system_defined": system,
        "default": view.system_name.as_deref() == Some("ALLVIEWS"),
        "category": category,
        "access_type": access,
        "shared_to": view.shared_to.iter().map(|id| json!({ "id": id, "type": "users" })).collect::<Vec<_>>(),
        "locked": false,
        "favorite": null,
        "created_by": maker,
        "modified_by": maker,
        "created_time": null,
        "modified_time": null,
        "last_accessed_time": null,
        "module": { "api_name": module.api_name },
    });
    if let Some(members) = shown.as_object_mut().filter(|_| whole) {
        let columns = view.fields.iter().filter_map(|name| module.field(name));
        let columns: Vec<Value> =
            columns.map(|field| json!({ "api_name": field.api_name, "id": field.id })).collect();
        members.insert("criteria".to_owned(), json!(view.criteria));
        members.insert("cross_filters".to_owned(), json!([]));
        members.insert("fields".to_owned(), columns.into());
        members.insert("sort_by".to_owned(), Value::Null);
        members.insert("sort_order".to_owned(), Value::Null);
    }
    shown
}
