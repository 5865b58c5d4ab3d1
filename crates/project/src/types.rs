//! Types of request bodies in other languages, written from the schema of an organisation's module.

use std::fmt::Write as _;

use massup_model::limits::MAX_IDS;
use serde_json::Value;

/// A language that types are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python, as `TypedDict`s for 3.9 and newer.
    Python,
    /// TypeScript.
    TypeScript,
}

/// The type of the body of a mass update, by its schema from
/// [`of_organisation`](massup_rules::schema::of_organisation): a body that lints clean has this type. Unlike the
/// schema, the type has no other options than those of the snapshot, and ids are strings. Lengths, formats and
/// ranges of values are left to the lint.
///
/// ```
/// use massup_project::types::{self, Language};
/// use massup_rules::{Facts, schema};
///
/// let mut facts = Facts::default();
/// facts.add("fields/Leads.json", r#"[{ "api_name": "Rating", "data_type": "picklist", "mass_update": true,
///     "pick_list_values": [{ "display_value": "Hot" }, { "display_value": "Cold" }] }]"#)?;
/// let schema = schema::of_organisation("Leads", None, facts).to_value();
/// let types = types::written("Leads", &schema, Language::TypeScript);
/// assert!(types.contains(r#"Rating?: "Hot" | "Cold" | null;"#), "{types}");
/// # Ok::<(), massup_rules::facts::SnapshotError>(())
/// ```
pub fn written(module: &str, schema: &Value, language: Language) -> String {
    let mut out = String::new();
    let body = Body::of(module, schema, language);
    let written = match language {
        Language::TypeScript => body.typescript(&mut out),
        Language::Python => body.python(&mut out),
    };
    // Writing to a string does not fail.
    written.map_or_else(|_| String::new(), |()| out)
}

/// What a body holds, in a language.
struct Body {
    /// The module's name, as a part of names.
    name: String,
    /// The first line of the file, without the marks of a comment.
    title: String,
    fields: Vec<Field>,
    /// The type of the id of a custom view; `None` if no view can be named.
    view: Option<String>,
    /// The type of the id of a territory; `None` if none can be named.
    territory: Option<String>,
}

struct Field {
    name: String,
    /// What it is, on one line.
    about: String,
    kind: String,
}

impl Body {
    fn of(module: &str, schema: &Value, language: Language) -> Self {
        let at = |pointer: &str| schema.pointer(pointer).filter(|one| !is_refused(one));
        let text = |holder: &Value, key: &str| {
            line(holder.get(key).and_then(Value::as_str).unwrap_or_default())
        };
        let ids = |schema: &Value| language.one_of(&constants(schema));
        let fields = schema.pointer("/properties/data/items/properties").and_then(Value::as_object);
        let fields = fields.into_iter().flatten().filter(|(_, field)| !is_refused(field));
        let title = text(schema, "title");
        Self {
            name: module.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect(),
            title: format!(
                "{title}. Written by `massup types`: change the snapshot, not this file."
            ),
            fields: fields
                .map(|(name, field)| Field {
                    name: name.clone(),
                    about: text(field, "description"),
                    kind: language.value(field),
                })
                .collect(),
            view: at("/properties/cvid").map(ids),
            territory: at("/properties/territory")
                .and_then(|_| at("/properties/territory/properties/id"))
                .map(ids),
        }
    }
}

fn is_refused(schema: &Value) -> bool {
    *schema == Value::Bool(false)
        || schema
            .get("not")
            .is_some_and(|not| not.as_object().is_some_and(serde_json::Map::is_empty))
}

/// The strings that are listed one by one.
fn constants(schema: &Value) -> Vec<&str> {
    let each = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    each.filter_map(|one| one.get("const")?.as_str()).collect()
}

/// A text on one line, in which no comment can end.
fn line(text: &str) -> String {
    let plain =
        |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    text.chars().map(plain).collect::<String>().replace("*/", "* /")
}

impl Body {
    fn typescript(&self, out: &mut String) -> std::fmt::Result {
        let Self { name, title, fields, view, territory } = self;
        writeln!(out, "// {title}\n\n/** Fields of {name} that a mass update can set. */")?;
        writeln!(out, "export interface {name}Fields {{")?;
        for Field { name, about, kind } in fields {
            writeln!(out, "  /** {about} */\n  {name}?: {kind};")?;
        }
        writeln!(out, "}}\n\n/** Updates up to {MAX_IDS} records immediately. */")?;
        writeln!(
            out,
            "export interface {name}ByIds {{\n  data: [{name}Fields];\n  ids: string[];\n  over_write?: boolean;\n}}"
        )?;
        let Some(view) = view else {
            return writeln!(out, "\nexport type {name}Update = {name}ByIds;");
        };
        writeln!(out, "\n/** Ids of custom views. */\nexport type {name}View = {view};\n")?;
        writeln!(out, "/** Schedules a job on the records of a custom view. */")?;
        writeln!(
            out,
            "export interface {name}ByView {{\n  data: [{name}Fields];\n  cvid: {name}View;"
        )?;
        if let Some(territory) = territory {
            writeln!(out, "  territory?: {{ id: {territory}; include_child?: boolean }};")?;
        }
        writeln!(
            out,
            "  over_write?: boolean;\n}}\n\nexport type {name}Update = {name}ByIds | {name}ByView;"
        )
    }

    fn python(&self, out: &mut String) -> std::fmt::Result {
        let Self { name, title, fields, view, territory } = self;
        writeln!(out, "# {title}")?;
        writeln!(out, "from typing import Dict, List, Literal, Optional, TypedDict, Union\n")?;
        writeln!(out, "# Fields of {name} that a mass update can set.")?;
        // API names may be keywords of Python, which only this form allows.
        writeln!(out, "{name}Fields = TypedDict(\n    \"{name}Fields\",\n    {{")?;
        for Field { name, about, kind } in fields {
            writeln!(out, "        # {about}\n        \"{name}\": {kind},")?;
        }
        writeln!(
            out,
            "    }},\n    total=False,\n)\n\n\nclass _{name}Options(TypedDict, total=False):\n    over_write: bool\n\n"
        )?;
        writeln!(
            out,
            "class {name}ByIds(_{name}Options):\n    \"\"\"Updates up to {MAX_IDS} records immediately.\"\"\"\n"
        )?;
        writeln!(out, "    data: List[{name}Fields]\n    ids: List[str]\n\n")?;
        let Some(view) = view else {
            return writeln!(out, "{name}Update = {name}ByIds");
        };
        writeln!(out, "# Ids of custom views.\n{name}View = {view}\n")?;
        let mut base = format!("_{name}Options");
        if let Some(territory) = territory {
            writeln!(
                out,
                "\nclass _{name}TerritoryOptions(TypedDict, total=False):\n    include_child: bool\n\n"
            )?;
            writeln!(
                out,
                "class {name}Territory(_{name}TerritoryOptions):\n    id: {territory}\n\n"
            )?;
            writeln!(
                out,
                "class _{name}ViewOptions({base}, total=False):\n    territory: {name}Territory\n"
            )?;
            base = format!("_{name}ViewOptions");
        }
        writeln!(
            out,
            "\nclass {name}ByView({base}):\n    \"\"\"Schedules a job on the records of a custom view.\"\"\"\n"
        )?;
        writeln!(out, "    data: List[{name}Fields]\n    cvid: {name}View\n\n")?;
        writeln!(out, "{name}Update = Union[{name}ByIds, {name}ByView]")
    }
}

impl Language {
    /// The type of a value, by its schema.
    fn value(self, schema: &Value) -> String {
        let types = schema.get("type").cloned().unwrap_or_default();
        let has = |name: &str| match &types {
            Value::Array(names) => names.iter().any(|one| one == name),
            one => one == name,
        };
        let python = self == Self::Python;
        // A number in quotes is a warning, so numbers come first.
        let base = match () {
            () if has("boolean") && has("array") => if python {
                "Union[str, float, bool, List[str], Dict[str, object]]"
            } else {
                "string | number | boolean | string[] | { id: string }"
            }
            .to_owned(),
            () if has("boolean") => if python { "bool" } else { "boolean" }.to_owned(),
            () if has("number") => if python { "float" } else { "number" }.to_owned(),
            () if has("object") => {
                if python { "Dict[str, str]" } else { "{ id: string }" }.to_owned()
            }
            () if has("array") => {
                let items = self.text(schema.get("items").unwrap_or(&Value::Null));
                if python { format!("List[{items}]") } else { format!("({items})[]") }
            }
            () => self.text(schema),
        };
        match (has("null"), python) {
            (false, _) => base,
            (true, true) => format!("Optional[{base}]"),
            (true, false) => format!("{base} | null"),
        }
    }

    /// The type of a text: the options of a picklist, if they are known.
    fn text(self, schema: &Value) -> String {
        let alternatives = schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice);
        let listed = |at: usize| {
            let one = alternatives.unwrap_or_default().get(at);
            one.and_then(|one| one.get("enum")?.as_array())
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
        };
        // The second list has what else names an option of a stage or a pipeline; only ids are clean.
        let is_id =
            |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let texts: Vec<_> = listed(0).chain(listed(1).filter(is_id)).collect();
        self.one_of(&texts)
    }

    /// One of some texts; any text if there are none.
    fn one_of(self, texts: &[&str]) -> String {
        let texts: Vec<_> = texts.iter().map(|text| Value::from(*text).to_string()).collect();
        match self {
            Self::Python if texts.is_empty() => "str".to_owned(),
            Self::TypeScript if texts.is_empty() => "string".to_owned(),
            Self::Python => format!("Literal[{}]", texts.join(", ")),
            Self::TypeScript => texts.join(" | "),
        }
    }
}
