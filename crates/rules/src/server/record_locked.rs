use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may be locked, merged, or held by a check of its images.
    ///
    /// ## Why
    ///
    /// Records are locked by hand or by rules, while two are merged, and while an image is checked; records whose
    /// image was rejected refuse as well.
    ///
    /// ## What to do
    ///
    /// Unlock the record, or wait for the check to end, and send it again.
    MU909 "record-locked",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [RECORD_LOCKED, RECORD_LOCKED_V8, RECORD_UNDER_REVIEW, IMAGE_NOT_APPROVED],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
