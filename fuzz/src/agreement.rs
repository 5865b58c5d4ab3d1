//! Calls to an organisation of the emulator: the lint, the published schema and the emulator are three readings of one
//! document.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use massup_emulator::settings::{BothSelections, Settings};
use massup_model::ApiVersion;
use massup_rules::{FileReport, Linter, Severity, schema};
use massup_tests::agreement::{answers_agree, errors_are_refused, foretells, linted, tried};
use massup_tests::calls::Call;
use massup_tests::organisation::{ORGANISATIONS, TOKENS};
use serde::Deserialize;
use serde_json::Value;

/// A call as the inputs have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    method: String,
    path: String,
    token: Option<String>,
    /// A text is what is sent, be it JSON or not.
    body: Option<Value>,
    #[serde(default)]
    organisation: usize,
    #[serde(default)]
    settings: Settings,
}

/// The schemas of requests, by the path that the requests are sent to, with module and version.
static SCHEMAS: LazyLock<BTreeMap<String, (&str, ApiVersion, Validator)>> = LazyLock::new(|| {
    let versions = [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8];
    let each = ["Leads", "Deals"].into_iter().flat_map(|m| versions.map(|version| (m, version)));
    each.map(|(module, version)| {
        let schema = schema::request(Some(module), Some(version)).to_value();
        let path = format!("/crm/{version}/{module}/actions/mass_update");
        (path, (module, version, jsonschema::validator_for(&schema).unwrap()))
    })
    .collect()
});

/// Whether a number is one thing to the lint, which counts its digits, and another to a JSON parser.
fn has_odd_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_odd_number),
        Value::Object(members) => members.values().any(has_odd_number),
        _ => false,
    }
}

/// Whether a value has a call within it: a file of it is one that holds calls, and no body.
fn holds_a_call(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_a_call),
        Value::Object(members) => {
            members.contains_key("path") || members.values().any(holds_a_call)
        }
        _ => false,
    }
}

/// Whether what follows a JSON value would belong to the file that the call is written to.
fn leaves_the_body(text: &str) -> bool {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let is_value = values.next().is_some_and(|value| value.is_ok());
    is_value && text[values.byte_offset()..].contains([',', '{', '"'])
}

fn call(bytes: &[u8]) -> Option<Call> {
    let input: Input = serde_json::from_slice(bytes).ok()?;
    let token = match &input.token {
        Some(token) => TOKENS.iter().position(|known| known == token)?,
        None => TOKENS.len(),
    };
    let body = input.body.map(|body| match body {
        Value::String(text) => text,
        body => body.to_string(),
    });
    // A file may name a whole URL, of which a server gets the path alone.
    if input.path.contains("://") || body.as_deref().is_some_and(leaves_the_body) {
        return None;
    }
    let all = input.settings;
    Some(Call {
        organisation: input.organisation % ORGANISATIONS.len(),
        token,
        method: ["POST", "GET", "PUT"].into_iter().find(|known| *known == input.method)?,
        path: input.path,
        body,
        // Those about which the documents are silent, and the lint not sure.
        settings: Settings {
            both_selections: all.both_selections,
            duplicate_ids: all.duplicate_ids,
            number_ids: all.number_ids,
            null_values: all.null_values,
            number_strings: all.number_strings,
            criteria_key: all.criteria_key,
            repeated_options: all.repeated_options,
            unknown_options: all.unknown_options,
            mappings: all.mappings,
            multi_status: all.multi_status,
            ..Settings::default()
        },
    })
}

/// What the lint finds in the body of a call without knowing the organisation, and whether the schema accepts the body;
/// nothing where the two may differ.
fn by_schema(call: &Call) -> Option<(FileReport, bool)> {
    let (module, version, schema) = SCHEMAS.get(&call.path).filter(|_| call.method == "POST")?;
    let text = call.body.as_deref()?;
    let body: Value = serde_json::from_str(text).ok()?;
    // Other keys make it a file of another kind.
    if body.get("data").is_none() || has_odd_number(&body) || holds_a_call(&body) {
        return None;
    }
    let alone = Linter::new().module(*module).version(*version).lint("a.json", text.as_bytes());
    // A parser keeps one of two equal keys, and a file with several calls or another kind of file has no body.
    let has_twice = alone.diagnostics.iter().any(|found| found.code == "MU002");
    (alone.calls == 1 && !has_twice).then(|| (alone, schema.is_valid(&body)))
}

/// A call with what is said of it.
struct Readings {
    call: Call,
    alone: Option<(FileReport, bool)>,
    known: FileReport,
    reply: massup_emulator::Reply,
}

impl Readings {
    fn of(call: Call) -> Self {
        let (alone, known, reply) = (by_schema(&call), linted(&call), tried(&call));
        Self { call, alone, known, reply }
    }

    /// Where the readings differ.
    fn difference(&self) -> Option<String> {
        let is_error = |found: &massup_rules::Diagnostic| found.severity == Severity::Error;
        if let Some((alone, accepted)) = &self.alone
            && *accepted == alone.diagnostics.iter().any(is_error)
        {
            return Some(format!("the schema accepts: {accepted}, {:#?}", alone.diagnostics));
        }
        let Self { call, known, reply, .. } = self;
        let usual = [BothSelections::View, BothSelections::Ids].iter().any(|both_selections| {
            call.settings == Settings { both_selections: *both_selections, ..Settings::default() }
        });
        let mut laws = vec![foretells(call, known, reply, usual)];
        if usual {
            laws.push(answers_agree(call, known, reply));
            laws.push(errors_are_refused(call, known, reply));
        }
        laws.into_iter().find_map(|law| Some(law.err()?.to_string()))
    }

    /// The rules without which the readings would differ.
    #[cfg(test)]
    fn needed(mut self) -> Vec<&'static str> {
        let all = self.known.diagnostics.clone();
        let alone = self.alone.as_ref().map(|(report, _)| report.diagnostics.clone());
        let found = all.iter().chain(alone.iter().flatten()).map(|found| found.code);
        let mut codes: Vec<_> =
            found.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        codes.retain(|code| {
            let without = |all: &[massup_rules::Diagnostic]| {
                all.iter().filter(|found| found.code != *code).cloned().collect()
            };
            self.known.diagnostics = without(&all);
            if let (Some((report, _)), Some(alone)) = (&mut self.alone, &alone) {
                report.diagnostics = without(alone);
            }
            self.difference().is_some()
        });
        codes
    }
}

pub(crate) fn target(bytes: &[u8]) {
    let Some(call) = call(bytes) else { return };
    let readings = Readings::of(call);
    let difference = readings.difference();
    assert_eq!(difference, None, "{}", readings.call.file());
}

#[cfg(test)]
pub(crate) fn needed(bytes: &[u8]) -> Vec<&'static str> {
    call(bytes).map(|call| Readings::of(call).needed()).unwrap_or_default()
}
