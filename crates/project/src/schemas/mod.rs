//! The published JSON Schemas: names, examples, and renderings for older drafts.

mod draft;
mod examples;

use massup_model::ApiVersion;
use massup_rules::schema;
use schemars::Schema;
use serde_json::{Value, json};

pub use draft::Draft;

/// What every `$id` begins with, and the version of the formats. An id is a name: nothing is downloaded from it.
pub const BASE: &str = "https://massup.example/schemas/v1/";

/// A published schema.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Published {
    /// The file in `schemas/`, without its ending: `request/v8.leads`.
    pub name: String,
    /// Globs of the files that it describes; none for what has no file.
    pub files: &'static [&'static str],
    /// The schema, draft 2020-12.
    pub schema: Value,
}

/// The classes of modules that requests differ by, with a module of each.
pub const CLASSES: [(&str, &str, &str); 3] = [
    ("leads", "Leads", "Leads, Accounts or Contacts"),
    ("deals", "Deals", "Deals"),
    ("other", "Vehicles", "a module without territories, such as a custom module"),
];

/// Every published schema.
pub fn all() -> Vec<Published> {
    let mut all: Vec<_> = NAMES.iter().filter_map(|name| find(name)).collect();
    for &version in ApiVersion::ALL {
        for (class, module, of) in CLASSES {
            let name = format!("request/{version}.{class}");
            let mut request = schema::request(Some(module), Some(version)).to_value();
            if let Value::Object(members) = &mut request {
                members.insert("title".into(), format!("Mass update of {of}, {version}").into());
            }
            all.push(published(&name, &[], request));
        }
    }
    all
}

/// The names of the schemas that [`find`] knows.
pub const NAMES: [&str; 13] = [
    "request",
    "response",
    "job-status",
    "report",
    "plan",
    "change",
    "settings",
    "user",
    "overrides",
    "counts",
    "snapshot",
    "rules",
    "errors",
];

/// The schema with a name.
///
/// ```
/// use massup_project::schemas;
///
/// let change = schemas::find("change").unwrap();
/// assert_eq!(change.files[0], "*.massup.json");
/// assert!(schemas::find("changes").is_none());
/// ```
pub fn find(name: &str) -> Option<Published> {
    let (files, schema): (&'static [&'static str], _) = match name {
        "request" => (&[], schema::request(None, None)),
        "response" => (&[], massup_model::response::response_schema()),
        "job-status" => (&[], massup_model::response::job_status_schema()),
        "report" => (&[], schema::report()),
        "plan" => (&[], massup_planner::file::schema()),
        "change" => {
            (&["*.massup.json", "*.massup.yaml", "*.massup.yml", "*.massup.toml"], schema::change())
        }
        "settings" => (&["massup.toml"], crate::config::schema()),
        "user" => (&["**/.massup/snapshot/user.json"], schema::user()),
        "overrides" => (&["**/.massup/snapshot/overrides.toml"], schema::overrides()),
        "counts" => (&["**/.massup/snapshot/counts.json"], schema::counts()),
        "snapshot" => (&["**/.massup/snapshot/snapshot.json"], schema::snapshot()),
        "rules" => (&[], schema::catalogue_schema()),
        "errors" => (&[], schema::errors_schema()),
        _ => return None,
    };
    Some(published(name, files, schema.to_value()))
}

/// A schema with its id and its examples.
pub fn published(name: &str, files: &'static [&'static str], mut schema: Value) -> Published {
    join_lines(&mut schema);
    if let Value::Object(members) = &mut schema {
        members.insert("$id".into(), format!("{BASE}{name}.schema.json").into());
        let examples = examples::of(name);
        if !examples.is_empty() {
            members.insert("examples".into(), examples.into());
        }
    }
    Published { name: name.to_owned(), files, schema }
}

/// The schema of what a type is written as.
pub fn written<T: schemars::JsonSchema>() -> Schema {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

/// Makes each paragraph of a description one line: the comments that they come from are wrapped.
fn join_lines(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(join_lines),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "description" && text.contains('\n') => {
                        let paragraphs = text.split("\n\n").map(|text| text.replace('\n', " "));
                        *text = paragraphs.collect::<Vec<_>>().join("\n\n");
                    }
                    other => join_lines(other),
                }
            }
        }
        _ => {}
    }
}

/// A schema as text, with the keys in the order in which people read them: what it is, then what it says.
pub fn text(schema: &Value) -> String {
    let ordered = Schema::try_from(schema.clone());
    let text = ordered.map_or_else(
        |_| serde_json::to_string_pretty(schema),
        |schema| serde_json::to_string_pretty(&schema),
    );
    text.unwrap_or_default() + "\n"
}

/// Schemas in the form of the catalogue of `SchemaStore`, with the names of the files that they describe. Editors that
/// take TOML read draft-07 at most, so the addresses are those.
pub fn catalogue(schemas: &[Published]) -> Value {
    let entry = |schema: &Published| {
        let mut entry = json!({
            "name": format!("massup {}", schema.name),
            "description": schema.schema.get("description"),
            "url": Draft::Draft07.id(&schema.name),
        });
        if let (false, Value::Object(members)) = (schema.files.is_empty(), &mut entry) {
            members.insert("fileMatch".into(), schema.files.into());
        }
        entry
    };
    json!({
        "$schema": "https://json.schemastore.org/schema-catalog.json",
        "version": 1,
        "schemas": schemas.iter().map(entry).collect::<Vec<_>>(),
    })
}
