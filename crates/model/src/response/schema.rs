//! The JSON Schemas of the answers.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use super::{JobStatus, Outcome};
use crate::limits::MAX_IDS;

/// The JSON Schema (draft 2020-12) of the answer to a mass update: entries in `data`, or one error.
///
/// Codes and keys that no document lists are accepted.
pub fn response_schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let entry = generator.subschema_for::<Outcome>();
    envelope(
        generator,
        "The answer to a mass update",
        "An entry for each record, or one for the scheduled job, in `data`; or an error of the call.",
        &json_schema!({ "type": "array", "minItems": 1, "maxItems": MAX_IDS, "items": entry }),
    )
}

/// The JSON Schema (draft 2020-12) of the answer to a call for the status of a job: the one entry of
/// `data`, or one error.
///
/// States, codes and keys that no document lists are accepted.
pub fn job_status_schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let status = generator.subschema_for::<JobStatus>();
    let error = generator.subschema_for::<Outcome>();
    envelope(
        generator,
        "The status of a scheduled mass update",
        "The counts of the job in `data`; or an error, in `data` or in place of it.",
        &json_schema!({
            "type": "array", "minItems": 1, "maxItems": 1, "items": { "anyOf": [status, error] },
        }),
    )
}

fn envelope(
    mut generator: SchemaGenerator,
    title: &str,
    description: &str,
    data: &Schema,
) -> Schema {
    let error = generator.subschema_for::<Outcome>();
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "anyOf": [
            { "type": "object", "properties": { "data": data }, "required": ["data"] },
            error,
        ],
        "$defs": generator.take_definitions(true),
    })
}

/// `details` of an entry, with the keys that clients look for.
pub(super) fn details(_: &mut SchemaGenerator) -> Schema {
    let user = |what: &str| {
        serde_json::json!({
            "description": what,
            "type": "object",
            "properties": { "id": { "type": "string" }, "name": { "type": "string" } },
        })
    };
    json_schema!({
        "type": "object",
        "properties": {
            "id": { "description": "The record.", "type": "string" },
            "job_id": { "description": "The scheduled job.", "type": "string" },
            "Modified_Time": { "description": "When the record was changed.", "type": "string" },
            "Modified_By": user("Who changed the record."),
            "Created_Time": { "description": "When the record was created.", "type": "string" },
            "Created_By": user("Who created the record."),
            "api_name": { "description": "The field or key that is refused.", "type": "string" },
            "json_path": { "description": "Its place in the request.", "type": "string" },
        },
    })
}
