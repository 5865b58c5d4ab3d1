use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The caller must have permission to schedule a mass update.
    ///
    /// ## Why
    ///
    /// A call by custom view runs as a scheduled job, which needs a separate permission. No API provides it, so only
    /// the server knows; it refuses the whole call.
    ///
    /// ## What to do
    ///
    /// Ask an administrator for the permission, or select the records by `ids`, which needs no job.
    MU902 "schedule-not-permitted",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [SCHEDULE_NOT_PERMITTED],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(by_view),
}

fn by_view(draft: &Draft<'_>) -> bool {
    draft.has_view()
}
