//! JSON Schemas, draft 2020-12, for programs in other languages.
//!
//! The schema of a request accepts a body exactly when no rule reports an error in it without facts about the
//! organisation. A schema cannot see three things: duplicate keys, which a parser has already merged, digits
//! that a parser has rounded, and a fraction of zero, since `5.0` is an integer to it.

use massup_model::draft::{CRITERIA, Spot};
use massup_model::limits::{MAX_DATA, MAX_FIELDS_DEALS, MAX_ID_DIGITS, MAX_IDS, fields_per_call};
use massup_model::{ApiVersion, Draft, Module};
use schemars::{Schema, json_schema};
use serde_json::{Value, json};

use crate::engine::{Linter, rules};
use crate::report::{Report, Severity};

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

/// The body of a mass update for a module and a version. Without a module the number of fields is that of
/// Deals; without a version the newest one is used. For a module without mass updates nothing is accepted.
pub fn request(module: Option<&str>, version: Option<ApiVersion>) -> Schema {
    let version = version.unwrap_or(ApiVersion::LATEST);
    let misplaced =
        ["id", "ids", "cvid", "territory", "over_write"].map(|key| json!({ "const": key }));
    let not_names: Vec<_> =
        misplaced.into_iter().chain([json!({ "pattern": "[^A-Za-z0-9_]" })]).collect();
    let fields = module.map_or(MAX_FIELDS_DEALS, fields_per_call);
    let on = module.unwrap_or("any module");
    let mut schema = json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Mass update of {on}, {version}"),
        "description": "The body of POST /crm/{version}/{module}/actions/mass_update.",
        "type": "object",
        "required": ["data"],
        "anyOf": [{ "required": ["ids"] }, { "required": ["cvid"] }],
        "dependentRequired": { "territory": ["cvid"] },
        "additionalProperties": false,
        "properties": {
            "data": {
                "description": "One object: API names of fields and the values for all records.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_DATA,
                "items": {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": fields,
                    "propertyNames": { "pattern": "^[A-Za-z][A-Za-z0-9_]*$", "not": { "anyOf": not_names } },
                    "additionalProperties": {
                        "description": "An array has options of a multi-select picklist, \
                                        an object the id of a layout or a user.",
                        "items": { "type": "string" },
                        "required": ["id"],
                        "properties": { "id": { "type": ["string", "number"] } },
                    },
                },
            },
            "ids": {
                "description": "The records to update immediately.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_IDS,
                "items": { "$ref": "#/$defs/id" },
            },
            "cvid": {
                "description": "The custom view whose records a scheduled job updates.",
                "$ref": "#/$defs/id",
            },
            "territory": {
                "description": "Narrows the view to the records of a territory.",
                "type": "object",
                "required": ["id"],
                "additionalProperties": false,
                "properties": {
                    "id": { "$ref": "#/$defs/id" },
                    "include_child": { "type": "boolean", "default": false },
                },
            },
            "over_write": {
                "description": "Replaces the options of a multi-select picklist; false adds to them.",
                "type": "boolean",
                "default": false,
            },
        },
        "$defs": { "id": id() },
    });
    let object = schema.ensure_object();
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        let criteria =
            json!({ "deprecated": true, "description": "Only in the SDKs, not documented." });
        properties.insert(CRITERIA.into(), criteria);
        if module.is_some_and(|name| Module::find(name).is_none_or(|module| !module.territories)) {
            properties.insert("territory".into(), false.into());
        }
    }
    if module.is_some_and(|module| is_refused(module, version)) {
        object.insert("not".into(), json!({}));
    } else if version >= ApiVersion::V8 {
        object.insert("not".into(), json!({ "required": ["ids", "cvid"] }));
    }
    schema
}

/// Whether the rule on modules reports an error whatever the body is.
fn is_refused(module: &str, version: ApiVersion) -> bool {
    let draft =
        Draft { module: Some(Spot::outside(module)), version: Some(version), ..Draft::default() };
    let found = Linter::new().check_draft(&draft).diagnostics;
    found.iter().any(|found| found.code == "MU103" && found.severity == Severity::Error)
}

/// An id: a string, or a number, which is not documented.
fn id() -> Value {
    json!({
        "description": "1 to 19 digits that fit a signed 64-bit integer. Write it as a string.",
        "anyOf": [
            { "type": "string", "pattern": id_pattern(), "not": { "pattern": "[^0-9]" } },
            { "type": "integer", "minimum": 0, "maximum": i64::MAX },
        ],
    })
}

/// Up to 18 digits, or 19 that fit a signed 64-bit integer: one alternative for each place at which a number
/// can be less than the greatest one.
fn id_pattern() -> String {
    let greatest = i64::MAX.to_string();
    let mut alternatives = vec![format!("[0-9]{{1,{}}}", MAX_ID_DIGITS - 1)];
    for (place, digit) in greatest.char_indices().filter(|(_, digit)| *digit != '0') {
        let (before, below) = (&greatest[..place], char::from(digit as u8 - 1));
        let after = MAX_ID_DIGITS - 1 - place;
        alternatives.push(format!("{before}[0-{below}][0-9]{{{after}}}"));
    }
    alternatives.push(greatest);
    format!("^(?:{})$", alternatives.join("|"))
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_pattern_ends_at_the_greatest_integer() {
        let pattern = super::id_pattern();
        assert!(
            pattern.starts_with("^(?:[0-9]{1,18}|[0-8][0-9]{18}|9[0-1][0-9]{17}|"),
            "{pattern}"
        );
        assert!(pattern.ends_with("|922337203685477580[0-6][0-9]{0}|9223372036854775807)$"));
    }
}
