use massup_model::json::Node;
use massup_model::json::join;

use crate::facts::{Dependency, Facts, Field};
use crate::known::{self, Set};
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::Sink;
use serde_json::Value;

declare_rule! {
    /// The value does not have the JSON type of the field.
    ///
    /// ## Why
    ///
    /// Texts, dates, picklists and long integers are strings. Integers, amounts and percentages are numbers. A checkbox
    /// is a boolean. A multi-select picklist is an array of strings. A lookup or layout is an object with an `id`, if it
    /// can be set at all. A number in quotes is a warning, because a sample in the OpenAPI description has one.
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
    check: Check::Values(check, safe),
    decided_by: Shape,
}

/// The type decides, which is the same for all calls of a shape.
fn safe(_: &Field, _: &[Dependency]) -> Safe {
    Safe::ALL
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for set in values {
        let &Set { member, field, .. } = set;
        let data_type = known::told(field.data_type.as_deref(), "data_type", sink);
        let Some(expected) = data_type.and_then(shape) else {
            if let Some(data_type) = data_type.filter(|name| !OTHER_TYPES.contains(name)) {
                sink.unchecked(|| {
                    (
                        format!("the JSON type of fields of type `{data_type}`"),
                        "no document describes it: test the call on one record first",
                    )
                });
            }
            continue;
        };
        let value = &member.value;
        // An object without an `id` is reported by another rule.
        let odd = value.as_object().is_some() && !known::is_reference(value);
        if value.kind() == expected || odd {
            continue;
        }
        let pointer = join("/data/0", &member.key);
        let message = format!(
            "field `{}` of type `{}` expects {expected}; found {}",
            member.key,
            field.data_type(),
            value.kind()
        );
        let finding = sink.value(pointer.as_str(), message);
        if let Some(number) = numeric(value).filter(|_| expected == "a number") {
            finding
                .severity(Severity::Warning)
                .help("write the number without quotes: no document says whether the server converts it")
                .unsafe_fix("write a number", vec![Edit::Replace { path: pointer, value: number }]);
        } else if expected == "an array" {
            // No fix, because `over_write` would have to be decided too.
            let listed = value.as_str().and_then(|text| set.listed(text));
            finding.help(match value.as_str() {
                _ if listed.is_some() => {
                    format!("write each option as an item: `{}`", serde_json::json!(listed))
                }
                Some(text) => format!("write an array of options, such as `[\"{text}\"]`"),
                None => "write an array of options, such as `[\"…\"]`".to_owned(),
            });
        } else if expected == "an object" {
            // A name cannot be looked up, but an id can be wrapped.
            let id = value.as_id().map(|id| serde_json::json!({ "id": id.to_string() }));
            match id {
                Some(object) => finding.help(format!("write `{object}`")).unsafe_fix(
                    "write an object with the id",
                    vec![Edit::Replace { path: pointer, value: object }],
                ),
                None => finding.help(
                    "write `{ \"id\": \"…\" }` with the id of the record or user, not its name",
                ),
            };
        } else if let Some(meant) = meant(value, expected) {
            let title = format!("write {expected}");
            finding
                .help(format!("write `{meant}`"))
                .unsafe_fix(title, vec![Edit::Replace { path: pointer, value: meant }]);
        } else {
            finding.help(advice(value, expected));
        }
    }
}

/// What to do about a value that has no obvious correction.
fn advice(value: &Node<'_>, expected: &str) -> String {
    let separators = |text: &str| {
        text.contains(',')
            && text.bytes().all(|byte| byte.is_ascii_digit() || b",.- ".contains(&byte))
    };
    match expected {
        "a number" if value.as_str().is_some_and(separators) => {
            "write the number without quotes and without thousands separators".to_owned()
        }
        "a number" => "write a number, without quotes, units or separators".to_owned(),
        "a boolean" => "write `true` or `false`, without quotes".to_owned(),
        _ => format!("write {expected}"),
    }
}

/// The JSON type of values of a field type, with its article; `None` if it is unknown.
pub(crate) fn shape(data_type: &str) -> Option<&'static str> {
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

/// Types that mass updates cannot set, or that the system computes.
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

/// The intended value in the correct type.
fn meant(value: &Node<'_>, expected: &str) -> Option<Value> {
    match (value.as_str(), expected) {
        (Some(text), "a boolean") if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        (Some(text), "a boolean") if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        (None, "a string") if value.kind() == "a number" => {
            Some(Value::String(value.to_plain().to_string()))
        }
        _ => None,
    }
}
