//! Renderings of draft 2020-12 for programs that read older drafts.

use serde_json::{Map, Value, json};

use super::BASE;

/// A draft of JSON Schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draft {
    /// Draft-04, for old validators.
    Draft04,
    /// Draft-07, for editors.
    Draft07,
    /// Draft 2020-12, in which the schemas are written.
    #[default]
    Draft202012,
}

impl Draft {
    /// The name, as commands and folders have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft04 => "draft-04",
            Self::Draft07 => "draft-07",
            Self::Draft202012 => "2020-12",
        }
    }

    /// The id of a schema in this draft.
    pub fn id(self, name: &str) -> String {
        match self {
            Self::Draft202012 => format!("{BASE}{name}.schema.json"),
            _ => format!("{BASE}{}/{name}.schema.json", self.as_str()),
        }
    }

    /// A schema of draft 2020-12 in this draft. It accepts the same values.
    pub fn render(self, schema: &Value) -> Value {
        if self == Self::Draft202012 {
            return schema.clone();
        }
        let mut rendered = self.converted(schema);
        if let Value::Object(members) = &mut rendered {
            let name = schema
                .get("$id")
                .and_then(Value::as_str)
                .and_then(|id| id.strip_prefix(BASE)?.strip_suffix(".schema.json"));
            let (address, id) = match self {
                Self::Draft04 => ("http://json-schema.org/draft-04/schema#", "id"),
                _ => ("http://json-schema.org/draft-07/schema#", "$id"),
            };
            members.insert("$schema".into(), address.into());
            if let Some(name) = name {
                members.insert(id.into(), self.id(name).into());
            }
        }
        rendered
    }

    fn converted(self, schema: &Value) -> Value {
        let members = match schema {
            Value::Object(members) => members,
            // Draft-04 has no boolean schemas.
            Value::Bool(true) if self == Self::Draft04 => return json!({}),
            Value::Bool(false) if self == Self::Draft04 => return json!({ "not": {} }),
            other => return other.clone(),
        };
        let mut out = Map::new();
        let mut conjuncts = Vec::new();
        for (key, value) in members {
            match (key.as_str(), self) {
                ("$id" | "$schema", _)
                | ("if" | "then" | "else" | "examples" | "deprecated", Self::Draft04) => {}
                ("$ref", _) => {
                    let target = value.as_str().unwrap_or_default();
                    let target = target.replace("#/$defs/", "#/definitions/");
                    // Older drafts ignore what is next to a reference.
                    if members.len() == 1 {
                        return json!({ "$ref": target });
                    }
                    conjuncts.push(json!({ "$ref": target }));
                }
                ("$defs", _) => self.each(&mut out, "definitions", value),
                ("dependentRequired", _) => {
                    out.insert("dependencies".into(), value.clone());
                }
                ("properties" | "patternProperties", _) => self.each(&mut out, key, value),
                ("items" | "additionalProperties" | "not" | "propertyNames" | "contains", _) => {
                    // A boolean is allowed there in every draft.
                    let plain = key == "additionalProperties" && value.is_boolean();
                    let value = if plain { value.clone() } else { self.converted(value) };
                    out.insert(key.clone(), value);
                }
                ("anyOf" | "oneOf" | "allOf", _) => {
                    let schemas = value.as_array().map(Vec::as_slice).unwrap_or_default();
                    let schemas: Vec<_> = schemas.iter().map(|one| self.converted(one)).collect();
                    if key == "allOf" {
                        conjuncts.extend(schemas);
                    } else {
                        out.insert(key.clone(), schemas.into());
                    }
                }
                ("if" | "then" | "else", _) => {
                    out.insert(key.clone(), self.converted(value));
                }
                ("exclusiveMaximum" | "exclusiveMinimum", Self::Draft04) => {
                    let bound = if key == "exclusiveMaximum" { "maximum" } else { "minimum" };
                    out.insert(bound.into(), value.clone());
                    out.insert(key.clone(), true.into());
                }
                ("const", Self::Draft04) => {
                    out.insert("enum".into(), json!([value]));
                }
                _ => {
                    out.insert(key.clone(), value.clone());
                }
            }
        }
        if let (Self::Draft04, Some(condition)) = (self, members.get("if")) {
            let condition = self.converted(condition);
            let branch = |key: &str| members.get(key).map(|branch| self.converted(branch));
            if let Some(then) = branch("then") {
                conjuncts.push(json!({ "anyOf": [{ "not": condition.clone() }, then] }));
            }
            if let Some(otherwise) = branch("else") {
                conjuncts.push(json!({ "anyOf": [condition, otherwise] }));
            }
        }
        if !conjuncts.is_empty() {
            out.insert("allOf".into(), conjuncts.into());
        }
        Value::Object(out)
    }

    /// Converts the schemas of an object.
    fn each(self, out: &mut Map<String, Value>, key: &str, value: &Value) {
        let members = value.as_object().into_iter().flatten();
        let members: Map<_, _> =
            members.map(|(name, schema)| (name.clone(), self.converted(schema))).collect();
        out.insert(key.to_owned(), members.into());
    }
}
