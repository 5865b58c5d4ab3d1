use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A user set in a lookup must be a subordinate of the caller, where the organisation asks for it.
    ///
    /// ## Why
    ///
    /// The OpenAPI description of v8 shows the refusal for a user lookup.
    ///
    /// ## What to do
    ///
    /// Name another user, or send the call as one above both.
    MU912 "non-subordinate-user",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [NON_SUBORDINATE_USER],
    sources: [V8_OPENAPI],
    since: "0.1.0",
    check: Check::Server(|draft| draft.kind != Kind::Status),
}
