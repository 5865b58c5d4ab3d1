//! `GET /crm/{version}/settings/…`.

use serde_json::{Value, json};

use crate::auth;
use crate::call::Call;
use crate::core::Core;
use crate::dependency_api::dependencies;
use crate::documented::{self, Standing};
use crate::field_api::{fields, layouts};
use crate::metadata::{Module, Territory, TerritoryManagement};
use crate::query::Query;
use crate::refusal::{Denial, Refusal};
use crate::reply::Reply;
use crate::view_api::views;

/// The kinds of settings that are answered.
pub(crate) const KINDS: [&str; 5] = ["custom_views", "fields", "layouts", "modules", "territories"];

/// The values of `feature_name` that the list of modules is filtered by.
const FEATURES: [&str; 3] = ["mass_update", "mass_update_by_cvid", "schedule_mass_operation"];

/// Answers `GET /settings/{kind}` and `/settings/{kind}/{id}`.
pub(crate) fn settings(core: &Core, words: &[&str], call: &Call<'_>) -> Result<Reply, Denial> {
    let (kind, id) = (words.first().copied().unwrap_or_default(), words.get(1).copied());
    let scope = if words.get(2) == Some(&"map_dependency") { "map_dependency" } else { kind };
    auth::demand(&call.access, &documented::settings_scopes(scope))?;
    match (kind, id) {
        ("modules", id) => modules(core, id, call),
        ("territories", id) => territories(core, id, words.len() > 2, call.query),
        (kind, id) => {
            let name = call.query.get("module");
            let missing = || Denial::from(Refusal::ParameterMissing).with("param_name", "module");
            let unknown = || Denial::from(Refusal::ModuleUnknown).with("param_name", "module");
            let name = name.ok_or_else(missing)?;
            let Some(module) = core.organisation.module(name) else {
                // The lines of a subform are a module of their own, of which nothing is described.
                if core.organisation.has_subform(name) {
                    return Ok(Reply::no_content());
                }
                return Err(unknown());
            };
            match kind {
                "fields" => fields(core, module, id, call),
                "layouts" if words.len() > 2 => {
                    dependencies(module, id.unwrap_or_default(), words.get(3).copied(), call)
                }
                "layouts" => layouts(core, module, id),
                _ => views(core, module, id, call),
            }
        }
    }
}

/// All entries under a key, or the one with an id; `204` where there is none.
pub(crate) fn answer(key: &str, entries: Vec<Value>, id: Option<&str>) -> Result<Reply, Denial> {
    let Some(id) = id else {
        if entries.is_empty() {
            return Ok(Reply::no_content());
        }
        return Ok(Reply::json(200, &json!({ key: entries })));
    };
    let found =
        entries.into_iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(id));
    let found = found.ok_or_else(|| Denial::from(Refusal::ResourceUnknown).with("id", id))?;
    Ok(Reply::json(200, &json!({ key: [found] })))
}

/// One page of entries under a key, with `info`.
pub(crate) fn paged(key: &str, entries: Vec<Value>, query: &Query, most: usize) -> Reply {
    let per_page = query.number("per_page", most).min(most);
    let page = query.number("page", 1);
    let from = (page - 1).saturating_mul(per_page);
    let more = entries.len() > from.saturating_add(per_page);
    let shown: Vec<Value> = entries.into_iter().skip(from).take(per_page).collect();
    if shown.is_empty() {
        return Reply::no_content();
    }
    let info =
        json!({ "per_page": per_page, "count": shown.len(), "page": page, "more_records": more });
    Reply::json(200, &json!({ key: shown, "info": info }))
}

fn modules(core: &Core, name: Option<&str>, call: &Call<'_>) -> Result<Reply, Denial> {
    let feature = call.query.get("feature_name").filter(|_| name.is_none());
    if let Some(unknown) = feature.filter(|feature| !FEATURES.contains(feature)) {
        let denial = Denial::from(Refusal::ParameterInvalid).with("param_name", "feature_name");
        return Err(denial.with("supported_values", json!(FEATURES)).with("value", unknown));
    }
    let all = core.organisation.modules.iter().filter(|module| {
        name.is_none_or(|name| module.api_name == name)
            && feature.is_none_or(|feature| has_feature(core, module, feature, call))
    });
    let shown: Vec<Value> =
        (1..).zip(all).map(|(place, module)| module_json(core, module, place)).collect();
    if shown.is_empty() && feature.is_some() {
        return Ok(Reply::no_content());
    }
    if shown.is_empty() {
        return Err(Refusal::ModuleUnknown.into());
    }
    Ok(Reply::json(200, &json!({ "modules": shown })))
}

/// Whether a module has a feature in the version of a call: mass updates at all, or of views.
fn has_feature(core: &Core, module: &Module, feature: &str, call: &Call<'_>) -> bool {
    let updated = match documented::standing(&module.api_name, call.version) {
        Standing::Listed | Standing::Inferred => true,
        Standing::Unnamed => module.is_custom(),
        Standing::OtherVersions | Standing::NotSupported => false,
    };
    let edition = core.organisation.org.edition;
    let scheduled = edition.schedules() || !core.settings.edition_gate.applies(call.version);
    updated && (feature == "mass_update" || scheduled)
}

fn module_json(core: &Core, module: &Module, place: u32) -> Value {
    let or_name =
        |text: &str| if text.is_empty() { module.api_name.clone() } else { text.to_owned() };
    let profiles: Vec<Value> = core
        .organisation
        .profiles
        .iter()
        .map(|profile| json!({ "id": profile.id, "name": profile.name }))
        .collect();
    json!({
        "id": module.fields.first().map(|field| field.id.clone()),
        "api_name": module.api_name,
        "module_name": or_name(&module.module_name),
        "singular_label": or_name(&module.singular_label),
        "plural_label": or_name(&module.plural_label),
        "generated_type": module.generated_type,
        "api_supported": true,
        "creatable": true,
        "editable": true,
        "deletable": true,
        "viewable": true,
        "visible": true,
        "visibility": 1,
        "status": "visible",
        "show_as_tab": true,
        "sequence_number": place,
        "global_search_supported": true,
        "presence_sub_menu": true,
        "triggers_supported": true,
        "feeds_required": false,
        "quick_create": true,
        "convertable": module.api_name == "Leads",
        "inventory_template_supported": false,
        "emailTemplate_support": true,
        "scoring_supported": false,
        "webform_supported": false,
        "isBlueprintSupported": true,
        "arguments": [],
        "parent_module": {},
        "business_card_field_limit": 5,
        "modified_by": null,
        "modified_time": null,
        "web_link": null,
        "profiles": profiles,
        "profile_count": profiles.len(),
    })
}

fn territories(
    core: &Core,
    id: Option<&str>,
    children: bool,
    query: &Query,
) -> Result<Reply, Denial> {
    let refused = match core.organisation.territory_management() {
        TerritoryManagement::Enabled => None,
        TerritoryManagement::NotEnabled => Some(Refusal::TerritoriesNotEnabled),
        TerritoryManagement::Disabled => Some(Refusal::TerritoriesDisabled),
        TerritoryManagement::NotForLeads => {
            let leads = query.get("module") == Some("Leads");
            leads.then_some(Refusal::TerritoriesNotForLeads)
        }
    };
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let all = &core.organisation.territories;
    let above = |territory: &&Territory| {
        !children
            || territory.reporting_to.is_some_and(|above| Some(above.to_string().as_str()) == id)
    };
    let shown: Vec<Value> = all
        .iter()
        .filter(above)
        .map(|territory| {
            let parent = all.iter().find(|other| Some(other.id) == territory.reporting_to);
            json!({
                "id": territory.id,
                "name": territory.name,
                "api_name": territory.name.replace(' ', "_"),
                "reporting_to": parent.map(|parent| json!({ "id": parent.id, "name": parent.name })),
                "manager": null,
                "permission_type": "read_write_delete",
                "description": null,
                "account_rule_criteria": null,
                "deal_rule_criteria": null,
                "lead_rule_criteria": null,
            })
        })
        .collect();
    match id {
        Some(_) if !children => answer("territories", shown, id),
        _ => Ok(paged("territories", shown, query, 2_000)),
    }
}
