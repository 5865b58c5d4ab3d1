use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No other mass job may run on the custom view.
    ///
    /// ## Why
    ///
    /// A view takes one job at a time. The refusal comes under HTTP 202 up to v7: a program that looks at the
    /// status alone takes it for success.
    ///
    /// ## What to do
    ///
    /// Wait until the job of the view has ended, as its status tells, and send the call again.
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
