//! The schema of a request, and the parts of it that change files share.

use massup_model::draft::{CRITERIA, Spot};
use massup_model::limits::{MAX_DATA, MAX_FIELDS_DEALS, MAX_ID_DIGITS, MAX_IDS, fields_per_call};
use massup_model::{ApiVersion, Draft, Module};
use schemars::{Schema, json_schema};
use serde_json::{Value, json};

use crate::engine::Linter;
use crate::report::Severity;

/// What no API name of a field has.
const NOT_IN_NAMES: &str = "[^A-Za-z0-9_]";

/// The body of a mass update for a module and a version. Without a module the number of fields is that of
/// Deals; without a version the newest one is used. For a module without mass updates nothing is accepted.
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
                "description": documented(
                    "One object: API names of fields and the values for all records.",
                    if fields == MAX_FIELDS_DEALS { "fields-deals" } else { "fields" },
                ),
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_DATA,
                "items": fields_with_values(Some(fields)),
            },
            "ids": {
                "description": documented("The records to update immediately.", "ids"),
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_IDS,
                "items": { "$ref": "#/$defs/id" },
            },
            "cvid": {
                "description": "The custom view whose records a scheduled job updates.",
                "$ref": "#/$defs/id",
            },
            "territory": territory(),
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

/// A description with a documented limit and its sources.
fn documented(text: &str, limit: &str) -> String {
    let limit = massup_model::limits::ALL.iter().find(|known| known.name == limit);
    limit.map_or_else(String::new, |limit| {
        let sources: Vec<_> = limit.sources.iter().map(|source| source.name).collect();
        format!("{text} At most {} {} ({}).", limit.value, limit.unit, sources.join("; "))
    })
}

/// An object of fields and values. Keys of the body are not fields.
pub(super) fn fields_with_values(most: Option<usize>) -> Value {
    let mut object = json!({
        "type": "object",
        "minProperties": 1,
        "patternProperties": {
            "^[A-Za-z][A-Za-z0-9_]*$": {
                "description": "The value. An array has options of a multi-select picklist, \
                                an object the id of a layout or a user.",
                "items": { "type": "string" },
                "required": ["id"],
                "properties": { "id": { "type": ["string", "number"] } },
            },
            // Some validators match `$` before a line feed at the end.
            NOT_IN_NAMES: false,
            "^(?:id|ids|cvid|territory|over_write)$": false,
        },
        "additionalProperties": false,
    });
    if let (Some(most), Value::Object(members)) = (most, &mut object) {
        members.insert("maxProperties".into(), most.into());
    }
    object
}

/// The territory of a call, and of a change file.
pub(super) fn territory() -> Value {
    json!({
        "description": "Narrows the view to the records of a territory.",
        "type": "object",
        "required": ["id"],
        "additionalProperties": false,
        "properties": {
            "id": { "$ref": "#/$defs/id" },
            "include_child": { "type": "boolean", "default": false },
        },
    })
}

/// Whether the rule on modules reports an error whatever the body is.
pub(super) fn is_refused(module: &str, version: ApiVersion) -> bool {
    let draft =
        Draft { module: Some(Spot::outside(module)), version: Some(version), ..Draft::default() };
    let found = Linter::new().check_draft(&draft).diagnostics;
    found.iter().any(|found| found.code == "MU103" && found.severity == Severity::Error)
}

/// An id: a string, or a number, which is not documented.
pub(super) fn id() -> Value {
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
pub(super) fn id_pattern() -> String {
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
