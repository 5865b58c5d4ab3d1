use massup_model::Draft;
use massup_model::json::Value;

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
    check: Check::Server(names_a_user),
}

/// Whether a value is an object, as users are.
fn names_a_user(draft: &Draft<'_>) -> bool {
    let object = |value: &Value<'_>| matches!(value, Value::Object(_) | Value::Unknown(_));
    draft.fields().iter().any(|member| object(&member.value.value))
}
