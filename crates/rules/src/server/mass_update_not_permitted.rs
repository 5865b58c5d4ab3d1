use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The caller must have permission for mass updates.
    ///
    /// ## Why
    ///
    /// The permission belongs to the user's profile. No API provides it, so only the server knows; it refuses the whole
    /// call.
    ///
    /// ## What to do
    ///
    /// Ask an administrator for the permission, or call as another user.
    MU901 "mass-update-not-permitted",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [MASS_UPDATE_NOT_PERMITTED],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
