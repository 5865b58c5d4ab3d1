//! What commands write for programs, held against the published schemas.
//!
//! Every output of `--format json` and `--format jsonl` that a test asks for passes through here.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use massup_cli::schemas;
use serde_json::{Map, Value, json};

/// A command that is run, and its output held against a schema.
pub trait Run {
    /// As `output`; of `--format json` and `jsonl`, each value has to fit the published schema.
    fn run(&mut self) -> Output;
}

impl Run for Command {
    #[track_caller]
    fn run(&mut self) -> Output {
        let output = self.output().expect("the command starts");
        let arguments: Vec<_> =
            self.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        hold(&arguments, &output.stdout);
        output
    }
}

/// Asserts that an output fits the schema of what a command line writes, and returns the name of the schema; `None`
/// for what is not for programs.
///
/// # Panics
///
/// There is no schema, or a value does not fit it.
#[track_caller]
pub fn hold(arguments: &[String], output: &[u8]) -> Option<&'static str> {
    let format = format_of(arguments)?;
    let name = schema_of(arguments, &format)?;
    let lines = format == "jsonl" || name == "dry-run" || name == "started";
    let values: Vec<Value> = if lines {
        let lines = output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| parsed(arguments, line)).collect()
    } else {
        // Several plans are several documents.
        serde_json::Deserializer::from_slice(output)
            .into_iter()
            .map(|value| value.unwrap_or_else(|error| panic!("{arguments:?}: {error}")))
            .collect()
    };
    let validator = closed(name);
    for value in &values {
        let errors: Vec<_> =
            validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{arguments:?} does not write `{name}`: {errors:#?}\n{value:#}");
    }
    Some(name)
}

#[track_caller]
fn parsed(arguments: &[String], line: &[u8]) -> Value {
    serde_json::from_slice(line).unwrap_or_else(|error| {
        panic!("{arguments:?}: {error} in {}", String::from_utf8_lossy(line))
    })
}

/// `json` or `jsonl`, if a command line asks for one of them.
fn format_of(arguments: &[String]) -> Option<String> {
    let mut words = arguments.iter();
    let mut format = None;
    while let Some(word) = words.next() {
        match word.strip_prefix("--format") {
            Some("") => format = words.next().cloned(),
            Some(rest) => format = rest.strip_prefix('=').map(str::to_owned).or(format),
            None => {}
        }
    }
    format.filter(|format| format == "json" || format == "jsonl")
}

/// The name of the schema of what a command line writes to standard output.
fn schema_of(arguments: &[String], format: &str) -> Option<&'static str> {
    let has = |flag: &str| arguments.iter().any(|word| word == flag);
    // Options of every command can come before its name.
    let mut words = arguments.iter().map(String::as_str);
    let command = loop {
        match words.next()? {
            "--format" | "--color" => drop(words.next()),
            word if word.starts_with('-') => {}
            word => break word,
        }
    };
    Some(match (command, format) {
        // It is a schema, which `outputs.rs` holds against its own.
        ("schema", _) => return None,
        // The fixed text or the difference has standard output to itself.
        ("lint", _) if has("--diff") || has("--fix") && has("-") => return None,
        ("lint", "jsonl") => "finding",
        ("lint", _) => "report",
        // The plan has standard output to itself.
        ("plan", _) if has("-o") && has("-") => return None,
        ("plan" | "show", _) => "planned",
        ("apply" | "rollback", _) if has("--dry-run") => "dry-run",
        ("rollback", _) if has("--plan-only") => "way-back",
        ("apply" | "rollback", "jsonl") => "event",
        ("apply" | "rollback" | "status", _) => "run",
        ("explain", _) => "explanation",
        ("rules", _) => "rules",
        ("fields", _) if positional(words) > 1 => "field",
        ("fields", _) => "fields",
        ("views", _) => "views",
        ("territories", _) => "territories",
        ("modules", _) => "modules",
        ("login" | "whoami", _) => "identity",
        ("logout", _) => "signed-out",
        ("pull", _) => "pulled",
        ("emulate", _) => "started",
        _ => panic!("`{command} --format {format}` has no schema: {arguments:?}"),
    })
}

/// The number of words that are not options or their values.
fn positional<'w>(words: impl Iterator<Item = &'w str>) -> usize {
    let (mut number, mut is_value) = (0, false);
    for word in words {
        if word.starts_with('-') {
            is_value = !matches!(word, "--quiet" | "-q" | "--no-color") && !word.contains('=');
        } else if !std::mem::take(&mut is_value) {
            number += 1;
        }
    }
    number
}

/// A published schema that refuses every key that it does not describe.
fn closed(name: &'static str) -> Arc<Validator> {
    static CLOSED: LazyLock<Mutex<BTreeMap<&str, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut closed = CLOSED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let of = || {
        let published = schemas::find(name).unwrap_or_else(|| panic!("`{name}` is published"));
        Arc::new(jsonschema::validator_for(&shut(&published.schema)).expect("a valid schema"))
    };
    closed.entry(name).or_insert_with(of).clone()
}

/// A schema of a whole value without room for further keys.
fn shut(schema: &Value) -> Value {
    let Value::Object(members) = inside(schema) else { return schema.clone() };
    let describes = ["properties", "$ref", "anyOf", "oneOf", "allOf"];
    if !describes.iter().any(|key| members.contains_key(*key)) {
        return members.into();
    }
    let mut members = members;
    let mut out = Map::new();
    for key in ["$schema", "$id", "$defs"] {
        out.extend(members.remove(key).map(|value| (key.to_owned(), value)));
    }
    out.insert("allOf".to_owned(), json!([members]));
    out.insert("unevaluatedProperties".to_owned(), false.into());
    out.into()
}

/// A schema of a part of a value: what its members are is shut, it stays open itself.
fn inside(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    let each = |value: &Value, of: fn(&Value) -> Value| match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), of(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(of).collect(),
        other => other.clone(),
    };
    let part = |(key, value): (&String, &Value)| {
        let value = match key.as_str() {
            "properties" | "patternProperties" => each(value, shut),
            "$defs" | "anyOf" | "oneOf" | "allOf" => each(value, inside),
            "items" | "additionalProperties" => shut(value),
            _ => value.clone(),
        };
        (key.clone(), value)
    };
    members.iter().map(part).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(words: &str) -> Option<&'static str> {
        let arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
        schema_of(&arguments, &format_of(&arguments)?)
    }

    #[test]
    fn a_command_line_tells_its_schema() {
        assert_eq!(name("fields Leads --format json --snapshot s"), Some("fields"));
        assert_eq!(name("--format=json fields --snapshot s Leads City"), Some("field"));
        assert_eq!(name("-q --format jsonl apply a --dry-run"), Some("dry-run"));
        assert_eq!(name("apply a --format jsonl"), Some("event"));
        assert_eq!(name("lint a"), None);
        assert_eq!(name("lint - --fix --format json"), None);
    }

    #[test]
    fn unknown_and_missing_keys_are_seen_at_every_depth() {
        let view = || json!({ "id": "7", "name": null, "system_name": null, "records": 1, "counted": null, "criteria_fields": [] });
        let good = json!({ "views": [view()], "complete": true });
        let fits = |value: &Value| closed("views").is_valid(value);
        assert!(fits(&good));
        for pointer in ["", "/views/0"] {
            let mut more = good.clone();
            more.pointer_mut(pointer).unwrap()["novel"] = 1.into();
            assert!(!fits(&more), "{more}");
        }
        for key in view().as_object().unwrap().keys() {
            let mut less = good.clone();
            less["views"][0].as_object_mut().unwrap().remove(key);
            assert!(!fits(&less), "{less}");
        }
        // What is flattened belongs to the whole.
        let step =
            json!({ "event": "waiting", "step": 1, "part": 0, "code": "", "milliseconds": 5 });
        assert!(closed("event").is_valid(&step));
        let novel = json!({ "event": "waiting", "step": 1, "part": 0, "code": "", "milliseconds": 5, "novel": 1 });
        assert!(!closed("event").is_valid(&novel));
    }

    #[test]
    #[should_panic(expected = "does not write `rules`")]
    fn an_output_of_another_form_fails() {
        hold(&["rules", "--format", "json"].map(str::to_owned), b"{}");
    }
}
