use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may be inside a blueprint that governs the field.
    ///
    /// ## Why
    ///
    /// Which records are inside a blueprint, no metadata tells. They refuse the picklist that the blueprint is
    /// built on; the others are updated.
    ///
    /// ## What to do
    ///
    /// Move such records by the transitions of the blueprint.
    MU906 "record-in-blueprint",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [IN_BLUEPRINT],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
