//! The JSON Schema of a line of a plan file.

use massup_model::limits::{MAX_DATA, MAX_FIELDS_DEALS, MAX_IDS};
use schemars::generate::SchemaSettings;
use schemars::{Schema, json_schema};

use super::{Footer, Header};

/// The JSON Schema (draft 2020-12) of a line of a plan file: the header, a step, or the footer.
///
/// A schema cannot express the order of steps, the totals, the digest, and the laws of plans:
/// [`breaches`](super::breaches) checks them.
pub fn schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let header = generator.subschema_for::<Header>();
    let footer = generator.subschema_for::<Footer>();
    let id = json_schema!({ "type": "string", "pattern": "^[0-9]{1,19}$" });
    let count = json_schema!({ "type": "integer", "minimum": 1 });
    let body = json_schema!({
        "type": "object",
        "required": ["data"],
        "additionalProperties": false,
        "properties": {
            "data": {
                "type": "array", "minItems": MAX_DATA, "maxItems": MAX_DATA,
                "items": { "type": "object", "minProperties": 1, "maxProperties": MAX_FIELDS_DEALS },
            },
            "over_write": { "type": "boolean" },
            "ids": { "type": "array", "minItems": 1, "maxItems": MAX_IDS, "items": id },
            "cvid": id,
            "territory": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": false,
                "properties": { "id": id, "include_child": { "type": "boolean" } },
            },
        },
    });
    let step = json_schema!({
        "description": "One step: a call, a call for each 500 of the ids that another step reads, or a step that reads ids.",
        "type": "object",
        "required": ["step", "method", "path"],
        "additionalProperties": false,
        "properties": {
            "step": count,
            "after": count,
            "ids_of": count,
            "method": { "enum": ["GET", "POST"] },
            "path": { "type": "string", "pattern": "^/crm/" },
            "body": body,
            "read": {
                "type": "object",
                "required": ["records"],
                "additionalProperties": false,
                "properties": { "records": { "type": ["integer", "null"], "minimum": 0 } },
            },
        },
        "oneOf": [{ "required": ["body"] }, { "required": ["read"] }],
    });
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a massup plan, *.plan.jsonl",
        "description": "The header, a step, or the footer. A plan has a header, its steps, and a footer, one a line.",
        "anyOf": [header, step, footer],
        "$defs": generator.take_definitions(true),
    })
}
