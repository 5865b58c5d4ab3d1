use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The custom view is empty.
    ///
    /// ## Why
    ///
    /// The server refuses the call. The count may be out of date, so this is a warning.
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
        sink.value("/cvid", "the custom view had no records when they were counted").help(format!(
            "check the criteria of the view, or count again with `massup pull --module {}`",
            draft.module_name().unwrap_or("MODULE")
        ));
    }
}
