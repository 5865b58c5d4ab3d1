//! `GET /settings/fields` and `/settings/layouts`.

use serde_json::{Value, json};

use crate::call::Call;
use crate::core::Core;
use crate::dependency_api::names;
use crate::metadata::{Field, Layout, Module, Permission, PickListValue};
use crate::metadata_api::answer;
use crate::refusal::Denial;
use crate::reply::Reply;

/// The fields of a module, or one of them, as the caller sees them.
pub(crate) fn fields(
    core: &Core,
    module: &Module,
    id: Option<&str>,
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    let profile = core.organisation.user(&call.access.user).map(|user| user.profile.as_str());
    let profile = profile.unwrap_or_default();
    let shown =
        module.fields.iter().map(|field| field_json(core, module, field, profile)).collect();
    answer("fields", shown, id)
}

/// A field as the caller sees it.
fn field_json(core: &Core, module: &Module, field: &Field, profile: &str) -> Value {
    let permission = field.permission(profile);
    let writable = !field.is_read_only();
    let profiles = core.organisation.profiles.iter().map(|profile| {
        let granted = field.permission(&profile.id).as_str();
        json!({ "id": profile.id, "name": profile.name, "permission_type": granted })
    });
    let layouts = module.layouts.iter().map(|layout| {
        json!({ "id": layout.id, "name": layout.name, "api_name": layout.name.replace(' ', "_") })
    });
    let writes = json!({
        "web_create": writable, "web_update": writable,
        "api_create": writable, "api_update": writable,
    });
    let mut shown = json!({
        "id": field.id,
        "api_name": field.api_name,
        "field_label": label(field),
        "display_label": label(field),
        "data_type": field.data_type,
        "json_type": json_type(field),
        "length": field.length,
        "decimal_place": field.decimal_place,
        "range": field.range.map(|(from, to)| json!({ "from": from, "to": to })),
        "mass_update": field.mass_update,
        "read_only": !writable || permission == Permission::ReadOnly,
        "field_read_only": field.field_read_only,
        "visible": field.visible && permission != Permission::Hidden,
        "type": "used",
        "system_mandatory": field.system_mandatory,
        "virtual_field": field.virtual_field,
        "custom_field": field.custom_field,
        "created_source": "default",
        "operation_type": writes,
        "view_type": {
            "view": field.visible, "edit": writable, "create": writable, "quick_create": false,
        },
        "profiles": profiles.collect::<Vec<_>>(),
        "unique": if field.unique { json!({ "case_sensitive": false }) } else { json!({}) },
        "pick_list_values": options(module, field, None),
        "pick_list_values_sorted_lexically": false,
        "layout_associations": layouts.collect::<Vec<_>>(),
        "global_picklist": null,
        "enable_colour_code": false,
        "display_type": -1,
        "ui_type": 1,
    });
    if let Some(members) = shown.as_object_mut() {
        for key in [
            "currency",
            "formula",
            "lookup",
            "rollup_summary",
            "auto_number",
            "multiselectlookup",
            "multi_module_lookup",
            "subform",
        ] {
            members.insert(key.to_owned(), json!({}));
        }
        for key in [
            "crypt",
            "private",
            "hipaa_compliance",
            "external",
            "history_tracking",
            "tooltip",
            "associated_module",
            "association_details",
            "created_time",
            "modified_time",
            "convert_mapping",
        ] {
            members.insert(key.to_owned(), Value::Null);
        }
        for key in ["filterable", "sortable", "searchable", "webhook"] {
            members.insert(key.to_owned(), true.into());
        }
        members.insert("display_field".to_owned(), false.into());
        if field.data_type == "picklist" {
            members.insert("blueprint_supported".to_owned(), field.blueprint.into());
        }
        if field.data_type == "subform" {
            members.remove("length");
            let lines = json!({ "module": field.api_name, "id": field.id });
            members.insert("subform".to_owned(), lines);
        }
    }
    shown
}

fn label(field: &Field) -> &str {
    if field.field_label.is_empty() { &field.api_name } else { &field.field_label }
}

fn json_type(field: &Field) -> &'static str {
    match field.data_type.as_str() {
        "integer" => "integer",
        "currency" | "double" | "percent" => "double",
        "boolean" => "boolean",
        "lookup" | "ownerlookup" | "userlookup" | "layout" | "formula" => "jsonobject",
        "multiselectpicklist"
        | "multiselectlookup"
        | "multiuserlookup"
        | "subform"
        | "fileupload"
        | "imageupload" => "jsonarray",
        _ => "string",
    }
}

/// The options of a field, in a layout only those it has, with what they go with.
fn options(module: &Module, field: &Field, layout: Option<&Layout>) -> Vec<Value> {
    let allowed = layout.and_then(|layout| layout.options.get(&field.api_name));
    let shown = |option: &&PickListValue| {
        allowed.is_none_or(|allowed| {
            allowed.iter().any(|text| field.option(text).is_some_and(|known| known == *option))
        })
    };
    let values = field.pick_list_values.iter().filter(shown);
    (1u32..)
        .zip(values)
        .map(|(place, option)| {
            json!({
                "id": option.id,
                "display_value": option.display_value,
                "actual_value": option.actual_value,
                "reference_value": option.actual_value,
                "sequence_number": place,
                "colour_code": null,
                "type": if option.unused { "unused" } else { "used" },
                "maps": layout.map(|layout| maps(module, layout, field, option)).unwrap_or_default(),
            })
        })
        .collect()
}

fn maps(module: &Module, layout: &Layout, field: &Field, option: &PickListValue) -> Vec<Value> {
    let of_field = layout.maps.iter().filter(|map| map.parent == field.api_name);
    of_field
        .map(|map| {
            let child = module.field(&map.child);
            let parents = map.maps.iter().filter(|(text, _)| field.option(text) == Some(option));
            let children: Vec<Value> =
                parents.flat_map(|(_, texts)| texts).map(|text| names(child, text)).collect();
            json!({ "api_name": map.child, "pick_list_values": children })
        })
        .collect()
}

/// The layouts of a module, or one of them.
pub(crate) fn layouts(core: &Core, module: &Module, id: Option<&str>) -> Result<Reply, Denial> {
    let profiles: Vec<Value> = core
        .organisation
        .profiles
        .iter()
        .map(|profile| json!({ "id": profile.id, "name": profile.name, "default": false }))
        .collect();
    let shown = module.layouts.iter().map(|layout| {
        let fields: Vec<Value> = module
            .fields
            .iter()
            .map(|field| {
                json!({
                    "id": field.id,
                    "api_name": field.api_name,
                    "field_label": label(field),
                    "data_type": field.data_type,
                    "required": field.system_mandatory,
                    "validation_rule": field.validation_rule.then(|| json!({})),
                    "pick_list_values": options(module, field, Some(layout)),
                })
            })
            .collect();
        let section = json!({
            "display_label": "Information", "name": "Information", "api_name": "Information",
            "sequence_number": 1, "column_count": 2, "tab_traversal": 2, "isSubformSection": false,
            "fields": fields,
        });
        json!({
            "id": layout.id,
            "name": layout.name,
            "display_label": layout.name,
            "api_name": layout.name.replace(' ', "_"),
            "status": if layout.active { "active" } else { "inactive" },
            "visible": layout.active,
            "source": "crm",
            "created_time": null, "created_by": null, "modified_time": null, "modified_by": null,
            "convert_mapping": null,
            "profiles": profiles,
            "sections": [section],
        })
    });
    answer("layouts", shown.collect(), id)
}
