use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The field is the primary field of a validation rule.
    ///
    /// ## Why
    ///
    /// The fields are listed in `overrides.toml`; otherwise `validation_rule` in the layout metadata is used.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Annual_Revenue": 5000 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU217 "validation-rule-field",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VALIDATION_RULE_FIELD],
    sources: [V2_PAGE, V7_PAGE, V7_LAYOUTS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for member in known::associated(draft, facts, sink, |known| known.validation_rules.as_ref()) {
        let message = format!("field `{}` is the primary field of a validation rule", member.key);
        sink.field(member, message)
            .help("deactivate the validation rule during the update, or set the field with Update Records");
    }
}
