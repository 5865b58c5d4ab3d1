use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call sets a field that is in the criteria of its own custom view.
    ///
    /// ## Why
    ///
    /// The job changes which records are in the view. A later call on the view, for another field, finds other
    /// records or none. Cross filters do not count: their fields belong to related records.
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
    // A plan sets such fields last, which the rules on plans check.
    if draft.planned {
        return;
    }
    for member in draft.fields() {
        if criteria.contains(member.key.as_ref()) {
            let message = format!("field `{}` is in the criteria of the custom view", member.key);
            sink.field(member, message).help(
                "set the field after all others, or read the ids of the view and select by `ids`",
            );
        }
    }
}
