//! JSON Schemas, draft 2020-12, for programs in other languages.
//!
//! The schema of a request accepts a body exactly when no rule reports an error in it without facts about the
//! organisation. A schema cannot see three things: duplicate keys, which a parser has already merged, digits
//! that a parser has rounded, and a fraction of zero, since `5.0` is an integer to it.

mod change;
mod data;
mod organisation;
mod request;
mod value;

use schemars::{Schema, json_schema};
use serde_json::{Value, json};

pub use change::change;
pub use data::{ErrorData, catalogue, catalogue_schema, errors, errors_schema};
pub use organisation::of_organisation;
pub use request::request;

use crate::engine::rules;
use crate::report::Report;

/// The file `user.json` of a snapshot, which describes the caller.
pub fn user() -> Schema {
    let scopes = json!({
        "description": "The scopes of the token, such as ZohoCRM.mass_update.UPDATE: a list, or a text that separates them with commas or spaces.",
        "type": ["array", "string", "null"],
        "items": { "type": "string" },
    });
    let not_a_text = |key: &str| json!({ "properties": { key: { "not": { "type": "string" } } } });
    let fails = json!({
        "required": ["code"],
        "not": { "required": ["status"], "properties": { "status": { "const": "success" } } },
    });
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "user.json",
        "description": "The caller. Missing values are unknown.",
        "type": "object",
        "properties": {
            "scopes": scopes,
            "edition": {
                "description": "The edition of the organisation, such as Enterprise.",
                "type": ["string", "null"],
            },
            "profile_id": { "description": "The id of the user's profile.", "type": ["string", "number", "null"] },
        },
        // An answer of the accounts server has `scope`.
        "anyOf": [{ "required": ["scopes"] }, { "properties": { "scope": scopes } }],
        // An error answer describes nobody.
        "if": fails,
        "then": not_a_text("code"),
        "else": not_a_text("error"),
    })
}

/// The file `counts.json` of a snapshot: how many records the custom views have.
pub fn counts() -> Schema {
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "counts.json",
        "description": "The number of records of custom views, by the id of the view.",
        "type": "object",
        "patternProperties": {
            request::id_pattern(): {
                "type": "object",
                "required": ["count"],
                "properties": {
                    "count": {
                        "description": "Records in the view.",
                        "anyOf": [
                            { "type": "integer", "minimum": 0, "maximum": u64::MAX },
                            { "type": "string", "pattern": "^[0-9]{1,19}$" },
                        ],
                    },
                    "as_of": { "description": "When they were counted, such as 2026-11-23T10:00:00Z." },
                },
            },
            // Some validators match `$` before a line feed at the end.
            "[^0-9]": false,
        },
        "additionalProperties": false,
    })
}

/// The file `snapshot.json` of a snapshot.
pub fn snapshot() -> Schema {
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "snapshot.json",
        "description": "When the snapshot was taken; `massup pull` adds by whom, and what was refused.",
        "type": "object",
        "properties": {
            "taken_at": {
                "description": "The time, such as 2026-11-23T10:00:00Z.",
                "type": ["string", "null"],
                "format": "date-time",
            },
        },
    })
}

/// The file `overrides.toml` of a snapshot, with a table for each module: facts that no API provides.
pub fn overrides() -> Schema {
    let names = |description: &str| json!({ "description": description, "type": "array", "items": { "type": "string" } });
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "overrides.toml",
        "description": "API names of fields in rules, by the API name of the module. Missing lists are unknown.",
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "layout_rules": names("Primary fields of layout rules."),
                "validation_rules": names("Primary fields of validation rules."),
                "validation_rules_secondary": names("Secondary fields of validation rules."),
            },
        },
    })
}

/// The output of `massup lint --format json`.
pub fn report() -> Schema {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>();
    let codes: Vec<_> = rules().iter().map(|rule| rule.code).collect();
    if let Some(code) = schema.pointer_mut("/$defs/Diagnostic/properties/code") {
        *code = json!({ "description": "The code of the rule.", "enum": codes });
    }
    // The command writes it, not the linter.
    if let Some(Value::Object(file)) = schema.pointer_mut("/$defs/FileReport/properties") {
        let description =
            "The number of findings that were counted, but not kept. Absent if there are none.";
        let omitted = json!({ "description": description, "type": "integer", "minimum": 1 });
        file.insert("omitted".into(), omitted);
    }
    schema
}
