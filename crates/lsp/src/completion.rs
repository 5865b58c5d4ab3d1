//! Completion of keys and values, from the schemas: those of change files and requests, with what the snapshot knows.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, TextEdit};
use massup_facts::Facts;
use massup_rules::schema;
use serde_json::{Value, json};

use crate::context::{self, At, Context, Style};
use crate::document::Findings;
use crate::position::Text;

/// The characters after which the client asks without being told to.
pub(crate) const TRIGGERS: [&str; 1] = ["\""];

/// The schemas that were made so far; making one asks the rules about every field, which takes milliseconds.
#[derive(Clone, Default)]
pub(crate) struct Schemas(Rc<RefCell<Vec<Made>>>);

/// What a schema was made of, and the schema.
struct Made {
    facts: Arc<Facts>,
    module: Option<String>,
    is_change: bool,
    schema: Rc<Value>,
}

/// How many schemas are kept: more than a person edits at a time.
const KEPT: usize = 16;

impl Schemas {
    /// Forgets them all, when settings or snapshots have changed.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    /// The schema of a body of a module, or of a change file.
    fn of(&self, module: Option<&str>, is_change: bool, facts: &Arc<Facts>) -> Rc<Value> {
        let mut made = self.0.borrow_mut();
        let same = |one: &&Made| {
            Arc::ptr_eq(&one.facts, facts)
                && one.module.as_deref() == module
                && one.is_change == is_change
        };
        if let Some(known) = made.iter().find(same) {
            return Rc::clone(&known.schema);
        }
        let body = body(module, facts);
        let schema = Rc::new(if is_change { change(&body, facts) } else { body });
        if made.len() == KEPT {
            made.remove(0);
        }
        let (facts, module) = (Arc::clone(facts), module.map(str::to_owned));
        made.push(Made { facts, module, is_change, schema: Rc::clone(&schema) });
        schema
    }
}

/// What can be written at a byte.
pub(crate) fn at(
    byte: usize,
    findings: &Findings,
    text: &Text,
    schemas: &Schemas,
) -> Vec<CompletionItem> {
    let (Some(checker), Some(style)) = (&findings.checker, style(&findings.name)) else {
        return Vec::new();
    };
    let Some(context) = context::of(text.as_str(), style, byte) else { return Vec::new() };
    let has = |key: &str| context.roots.iter().any(|(name, _)| name == key);
    let is_change = findings.name.contains(".massup.")
        || !has("data") && !has("body") && (has("set") || has("select"));
    let module = context.roots.iter().find(|(name, _)| name == "module");
    let module = module.and_then(|(_, value)| value.as_deref()).or(checker.linter().module_name());
    let schema = schemas.of(module, is_change, checker.linter().known());
    let mut path = context.keys.iter().map(String::as_str);
    if !is_change && has("body") && path.next() != Some("body") {
        return Vec::new();
    }
    let offered = path.fold(vec![&*schema], |found, key| {
        let inside = found.into_iter().flat_map(|one| objects(one, &schema));
        inside.filter_map(|one| one.get("properties")?.get(key)).collect()
    });
    let mut choices = BTreeMap::new();
    for one in offered {
        match context.at {
            At::Key { .. } => keys(one, &schema, &context, &mut choices),
            At::Value => values(one, &schema, &mut choices),
        }
    }
    choices.into_iter().map(|(word, about)| item(&word, about, &context, text)).collect()
}

/// How a file is written, by its ending; `None` if requests are embedded in it.
fn style(name: &str) -> Option<Style> {
    match name.rsplit('.').next()? {
        "json" | "jsonl" | "ndjson" => Some(Style::Json),
        "yaml" | "yml" => Some(Style::Yaml),
        "toml" => Some(Style::Toml),
        _ => None,
    }
}

/// The schema of a request to a module, with the fields and views that are known.
fn body(module: Option<&str>, facts: &Arc<Facts>) -> Value {
    match module.filter(|module| facts.fields_of(module).is_some()) {
        Some(module) => schema::of_organisation(module, None, Arc::clone(facts)).to_value(),
        None => schema::request(None, None).to_value(),
    }
}

/// The schema of a change file, with the fields and views of its module.
fn change(body: &Value, facts: &Facts) -> Value {
    let mut schema = schema::change().to_value();
    let at = |pointer: &str| body.pointer(pointer).cloned().unwrap_or_default();
    let modules: Vec<_> = facts.fields.keys().collect();
    for (pointer, part) in [
        ("/properties/set", at("/properties/data/items")),
        ("/properties/module", json!({ "enum": modules })),
        ("/$defs/selection/properties/view", at("/properties/cvid")),
        (
            "/$defs/selection/properties/territory/properties/id",
            at("/properties/territory/properties/id"),
        ),
    ] {
        // Without a snapshot, what is documented.
        let is_known = part.get("properties").or(part.get("anyOf")).is_some()
            || part.get("enum").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
        if let Some(place) = schema.pointer_mut(pointer).filter(|_| is_known) {
            *place = part;
        }
    }
    schema
}

/// A schema and its alternatives, with references followed, and the items of arrays.
fn objects<'s>(schema: &'s Value, root: &'s Value) -> Vec<&'s Value> {
    let mut found = vec![schema];
    let mut at = 0;
    while let Some(one) = found.get(at).copied() {
        at += 1;
        let target =
            one.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        found.extend(target.and_then(|pointer| root.pointer(pointer)));
        found.extend(one.get("anyOf").and_then(Value::as_array).into_iter().flatten());
        found.extend(one.get("items"));
    }
    found
}

fn about(schema: &Value) -> Option<String> {
    Some(schema.get("description")?.as_str()?.to_owned())
}

/// The keys of an object that are accepted, without those that are there.
fn keys(
    schema: &Value,
    root: &Value,
    context: &Context,
    choices: &mut BTreeMap<String, Option<String>>,
) {
    for one in objects(schema, root) {
        let properties = one.get("properties").and_then(Value::as_object);
        for (key, value) in properties.into_iter().flatten() {
            let refused = *value == Value::Bool(false) || value.get("not") == Some(&json!({}));
            let deprecated = value.get("deprecated").is_some();
            if !refused && !deprecated && !context.siblings.contains(key) {
                choices.insert(key.clone(), about(value));
            }
        }
    }
}

/// The values that are listed. Lists with a description are of what is accepted with a warning.
fn values(schema: &Value, root: &Value, choices: &mut BTreeMap<String, Option<String>>) {
    for one in objects(schema, root) {
        if let Some(text) = one.get("const").and_then(Value::as_str) {
            choices.insert(text.to_owned(), about(one));
        }
        let listed = one.get("enum").filter(|_| one.get("description").is_none() || one == schema);
        let listed = listed.and_then(Value::as_array).into_iter().flatten();
        for text in listed.filter_map(Value::as_str) {
            choices.insert(text.to_owned(), None);
        }
        if one.get("type").is_some_and(|kind| {
            *kind == "boolean" || kind.as_array().is_some_and(|all| all.contains(&json!("boolean")))
        }) {
            choices.extend([("true".to_owned(), None), ("false".to_owned(), None)]);
        }
    }
}

/// A choice, as it is written at the place of the cursor.
fn item(word: &str, about: Option<String>, context: &Context, text: &Text) -> CompletionItem {
    let is_key = matches!(context.at, At::Key { .. });
    let quoted = Value::from(word).to_string();
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    let literal = !is_key && matches!(word, "true" | "false");
    let plain =
        context.style == Style::Yaml && is_plain(word) || context.style == Style::Toml && is_key;
    let mut new = match context.quote {
        Some('\'') => word.replace('\'', "''"),
        Some(_) => inner.to_owned(),
        None if literal || plain => word.to_owned(),
        None => quoted.clone(),
    };
    if let (Some(quote), false) = (context.quote, context.closed) {
        new.push(quote);
    }
    let follows = matches!(context.at, At::Key { assigned: false })
        && !(context.quote.is_some() && context.closed);
    if follows {
        new += if context.style == Style::Toml { " = " } else { ": " };
    }
    let id = !is_key && word.bytes().all(|byte| byte.is_ascii_digit());
    let label = match about.as_deref().filter(|_| id) {
        Some(name) => format!("{name} ({word})"),
        None => word.to_owned(),
    };
    let edit = TextEdit { range: text.range(context.word.clone()), new_text: new };
    CompletionItem {
        filter_text: Some(label.clone()),
        label,
        kind: Some(if is_key {
            CompletionItemKind::FIELD
        } else {
            CompletionItemKind::ENUM_MEMBER
        }),
        detail: about.filter(|_| !id),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}

/// Whether a text needs no quotes in YAML.
fn is_plain(word: &str) -> bool {
    let letters = word.starts_with(|c: char| c.is_ascii_alphabetic());
    let keyword = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    letters
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "_- ".contains(c))
        && !word.ends_with(' ')
        && !keyword.contains(&&*word.to_ascii_lowercase())
}
