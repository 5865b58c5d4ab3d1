use massup_model::Draft;
use massup_model::json::{Value, join};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A field is set to an empty string or an empty array.
    ///
    /// ## Why
    ///
    /// Like `null`: no page says whether it clears the field, is refused, or does nothing. An empty string
    /// is also what a template leaves where its value was missing.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "Languages_Known": [] }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU131 "empty-value",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE, V7_INSERT],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    for member in draft.fields() {
        let empty = match &member.value.value {
            Value::String(text) => text.trim().is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if empty && !sink.only_counts() {
            let message = format!(
                "{} is set; what that does is not documented",
                match member.value.as_array() {
                    Some(_) => "an empty array",
                    None => "an empty string",
                }
            );
            sink.value(join("/data/0", &member.key), message)
                .help("give a value, or try it on one record first");
        }
    }
}
