use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Each record must exist in this module.
    ///
    /// ## Why
    ///
    /// The server refuses an unknown id in a separate entry of the answer; the other records are updated.
    ///
    /// ## What to do
    ///
    /// Read each entry of the answer, and remove the refused ids.
    MU904 "unknown-record",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_ID, PARTLY_INVALID_IDS],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Server(|draft: &Draft<'_>| draft.has_ids()),
}
