use massup_model::Draft;
use massup_model::json::{Value, join};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A field is set to `null`.
    ///
    /// ## Why
    ///
    /// No page says whether `null` clears a field in a mass update. In Update Records it does; here it may clear
    /// up to 50,000 values at once, or be refused.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "Fax": null }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "Fax": "044 123456" }], "ids": ["554023000000497007"] }
    /// ```
    MU130 "null-value",
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
        if member.value.value == Value::Null && !sink.only_counts() {
            sink.value(
                join("/data/0", &member.key),
                "the field is set to `null`, and no document says what that does",
            )
            .help("test the call on one record first; cleared values cannot be restored");
        }
    }
}
