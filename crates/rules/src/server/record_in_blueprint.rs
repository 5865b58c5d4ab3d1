use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// No record may be in a blueprint that controls the field.
    ///
    /// ## Why
    ///
    /// No metadata says which records are in a blueprint. These records refuse the picklist that the blueprint
    /// controls; the others are updated.
    ///
    /// ## What to do
    ///
    /// Move these records by the transitions of the blueprint.
    MU906 "record-in-blueprint",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [IN_BLUEPRINT],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
