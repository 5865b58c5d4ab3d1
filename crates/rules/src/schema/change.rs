//! The schema of a change file, from the table of its keys that the reader uses too.

use massup_model::module::{CUSTOM_PLACEHOLDER, MODULES, NOT_SUPPORTED, SYSTEM};
use massup_model::{ApiVersion, Module};
use massup_syntax::change_file::{CHANGE, Key, Part, SELECT, Takes};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::request::{fields_with_values, id, is_refused};

/// A change file, `*.massup.json`, `.yaml` or `.toml`: what [`Linter::read_change`](crate::Linter::read_change)
/// accepts without facts about the organisation.
pub fn change() -> Schema {
    let mut schema = json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "massup change file",
        "description": "Which fields of which records get which values; `massup plan` makes calls of it.",
        "allOf": conditions(),
        "$defs": {
            "id": id(),
            "selection": selection(),
        },
    });
    if let (Value::Object(file), object) = (part(&CHANGE), schema.ensure_object()) {
        object.extend(file);
    }
    schema
}

/// An object with the keys of a part.
fn part(part: &Part) -> Value {
    let properties: Map<_, _> = part.keys.iter().map(|key| (key.name.into(), value(key))).collect();
    let required: Vec<_> =
        part.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut object = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if let (false, Value::Object(members)) = (required.is_empty(), &mut object) {
        members.insert("required".into(), required.into());
    }
    object
}

/// The value of a key, with its description.
fn value(key: &Key) -> Value {
    let mut schema = match key.takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Module => module(),
        Takes::Version => json!({ "enum": ApiVersion::ALL }),
        Takes::Fields => fields_with_values(None),
        Takes::Boolean => json!({ "type": "boolean" }),
        Takes::Selection => json!({
            "anyOf": [{ "$ref": "#/$defs/selection" }, list()],
        }),
        Takes::Id => json!({ "$ref": "#/$defs/id" }),
        Takes::Ids => json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/id" } }),
        Takes::Word(words) => json!({ "enum": words }),
        Takes::Count => json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX }),
        Takes::Part(inner) => part(inner),
    };
    if let Value::Object(members) = &mut schema {
        members.insert("description".into(), key.about.into());
        if let Some(default) = key.default.and_then(|text| serde_json::from_str(text).ok()) {
            members.insert("default".into(), default);
        }
    }
    schema
}

/// The API name of a module; editors offer the documented ones.
fn module() -> Value {
    let documented: Vec<_> = MODULES.iter().map(|module| module.api_name).collect();
    let refused: Vec<_> = [CUSTOM_PLACEHOLDER].iter().chain(NOT_SUPPORTED).chain(SYSTEM).collect();
    json!({
        "type": "string",
        "anyOf": [{ "enum": documented }, { "pattern": "^[A-Za-z][A-Za-z0-9_]*$" }],
        "not": { "anyOf": [{ "enum": refused }, { "pattern": "[^A-Za-z0-9_]" }] },
    })
}

/// A selection by ids, by a file of them, by both, or by a view.
fn selection() -> Value {
    let mut selection = part(&SELECT);
    if let Value::Object(members) = &mut selection {
        let has = |key: &str| json!({ "required": [key] });
        members.insert("anyOf".into(), json!([has("ids"), has("ids_file"), has("view")]));
        members.insert(
            "not".into(),
            json!({ "required": ["view"], "anyOf": [has("ids"), has("ids_file")] }),
        );
        members.insert(
            "dependentRequired".into(),
            json!({ "territory": ["view"], "column": ["ids_file"] }),
        );
    }
    selection
}

/// Several selections. A view has records that massup does not know, so it is none of them.
fn list() -> Value {
    json!({
        "type": "array",
        "minItems": 2,
        "items": {
            "$ref": "#/$defs/selection",
            "properties": { "view": false },
        },
    })
}

/// What depends on the module: the versions that have it, and whether it has territories.
fn conditions() -> Vec<Value> {
    let is = |module: Value| json!({ "properties": { "module": module }, "required": ["module"] });
    let mut conditions = Vec::new();
    for Module { api_name, .. } in MODULES {
        let versions: Vec<_> = ApiVersion::ALL
            .iter()
            .copied()
            .filter(|version| !is_refused(api_name, *version))
            .collect();
        if versions.len() == ApiVersion::ALL.len() {
            continue;
        }
        let mut then = json!({ "properties": { "api_version": { "enum": versions } } });
        if let (false, Value::Object(then)) = (versions.contains(&ApiVersion::LATEST), &mut then) {
            then.insert("required".into(), json!(["api_version"]));
        }
        conditions.push(json!({ "if": is(json!({ "const": api_name })), "then": then }));
    }
    let with: Vec<_> =
        MODULES.iter().filter(|module| module.territories).map(|module| module.api_name).collect();
    conditions.push(json!({
        "if": is(json!({ "not": { "enum": with } })),
        "then": { "properties": { "select": { "properties": { "territory": false } } } },
    }));
    conditions
}
