use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call sets a field that the criteria of its own custom view name.
    ///
    /// ## Why
    ///
    /// The job changes which records the view holds. A second call on the view, for another field, finds other
    /// records, or none.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Madurai" }], "cvid": "554023000000091515" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU246 "self-changing-view",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(criteria) = known::criteria(draft, facts, sink) else { return };
    // A plan sets such fields last, which the rules on plans see.
    if draft.planned {
        return;
    }
    for member in draft.fields() {
        if criteria.contains(member.key.as_ref()) {
            let message = format!("the criteria of the custom view name `{}`", member.key);
            sink.field(member, message).help(
                "set such a field last, or read the ids of the view first and select by `ids`",
            );
        }
    }
}
