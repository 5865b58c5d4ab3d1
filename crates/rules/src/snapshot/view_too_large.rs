use massup_model::Draft;
use massup_model::limits::MAX_JOB_RECORDS;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The custom view holds more than 50,000 records.
    ///
    /// ## Why
    ///
    /// A job reaches at most 50,000 records; a view that holds more is refused whole. Counts lag by some minutes:
    /// what is near the limit may be on the other side. Within a territory there is no way to count, and the
    /// finding is a warning.
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
        let message = format!(
            "the custom view holds {count} records; a job reaches at most {MAX_JOB_RECORDS}"
        );
        let finding = sink.value("/cvid", message).help(
            "divide the view by a criterion that the call does not change, or read its ids and plan calls by `ids`",
        );
        if draft.has_territory() {
            finding.severity(Severity::Warning);
        }
    }
}
