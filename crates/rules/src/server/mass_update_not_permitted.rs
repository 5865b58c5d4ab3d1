use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The caller must be allowed to mass update.
    ///
    /// ## Why
    ///
    /// It is a right of the user's profile. No API tells it, so only the server knows; it refuses the whole
    /// call.
    ///
    /// ## What to do
    ///
    /// Ask an administrator for the right, or send the call as another user.
    MU901 "mass-update-not-permitted",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [MASS_UPDATE_NOT_PERMITTED],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
