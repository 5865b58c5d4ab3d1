use massup_model::Draft;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Each record must exist, in this module.
    ///
    /// ## Why
    ///
    /// An id that no record of the module has is refused in an entry of its own; the other records are updated.
    ///
    /// ## What to do
    ///
    /// Read each entry of the answer; leave ids out that are refused.
    MU904 "unknown-record",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_ID, PARTLY_INVALID_IDS],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Server(|draft: &Draft<'_>| draft.has_ids()),
}
