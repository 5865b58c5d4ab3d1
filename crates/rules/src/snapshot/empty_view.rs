use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The custom view holds no record.
    ///
    /// ## Why
    ///
    /// The server refuses the call. The count is as old as the snapshot, so it is a warning.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091519" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU245 "empty-view",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [NO_RECORDS],
    sources: [V2_PAGE, V7_PAGE, V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if known::reached(draft, facts, sink) == Some(0) {
        sink.value("/cvid", "the custom view held no record when it was counted")
            .help("look at its criteria, or take the count anew");
    }
}
