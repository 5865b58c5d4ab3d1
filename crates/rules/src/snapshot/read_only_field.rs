use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The system computes the value of the field.
    ///
    /// ## Why
    ///
    /// Formulas, roll-up summaries, auto-numbers and virtual fields cannot be set, and the API does not update fields
    /// with `operation_type.api_update: false`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Age_in_Days": 12 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU215 "read-only-field",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [FIELD_NOT_UPDATABLE],
    sources: [V7_FIELDS, V7_INSERT],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        let made = MADE.contains(&field.data_type());
        let closed = field.api_update == Some(false)
            || field.is_virtual == Some(true)
            || made
            || (field.always_read_only == Some(true) && field.api_update.is_none());
        if !closed && field.api_update.or(field.always_read_only).is_none() {
            known::told(field.api_update, "operation_type", sink);
        }
        if closed && field.mass_update != Some(false) {
            let message = format!("only the system can set field `{}`", member.key);
            sink.field(member, message)
                .help("remove the field; set the fields that its value is computed from");
        }
    }
}

/// Types whose values are computed.
const MADE: [&str; 3] = ["formula", "rollup_summary", "autonumber"];
