use massup_model::Draft;
use massup_model::json::Value;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A user in a lookup must be a subordinate of the caller, if the organisation requires it.
    ///
    /// ## Why
    ///
    /// The OpenAPI description of v8 has this error for a user lookup.
    ///
    /// ## What to do
    ///
    /// Use another user, or call as a user above both in the role hierarchy.
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
