use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The field must be open to jobs, not only to calls by ids.
    ///
    /// ## Why
    ///
    /// The SDKs know a refusal of fields in scheduled mass updates alone. No document lists the fields.
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
