use massup_model::Draft;
use massup_model::json::Value;
use massup_model::json::join;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A mandatory field is set to an empty value.
    ///
    /// ## Why
    ///
    /// The metadata of the field has `system_mandatory: true`: every record must have a value.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Company": null }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Company": "Zylker" }], "ids": ["554023000000497007"] }
    /// ```
    MU229 "null-in-mandatory-field",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [],
    sources: [V7_FIELDS, V7_INSERT],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        let value = &member.value;
        if value.value != Value::Null && value.as_str() != Some("") {
            continue;
        }
        if known::told(field.mandatory, "system_mandatory", sink) == Some(true) {
            sink.value(
                join("/data/0", &member.key),
                format!("field `{}` is mandatory and cannot be empty", member.key),
            )
            .help("set the field to a value, or leave it out");
        }
    }
}
