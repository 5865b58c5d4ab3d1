use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The caller must have the right to edit each record.
    ///
    /// ## Why
    ///
    /// Rights on single records follow from owners, roles, sharing and territories.
    ///
    /// ## What to do
    ///
    /// Send the call as a user who may edit the records.
    MU907 "record-not-permitted",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [RECORD_NOT_PERMITTED],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
