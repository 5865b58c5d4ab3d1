use massup_model::Draft;
use massup_model::catalogue::{FIELD_NOT_UPDATABLE, MAX_FIELD_LIMIT};
use massup_model::draft::Kind;
use massup_model::json::{Value, join};
use massup_model::limits::{MAX_FIELDS_DEALS, fields_per_call};

use crate::facts::Facts;
use crate::known;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A key of the body is inside `data` instead of next to it.
    ///
    /// ## Why
    ///
    /// `ids`, `cvid`, `territory` and `over_write` are keys of the body. Inside `data` the server takes each for
    /// a field, so the call selects no records, sets unknown fields, and has too many of them.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai", "ids": ["554023000000497007"] }] }
    /// ```
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"], "over_write": true }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Fix
    ///
    /// Moves the key next to `data`, unless it is already there, the call selects other records, or the value
    /// has another type than the key takes there.
    MU127 "misplaced-key",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [MAX_FIELD_LIMIT, FIELD_NOT_UPDATABLE],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let metadata = draft.module_name().and_then(|module| facts.fields_of(module));
    let limit = draft.module_name().map_or(MAX_FIELDS_DEALS, fields_per_call);
    let answer =
        if draft.field_names().len() > limit { &MAX_FIELD_LIMIT } else { &FIELD_NOT_UPDATABLE };
    for member in draft.fields() {
        let key = member.key.as_ref();
        let is_field = || metadata.is_some_and(|all| all.iter().any(|field| field.api_name == key));
        if !known::is_misplaced(key) || is_field() {
            continue;
        }
        if draft.kind == Kind::Intent {
            let (place, message) = match key {
                "over_write" => ("next to `set`", "a key of the change file"),
                _ => ("under `select`", "a key of `select`"),
            };
            sink.field(member, format!("`{key}` is {message}, not a field"))
                .answers(&[])
                .help(format!("move it {place}"));
            continue;
        }
        let finding = sink
            .field(member, format!("`{key}` belongs next to `data`, not inside it"))
            .answers(&[answer])
            .help(format!("move `{key}` out of `data[0]`"));
        let selects = |key: &&str| draft.key(key).is_some();
        let taken = match key {
            "ids" | "cvid" => ["ids", "cvid"].iter().any(selects),
            _ => selects(&key),
        };
        let left = draft.fields().iter().any(|other| !known::is_misplaced(&other.key));
        if !taken && left && fits(key, &member.value.value) {
            let (from, path) = (join("/data/0", key), join("", key));
            finding.fix(format!("move `{key}` next to `data`"), vec![Edit::Move { from, path }]);
        }
    }
}

/// Whether a value has the type that a key of the body takes.
fn fits(key: &str, value: &Value<'_>) -> bool {
    match (key, value) {
        (_, Value::Unknown(_)) => true,
        ("ids", value) => matches!(value, Value::Array(_)),
        ("territory", value) => matches!(value, Value::Object(_)),
        ("over_write", value) => matches!(value, Value::Bool(_)),
        (_, value) => matches!(value, Value::String(_) | Value::Number(_)),
    }
}
