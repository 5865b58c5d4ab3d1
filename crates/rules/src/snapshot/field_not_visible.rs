use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The field is hidden from the caller.
    ///
    /// ## Why
    ///
    /// Up to v6 this error has HTTP status 200, so a program that checks only the status treats it as success.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Credit_Score": 700 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU213 "field-not-visible",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [FIELD_NOT_VISIBLE],
    sources: [V2_PAGE, V7_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        let hidden = field.permission(facts.profile.as_deref()) == Some("hidden");
        if hidden || known::told(field.visible, "visible", sink) == Some(false) {
            let message = format!("field `{}` is not visible to the caller", member.key);
            sink.field(member, message)
                .help("ask an administrator to make the field visible to the profile, or call as another user");
        }
    }
}
