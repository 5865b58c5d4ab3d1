//! Any bytes as a request body: the lint, the published schema and the emulator are three readings of one document.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use massup_emulator::Request;
use massup_model::ApiVersion;
use massup_rules::{FileReport, Linter, Severity, schema};
use massup_tests::foretold::{Foretold, foretold};
use massup_tests::organisation::{ORGANISATIONS, TOKENS};
use serde_json::Value;

use crate::choice;

const MODULES: [&str; 2] = ["Leads", "Deals"];
const VERSIONS: [ApiVersion; 3] = [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8];

static SCHEMAS: LazyLock<BTreeMap<(&str, ApiVersion), Validator>> = LazyLock::new(|| {
    let each = MODULES.iter().flat_map(|module| VERSIONS.map(|version| (*module, version)));
    each.map(|(module, version)| {
        let schema = schema::request(Some(module), Some(version)).to_value();
        ((module, version), jsonschema::validator_for(&schema).unwrap())
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

/// Whether the lint reports an error, of some rules if any are named.
fn has_error(report: &FileReport, codes: &[&str]) -> bool {
    let is_named = |code: &str| codes.is_empty() || codes.contains(&code);
    report.diagnostics.iter().any(|d| d.severity == Severity::Error && is_named(d.code))
}

pub(crate) fn target(bytes: &[u8]) {
    let Some((kind, bytes)) = choice(bytes) else { return };
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return };
    // Other keys make it a file of another kind.
    if body.get("data").is_none() || has_odd_number(&body) {
        return;
    }
    let (module, version) = (MODULES[kind % 2], VERSIONS[kind / 2 % 3]);
    let alone = Linter::new().module(module).version(version).lint("a.json", bytes);
    // A parser keeps one of two equal keys, and a file with several calls or another kind of file has no body.
    if has_error(&alone, &["MU002"]) || alone.calls != 1 {
        return;
    }
    let accepted = SCHEMAS[&(module, version)].is_valid(&body);
    assert_eq!(accepted, !has_error(&alone, &[]), "{body} {:#?}", alone.diagnostics);

    let organisation = &ORGANISATIONS[0];
    let linter = organisation.linter(0).clone().module(module).version(version);
    let known = linter.lint("a.json", bytes);
    let path = format!("/crm/{version}/{module}/actions/mass_update");
    let request = Request::new("POST", &path).with_token(TOKENS[0]).with_json(&body);
    let reply = organisation.emulator().try_out(&request);
    let refusals = reply.refusal.into_iter().chain(reply.records.iter().flatten().copied());
    for refusal in refusals {
        if let Foretold::As(codes) = foretold(refusal) {
            assert!(has_error(&known, codes), "{refusal:?}: {body} {:#?}", known.diagnostics);
        }
    }
}
