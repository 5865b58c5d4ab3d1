use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The caller must have permission to edit each record.
    ///
    /// ## Why
    ///
    /// Permissions for single records depend on owners, roles, sharing rules and territories.
    ///
    /// ## What to do
    ///
    /// Call as a user who may edit the records.
    MU907 "record-not-permitted",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [RECORD_NOT_PERMITTED],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
