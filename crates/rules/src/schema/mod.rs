//! JSON Schemas, draft 2020-12, for programs in other languages.
//!
//! The schema of a request accepts a body exactly when no rule reports an error in it without facts about the
//! organisation. A schema cannot see three things: duplicate keys, which a parser has already merged, digits
//! that a parser has rounded, and a fraction of zero, since `5.0` is an integer to it.

mod change;
mod request;

use massup_model::ApiVersion;
use schemars::{Schema, json_schema};
use serde_json::{Value, json};

pub use change::change;
pub use request::request;

use crate::engine::rules;
use crate::report::Report;

/// The file `user.json` of a snapshot, which describes the caller.
pub fn user() -> Schema {
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "user.json",
        "description": "The caller. Missing values are unknown.",
        "type": "object",
        "properties": {
            "scopes": {
                "description": "The scopes of the token, such as ZohoCRM.mass_update.UPDATE: a list, or a text that separates them with commas or spaces.",
                "type": ["array", "string", "null"],
                "items": { "type": "string" },
            },
            "edition": {
                "description": "The edition of the organisation, such as Enterprise.",
                "type": ["string", "null"],
            },
            "scope": {
                "description": "The same as `scopes`, as answers of the accounts server have it.",
                "type": ["string", "null"],
            },
            "profile_id": { "description": "The id of the user's profile.", "type": ["string", "integer", "null"] },
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
    schema
}

/// The rules as data.
pub fn catalogue() -> Value {
    let rule = |rule: &&crate::Rule| {
        let severity = |version| (version, (rule.severity)(version).as_str());
        let severities: serde_json::Map<String, Value> = ApiVersion::ALL
            .map(severity)
            .into_iter()
            .map(|(version, severity)| (version.to_string(), severity.into()))
            .collect();
        let answers = rule.answers.iter().map(|error| error.key).collect::<Vec<_>>();
        json!({
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary(),
            "stage": rule.stage(),
            "severity": severities,
            "evidence": rule.evidence,
            "status": rule.status,
            "answers": answers,
            "sources": rule.sources,
        })
    };
    json!({ "format": 1, "rules": rules().iter().map(rule).collect::<Vec<_>>() })
}
