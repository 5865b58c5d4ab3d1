use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The field is the primary field of a layout rule.
    ///
    /// ## Why
    ///
    /// No API lists layout rules, so their primary fields must be listed in `overrides.toml`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Status": "Contacted" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU216 "layout-rule-field",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [LAYOUT_RULE_FIELD],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for member in known::associated(draft, facts, sink, |known| known.layout_rules.as_ref()) {
        let message = format!("field `{}` is the primary field of a layout rule", member.key);
        sink.field(member, message).help(
            "deactivate the layout rule during the update, or set the field with Update Records",
        );
    }
}
