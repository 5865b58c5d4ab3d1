use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A validation rule looks at the field, and a mass update does not run it.
    ///
    /// ## Why
    ///
    /// Only the primary field of a validation rule is closed to mass updates. Its other fields can be set, and
    /// the rule is not asked: values that the rule forbids get in.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_Employees": 40 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU218 "validation-rule-bypassed",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [HELP_VALIDATION_RULES],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for member in
        known::associated(draft, facts, sink, |known| known.validation_rules_secondary.as_ref())
    {
        let message =
            format!("a validation rule checks field `{}`, but mass updates bypass it", member.key);
        sink.field(member, message).help("check that the value satisfies the rule");
    }
}
