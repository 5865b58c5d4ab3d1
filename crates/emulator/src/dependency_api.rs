//! `GET /crm/{version}/settings/layouts/{layout}/map_dependency`.

use massup_model::ApiVersion;
use serde_json::{Value, json};

use crate::call::Call;
use crate::documented;
use crate::metadata::{Dependency, Field, Layout, Module};
use crate::metadata_api::{answer, paged};
use crate::refusal::{Denial, Refusal};
use crate::reply::Reply;

/// Dependencies on one page at most.
const MAX_PER_PAGE: usize = 200;

/// Which options of a layout's picklists go with which of others: all, page by page, or one of them.
pub(crate) fn dependencies(
    module: &Module,
    layout: &str,
    id: Option<&str>,
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    let found = module.layouts.iter().find(|known| known.id == layout);
    let layout = found.ok_or_else(|| Denial::from(Refusal::ResourceUnknown).with("id", layout))?;
    if !layout.active {
        return Err(Refusal::LayoutDeactivated.into());
    }
    // The list of v8 leaves the options to the answers about each one.
    let whole = id.is_some() || call.version < ApiVersion::V8;
    let shown = layout.maps.iter().enumerate();
    let shown = shown.map(|(place, map)| shown_as(module, layout, map, place, whole)).collect();
    match id {
        Some(_) => answer("map_dependency", shown, id),
        None => Ok(paged("map_dependency", shown, call.query, MAX_PER_PAGE)),
    }
}

fn shown_as(
    module: &Module,
    layout: &Layout,
    map: &Dependency,
    place: usize,
    whole: bool,
) -> Value {
    let side = |name: &str| {
        let id = module.field(name).map(|field| field.id.as_str());
        json!({ "api_name": name, "id": id })
    };
    let mut shown = json!({
        "id": id_of(layout, map, place),
        "active": true,
        "source": 1,
        "category": i32::from(map.parent == "Pipeline"),
        "parent": side(&map.parent),
        "child": side(&map.child),
        "sub_module": map.sub_module.as_ref().map(|name| json!({ "api_name": name })),
    });
    if let Some(members) = shown.as_object_mut().filter(|_| whole) {
        members.insert("pick_list_values".to_owned(), options(module, map));
    }
    shown
}

fn options(module: &Module, map: &Dependency) -> Value {
    let (parent, child) = (module.field(&map.parent), module.field(&map.child));
    let options = map.maps.iter().map(|(option, children)| {
        let maps: Vec<Value> = children.iter().map(|text| names(child, text)).collect();
        let mut shown = names(parent, option);
        if let Some(members) = shown.as_object_mut() {
            members.insert("maps".to_owned(), maps.into());
        }
        shown
    });
    options.collect()
}

/// An option by both of its values, and by its id where the field has it.
pub(crate) fn names(field: Option<&Field>, text: &str) -> Value {
    match field.and_then(|field| field.option(text)) {
        Some(option) => json!({
            "id": option.id,
            "display_value": option.display_value,
            "actual_value": option.actual_value,
        }),
        None => json!({ "display_value": text, "actual_value": text }),
    }
}

/// The id of a dependency; one that is described without has one made from that of its layout.
fn id_of(layout: &Layout, map: &Dependency, place: usize) -> String {
    if !map.id.is_empty() {
        return map.id.clone();
    }
    match documented::id(&layout.id) {
        Some(id) => id.saturating_add(5_000).saturating_add(place as u64).to_string(),
        None => format!("{}{place}", layout.id),
    }
}
