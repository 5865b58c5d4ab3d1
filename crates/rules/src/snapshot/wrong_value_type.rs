use massup_model::json::Node;
use massup_model::json::join;

use crate::facts::Facts;
use crate::known::{self, Set};
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use serde_json::Value;

declare_rule! {
    /// The value is not of the JSON type that the field takes.
    ///
    /// ## Why
    ///
    /// Texts, dates, picklists and long integers are strings; numbers, amounts and percentages are numbers;
    /// a checkbox is a boolean; a multi-select picklist is an array of strings; where a lookup or a layout can
    /// be set at all, it is an object with an `id`. A number written as a string is a warning, since a sample
    /// of the OpenAPI description does it.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": 600001 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Email_Opt_Out": "true" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_Employees": "40" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Languages_Known": "English" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals snapshot
    /// { "data": [{ "Amount": 40 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Email_Opt_Out": true }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    MU220 "wrong-value-type",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VALUE_INVALID, VALUE_INVALID_BEFORE_V8],
    sources: [V7_INSERT, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        let data_type = known::told(field.data_type.as_deref(), "data_type", sink);
        let Some(expected) = data_type.and_then(shape) else {
            if let Some(data_type) = data_type.filter(|name| !OTHER_TYPES.contains(name)) {
                sink.unchecked(|| {
                    let needs = format!("what a field of type `{data_type}` takes");
                    (needs, "no document tells: try it on one record first")
                });
            }
            continue;
        };
        let value = &member.value;
        // An object without an `id` is another rule's finding.
        let odd = value.as_object().is_some() && !known::is_reference(value);
        if value.kind() == expected || odd {
            continue;
        }
        let pointer = join("/data/0", &member.key);
        let message = format!(
            "field `{}` of type `{}` takes {expected}; found {}",
            member.key,
            field.data_type(),
            value.kind()
        );
        let finding = sink.value(pointer.as_str(), message);
        if let Some(number) = numeric(value).filter(|_| expected == "a number") {
            finding
                .severity(Severity::Warning)
                .help("write the number without quotes: whether the server reads it as one is not documented")
                .unsafe_fix("write a number", vec![Edit::Replace { path: pointer, value: number }]);
        } else if expected == "an array" {
            // No fix: `over_write` would have to be said as well.
            finding.help("write an array of options");
        } else if let Some(meant) = meant(value, expected) {
            let title = format!("write {expected}");
            finding
                .help(format!("write `{meant}`"))
                .unsafe_fix(title, vec![Edit::Replace { path: pointer, value: meant }]);
        }
    }
}

/// The JSON type that a type of field takes, with its article; `None` where it is not known.
fn shape(data_type: &str) -> Option<&'static str> {
    Some(match data_type {
        "text" | "textarea" | "email" | "phone" | "website" | "picklist" | "date" | "datetime"
        | "bigint" => "a string",
        "integer" | "double" | "currency" | "percent" => "a number",
        "boolean" => "a boolean",
        "multiselectpicklist" => "an array",
        "layout" | "lookup" | "ownerlookup" | "userlookup" => "an object",
        _ => return None,
    })
}

/// Types whose values mass updates do not set, or that the system makes.
const OTHER_TYPES: [&str; 13] = [
    "address",
    "autonumber",
    "fileupload",
    "formula",
    "imageupload",
    "multi_module_lookup",
    "multireminder",
    "multiselectlookup",
    "multiuserlookup",
    "profileimage",
    "rollup_summary",
    "subform",
    "territories",
];

/// The number that a string holds.
fn numeric(value: &Node<'_>) -> Option<Value> {
    serde_json::from_str(known::number(value)?).ok()
}

/// The value that was meant, in the right type.
fn meant(value: &Node<'_>, expected: &str) -> Option<Value> {
    match (value.as_str(), expected) {
        (Some("true"), "a boolean") => Some(Value::Bool(true)),
        (Some("false"), "a boolean") => Some(Value::Bool(false)),
        (None, "a string") if value.kind() == "a number" => {
            Some(Value::String(value.to_plain().to_string()))
        }
        _ => None,
    }
}
