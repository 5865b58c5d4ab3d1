use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may be waiting for approval.
    ///
    /// ## Why
    ///
    /// A record in an approval process refuses updates until it is approved.
    ///
    /// ## What to do
    ///
    /// Approve or withdraw the record, then update it again.
    MU908 "record-not-approved",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [RECORD_NOT_APPROVED],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
