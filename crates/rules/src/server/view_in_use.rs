use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No other mass job may run on the custom view.
    ///
    /// ## Why
    ///
    /// A view allows one job at a time. Up to v7 this error has HTTP status 202, so a program that checks only the
    /// status treats it as success.
    ///
    /// ## What to do
    ///
    /// Wait until the status of the job shows that it has ended, then send the call again.
    MU903 "view-in-use",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [ALREADY_SCHEDULED],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Server(by_view),
}

fn by_view(draft: &Draft<'_>) -> bool {
    draft.has_view()
}
