//! JSON Schemas, draft 2020-12, for programs in other languages.
//!
//! The schema of a request says what the shape rules say: it accepts a body exactly when no rule on the
//! call alone reports an error in it. Two things a schema cannot see: keys that stand twice, which are
//! gone once a text is parsed, and the digits that a parser has rounded away.

use massup_model::ApiVersion;
use massup_model::draft::CRITERIA;
use massup_model::limits::{MAX_DATA, MAX_FIELDS_DEALS, MAX_ID_DIGITS, MAX_IDS, fields_per_call};
use schemars::{Schema, json_schema};
use serde_json::{Value, json};

use crate::engine::rules;
use crate::report::Report;

/// The file `user.json` of a snapshot: who calls.
pub fn user() -> Schema {
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "user.json",
        "description": "Who calls. What is left out is unknown.",
        "type": "object",
        "properties": {
            "scopes": {
                "description": "The scopes of the token, such as ZohoCRM.mass_update.UPDATE.",
                "type": ["array", "null"],
                "items": { "type": "string" },
            },
            "edition": {
                "description": "The edition of the organisation, such as Enterprise.",
                "type": ["string", "null"],
            },
            "profile_id": { "description": "The id of the user's profile.", "type": ["string", "integer", "null"] },
        },
    })
}

/// The file `overrides.toml` of a snapshot, a table a module: what no API tells.
pub fn overrides() -> Schema {
    let names = |description: &str| json!({ "description": description, "type": "array", "items": { "type": "string" } });
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "overrides.toml",
        "description": "By the API name of a module: API names of fields in its rules. What is left out is unknown.",
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

/// The body of a mass update, for a module and a version if they are given: without a module the
/// number of fields is that of Deals, without a version the newest counts.
pub fn request(module: Option<&str>, version: Option<ApiVersion>) -> Schema {
    let version = version.unwrap_or(ApiVersion::LATEST);
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
                "description": "One object: field API names and the values that all records get.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_DATA,
                "items": {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": fields,
                    "propertyNames": { "pattern": "^[A-Za-z][A-Za-z0-9_]*$", "not": { "anyOf": [
                        { "const": "id" }, { "pattern": "[^A-Za-z0-9_]" },
                    ] } },
                    "additionalProperties": {
                        "description": "Arrays hold options of a multi-select picklist, \
                                        objects the id of a layout or a user.",
                        "items": { "type": "string" },
                        "required": ["id"],
                        "properties": { "id": { "type": ["string", "number"] } },
                    },
                },
            },
            "ids": {
                "description": "The records to update at once.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_IDS,
                "items": { "$ref": "#/$defs/id" },
            },
            "cvid": {
                "description": "The custom view whose records a job updates.",
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
        let criteria = json!({ "deprecated": true, "description": "In the SDKs, on no page." });
        properties.insert(CRITERIA.into(), criteria);
    }
    if version >= ApiVersion::V8 {
        object.insert("not".into(), json!({ "required": ["ids", "cvid"] }));
    }
    schema
}

/// An id: a string, or a number, which works but is not documented.
fn id() -> Value {
    json!({
        "description": "1 to 19 digits that fit a signed 64-bit integer. Write it as a string.",
        "anyOf": [
            { "type": "string", "pattern": id_pattern(), "not": { "pattern": "[^0-9]" } },
            { "type": "integer", "minimum": 0, "maximum": i64::MAX },
        ],
    })
}

/// Up to 18 digits, or 19 that are not above the greatest signed 64-bit integer: one alternative for
/// each place at which a number can fall below it.
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
