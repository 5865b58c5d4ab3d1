//! The schema of a request to one organisation: what a snapshot adds to the schema of a module.
//!
//! The rules decide. Small calls that set one field, or name one view, are checked, and the schema says what the
//! rules say about them. Only types, sizes and formats of values are written out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use massup_model::ApiVersion;
use massup_model::limits::fields_per_call;
use massup_model::request::is_field_name;
use schemars::Schema;
use serde_json::{Map, Value, json};

use super::request::{self, fields_with_values};
use super::value;
use crate::engine::Linter;
use crate::facts::Facts;
use crate::report::{Diagnostic, Severity};

/// The body of a mass update for a module of the organisation that the facts are about: its fields, their types,
/// options and sizes, its custom views and the territories. It accepts what the linter reports no error for, as
/// far as a schema can say that; `docs/schemas.md` lists what it cannot. What is unknown is not restricted.
///
/// ```
/// use massup_rules::{Facts, schema};
///
/// let mut facts = Facts::default();
/// facts.add("fields/Leads.json", r#"[{ "api_name": "Fax", "data_type": "phone", "mass_update": true }]"#)?;
/// let schema = schema::of_organisation("Leads", None, facts).to_value();
/// let fields = &schema["properties"]["data"]["items"];
/// assert_eq!(fields["properties"]["Fax"]["maxLength"], 30);
/// assert_eq!(fields["additionalProperties"], false);
/// # Ok::<(), massup_facts::SnapshotError>(())
/// ```
pub fn of_organisation(
    module: &str,
    version: Option<ApiVersion>,
    facts: impl Into<Arc<Facts>>,
) -> Schema {
    let version = version.unwrap_or(ApiVersion::LATEST);
    let facts = facts.into();
    let linter = Linter::new().module(module).version(version).facts(Arc::clone(&facts));
    let organisation = Organisation { module, facts: &facts, linter };
    let mut schema = request::request(Some(module), Some(version));
    schema.insert(
        "title".into(),
        format!("Mass update of {module}, {version}, from a snapshot").into(),
    );
    // Whether the module is supported depends on the snapshot too.
    schema.remove("not");
    if let Some(why) = organisation.refusal(&json!({ "data": [{ "X": null }], "ids": ["1"] }), "") {
        schema.insert("description".into(), format!("Nothing is accepted: {why}.").into());
        schema.insert("not".into(), json!({}));
    } else if version >= ApiVersion::V8 {
        schema.insert("not".into(), json!({ "required": ["ids", "cvid"] }));
    }
    let mut conditions = Vec::new();
    if let Some(items) = schema.pointer_mut("/properties/data/items") {
        *items = organisation.fields(fields_per_call(module));
    }
    if let Some(Value::Object(view)) = schema.pointer_mut("/properties/cvid") {
        conditions.extend(organisation.views(view));
    }
    if let Some(territory) = schema.pointer_mut("/properties/territory") {
        organisation.territories(territory);
    }
    conditions.extend(organisation.unique_fields());
    if !conditions.is_empty() {
        schema.insert("allOf".into(), conditions.into());
    }
    schema
}

struct Organisation<'f> {
    module: &'f str,
    facts: &'f Facts,
    linter: Linter,
}

impl Organisation<'_> {
    /// The errors in a body.
    fn errors(&self, body: &Value) -> Vec<Diagnostic> {
        let report = self.linter.lint("body.json", body.to_string().as_bytes());
        report.diagnostics.into_iter().filter(|one| one.severity == Severity::Error).collect()
    }

    /// Why the rules refuse a body at a pointer, if they do.
    fn refusal(&self, body: &Value, pointer: &str) -> Option<String> {
        let found = self.errors(body).into_iter().find(|found| found.pointer == pointer)?;
        Some(format!("{} ({})", found.message, found.code))
    }

    /// Why the rules reject this value for this field, if they do.
    fn refused_value(&self, field: &str, value: &Value) -> Option<String> {
        self.refusal(
            &json!({ "data": [{ field: value }], "ids": ["1"] }),
            &format!("/data/0/{field}"),
        )
    }

    /// The object in `data`.
    fn fields(&self, most: usize) -> Value {
        let known = self.facts.fields_of(self.module);
        let listed = self.facts.associations_of(self.module).into_iter();
        let listed =
            listed.flat_map(|rules| [&rules.layout_rules, &rules.validation_rules]).flatten();
        let mut names: BTreeSet<&str> = match known {
            Some(fields) => fields.iter().map(|field| field.api_name.as_str()).collect(),
            None => listed.flatten().map(String::as_str).collect(),
        };
        names.retain(|name| is_field_name(name));
        let mut properties = Map::new();
        for name in names {
            // The first of duplicates counts.
            let field = known.and_then(|all| all.iter().find(|field| field.api_name == name));
            // `null` is refused for a field that nobody may set, and for a mandatory one.
            let closed = self.errors(&json!({ "data": [{ name: null }], "ids": ["1"] }));
            let closed = closed
                .iter()
                .find(|found| found.pointer == format!("/data/0/{name}") && found.code != "MU229");
            let schema = match (closed, field) {
                (Some(why), _) => {
                    let description = format!("Refused: {} ({}).", why.message, why.code);
                    json!({ "not": {}, "description": description })
                }
                (None, Some(field)) => {
                    let accepts = |value: Value| self.refused_value(name, &value).is_none();
                    value::of(field, accepts(Value::Null), accepts("".into()))
                }
                (None, None) => continue,
            };
            properties.insert(name.to_owned(), schema);
        }
        let mut object = fields_with_values(Some(most));
        if let Value::Object(members) = &mut object {
            if known.is_some() {
                members.remove("patternProperties");
            }
            members.insert("properties".into(), properties.into());
        }
        object
    }

    /// The ids of all views that are known, with their names.
    fn known_views(&self) -> BTreeMap<u64, &str> {
        let counted = self.facts.counts.keys().map(|id| (*id, ""));
        let listed = self.facts.views.values().flat_map(|views| &views.views);
        counted
            .chain(listed.map(|view| (view.id, view.name.as_deref().unwrap_or_default())))
            .collect()
    }

    /// Restricts the custom view. Returns what a view without a territory has to satisfy.
    fn views(&self, schema: &mut Map<String, Value>) -> Option<Value> {
        let why = |id: u64, territory: Value| {
            // To the rules a territory of `null` is none.
            let body = json!({ "data": [{}], "cvid": id.to_string(), "territory": territory });
            self.refusal(&body, "/cvid")
        };
        let mut names = self.known_views();
        let unknown = free(&names);
        let refused = |id: u64| why(id, json!({ "id": "1" }));
        let (refused_ids, accepted): (Vec<u64>, Vec<u64>) =
            names.keys().partition(|id| refused(**id).is_some());
        if let Some(reason) = refused(unknown) {
            names.retain(|id, _| accepted.contains(id));
            if names.is_empty() {
                schema.clear();
                schema.insert("description".into(), format!("Refused: {reason}.").into());
                schema.insert("not".into(), json!({}));
                return None;
            }
            schema.insert("anyOf".into(), named(&names));
        } else if !refused_ids.is_empty() {
            schema.insert("not".into(), any_of(&refused_ids));
        }
        let large: Vec<u64> =
            accepted.into_iter().filter(|id| why(*id, Value::Null).is_some()).collect();
        (!large.is_empty()).then(|| {
            let outside = json!({ "properties": { "cvid": { "not": any_of(&large) } } });
            json!({
                "description": "A view with too many records needs a territory (MU244).",
                "anyOf": [outside, { "required": ["territory"] }],
            })
        })
    }

    /// Restricts the territory.
    fn territories(&self, schema: &mut Value) {
        let body =
            |id: u64| json!({ "data": [{}], "cvid": "1", "territory": { "id": id.to_string() } });
        let known = self.facts.territories.iter().flatten();
        let names: BTreeMap<u64, &str> =
            known.map(|one| (one.id, one.name.as_deref().unwrap_or_default())).collect();
        let unknown = free(&names);
        if let Some(why) = self.refusal(&body(unknown), "/territory") {
            *schema = json!({ "not": {}, "description": format!("Refused: {why}.") });
        } else if self.refusal(&body(unknown), "/territory/id").is_some()
            && let Some(Value::Object(id)) = schema.pointer_mut("/properties/id")
        {
            id.insert("anyOf".into(), named(&names));
        }
    }

    /// What a call that sets a unique field has to satisfy: it reaches one record.
    fn unique_fields(&self) -> Option<Value> {
        let fields = self.facts.fields_of(self.module)?;
        let is_unique = |name: &&str| {
            let errors = self.errors(&json!({ "data": [{ *name: "" }], "ids": ["1", "2"] }));
            errors.iter().any(|found| found.code == "MU228")
        };
        let names = fields.iter().map(|field| field.api_name.as_str());
        let names: BTreeSet<&str> =
            names.filter(|name| is_field_name(name)).filter(is_unique).collect();
        let sets = |name: &str| json!({ "required": [name], "properties": { name: { "not": { "type": "null" } } } });
        let sets: Vec<_> = names.iter().map(|name| sets(name)).collect();
        let counts = self.facts.counts.iter();
        let several: Vec<u64> =
            counts.filter(|(_, count)| **count > 1).map(|(id, _)| *id).collect();
        (!sets.is_empty()).then(|| {
            let one_view = json!({ "properties": { "cvid": { "not": any_of(&several) } } });
            let one_record = json!({
                "properties": { "ids": { "maxItems": 1 } },
                "anyOf": [one_view, { "required": ["territory"] }],
            });
            json!({
                "description": "A call that sets a unique field updates one record (MU228).",
                "if": { "properties": { "data": { "items": { "anyOf": sets } } } },
                "then": one_record,
            })
        })
    }
}

/// An id that is not known.
fn free(known: &BTreeMap<u64, &str>) -> u64 {
    (1..=i64::MAX as u64).find(|id| !known.contains_key(id)).unwrap_or_default()
}

/// One of some ids, each with its name. Zeros before an id do not change it, nor does writing it as a number.
fn named(names: &BTreeMap<u64, &str>) -> Value {
    let ids: Vec<u64> = names.keys().copied().collect();
    let each =
        names.iter().map(|(id, name)| json!({ "const": id.to_string(), "description": name }));
    each.chain([any_of(&ids)]).collect()
}

/// Any of some ids, in all forms.
fn any_of(ids: &[u64]) -> Value {
    if ids.is_empty() {
        return json!({ "not": {} });
    }
    let alternatives: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let text = json!({
        "type": "string",
        "pattern": format!("^0*(?:{})$", alternatives.join("|")),
        "not": { "pattern": "[^0-9]" },
    });
    json!({ "anyOf": [text, { "enum": ids }] })
}
