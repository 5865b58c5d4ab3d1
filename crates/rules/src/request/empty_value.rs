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
    /// No page says whether an empty value clears the field, is refused, or has no effect; the same holds for
    /// `null`. An empty string can also be the result of a template whose variable was missing.
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
                "the field is set to {}, and no document says what that does",
                match member.value.as_array() {
                    Some(_) => "an empty array",
                    None => "an empty string",
                }
            );
            sink.value(join("/data/0", &member.key), message)
                .help("set a value, or test the call on one record first");
        }
    }
}
