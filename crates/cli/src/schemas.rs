//! The published schemas: those of [`massup_project::schemas`], and those of what only commands write.

mod examples;

use massup_executor::event::Event;
use massup_project::Explanation;
use massup_project::schemas::{self, Published};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::Value;

use crate::apply::{DryStep, RunData, WayBack};
use crate::emulate::Started;
use crate::list::{FieldData, Fields, Modules, Territories, Views};
use crate::pull::Pulled;
use crate::render::Finding;
use crate::render::plan::Signed;
use crate::sign_in::SignedOut;
use crate::whoami::IdentityData;

/// What only commands write: the name of the schema, its title, and what makes it.
type Output = (&'static str, &'static str, fn() -> Schema);

static OUTPUTS: [Output; 16] = [
    ("explanation", "The output of `massup explain --format json`", Explanation::schema),
    (
        "planned",
        "The output of `massup plan` and `massup show --format json`",
        written::<Signed<'_>>,
    ),
    ("finding", "A line of `massup lint --format jsonl`", written::<Finding<'_>>),
    ("run", "The report of `massup apply`, `rollback` and `status`", written::<RunData<'_>>),
    ("event", "A line of `massup apply --format jsonl`", events),
    ("dry-run", "A line of `massup apply --dry-run --format json`", written::<DryStep<'_>>),
    ("way-back", "The output of `massup rollback --plan-only --format json`", written::<WayBack>),
    ("fields", "The output of `massup fields MODULE --format json`", written::<Fields<'_>>),
    ("field", "The output of `massup fields MODULE FIELD --format json`", written::<FieldData<'_>>),
    ("views", "The output of `massup views --format json`", written::<Views<'_>>),
    ("territories", "The output of `massup territories --format json`", written::<Territories<'_>>),
    ("modules", "The output of `massup modules --format json`", written::<Modules<'_>>),
    ("identity", "The output of `massup whoami` and `login`", written::<IdentityData<'_>>),
    ("signed-out", "The output of `massup logout --format json`", written::<SignedOut<'_>>),
    ("pulled", "The output of `massup pull --format json`", written::<Pulled<'_>>),
    ("started", "The first line of `massup emulate --format json`", written::<Started<'_>>),
];

fn written<T: JsonSchema>() -> Schema {
    schemas::written::<T>()
}

/// Events while a run goes on, and its report at the end.
fn events() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let event = generator.subschema_for::<Event>();
    let report = generator.subschema_for::<RunData<'_>>();
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "An event; `event` names its kind. The last line is the report.",
        "anyOf": [event, report],
        "$defs": generator.take_definitions(true),
    })
}

/// The schema with a name.
pub fn find(name: &str) -> Option<Published> {
    let Some((name, title, schema)) = OUTPUTS.iter().find(|(known, ..)| *known == name) else {
        return schemas::find(name);
    };
    let mut schema = schema().to_value();
    if let Value::Object(members) = &mut schema {
        members.insert("title".into(), (*title).into());
        let examples = examples::of(name);
        if !examples.is_empty() {
            members.insert("examples".into(), examples.into());
        }
    }
    Some(schemas::published(name, &[], schema))
}

/// The published schemas in the form of the catalogue of `SchemaStore`, but for those by version and module.
pub fn catalogue() -> Value {
    let names = schemas::NAMES.into_iter().chain(OUTPUTS.iter().map(|(name, ..)| *name));
    schemas::catalogue(&names.filter_map(find).collect::<Vec<_>>())
}

/// Every published schema.
pub fn all() -> Vec<Published> {
    let mut all = schemas::all();
    all.extend(OUTPUTS.iter().filter_map(|(name, ..)| find(name)));
    all
}
