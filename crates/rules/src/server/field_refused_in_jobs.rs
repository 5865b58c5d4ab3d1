use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Scheduled jobs must support the field.
    ///
    /// ## Why
    ///
    /// The SDKs have an error for fields that only calls by ids can set. No document lists these fields.
    ///
    /// ## What to do
    ///
    /// Select the records by `ids`.
    MU911 "field-refused-in-jobs",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [NOT_IN_SCHEDULED],
    sources: [SDK],
    since: "0.1.0",
    check: Check::Server(by_view),
}

fn by_view(draft: &Draft<'_>) -> bool {
    draft.has_view()
}
