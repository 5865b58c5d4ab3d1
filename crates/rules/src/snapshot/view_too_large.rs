use massup_model::Draft;
use massup_model::limits::MAX_JOB_RECORDS;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The custom view has more than 50,000 records.
    ///
    /// ## Why
    ///
    /// A job updates at most 50,000 records; the server refuses a larger view completely. Counts are up to ten minutes
    /// old, so a view near the limit may be above it. Records in a territory cannot be counted: a warning.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091517" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU244 "view-too-large",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [JOB_TOO_LARGE],
    sources: [V2_PAGE, V7_PAGE, V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(count) = known::count(draft, facts, sink) else { return };
    if count > MAX_JOB_RECORDS {
        let message =
            format!("the custom view has {count} records; a job updates at most {MAX_JOB_RECORDS}");
        let finding = sink.value("/cvid", message).help(
            "split the view by a field that the call does not set, or read its ids and select by `ids`",
        );
        if draft.has_territory() {
            finding.severity(Severity::Warning);
        }
    }
}
