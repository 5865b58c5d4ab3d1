use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The caller may read the field but not edit it.
    ///
    /// ## Why
    ///
    /// `read_only` applies to the user who downloaded the metadata. If `profile_id` of the caller is known, the
    /// permission of that profile takes precedence.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Rating": "Active" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU214 "field-edit-not-permitted",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [FIELD_EDIT_NOT_PERMITTED],
    sources: [V2_PAGE, V7_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        let read_only = match field.permission(facts.profile.as_deref()) {
            Some(permission) => permission == "read_only",
            // Fields that nobody may edit are reported by another rule.
            None => {
                known::told(field.read_only, "read_only", sink) == Some(true)
                    && field.always_read_only != Some(true)
            }
        };
        if read_only {
            let message = format!("the caller may not edit field `{}`", member.key);
            sink.field(member, message)
                .help("ask an administrator to give the profile edit permission for the field");
        }
    }
}
