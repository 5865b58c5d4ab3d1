use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may have restricted processing.
    ///
    /// ## Why
    ///
    /// The processing of a person's data can be restricted for privacy reasons; the record then refuses every update.
    ///
    /// ## What to do
    ///
    /// Leave the record out, or ask an administrator to remove the restriction.
    MU905 "record-in-stop-processing",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [STOP_PROCESSING],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
