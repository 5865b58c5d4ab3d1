use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may be locked, in a merge, or in an image check.
    ///
    /// ## Why
    ///
    /// Records are locked manually or by rules, during a merge, and during an image check. Records with a rejected
    /// image refuse updates too.
    ///
    /// ## What to do
    ///
    /// Unlock the record, or wait until the check has ended, then update it again.
    MU909 "record-locked",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [RECORD_LOCKED, RECORD_LOCKED_V8, RECORD_UNDER_REVIEW, IMAGE_NOT_APPROVED],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
