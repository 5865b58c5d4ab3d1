use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A key occurs twice in an object.
    ///
    /// ## Why
    ///
    /// JSON leaves open what that means: most readers keep the last value, some the first. Which one
    /// the server keeps is not documented, so one of the two values is lost in silence.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai", "City": "Madurai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Madurai" }], "ids": ["554023000000497007"] }
    /// ```
    MU002 "duplicate-key",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [],
    sources: [RFC_8259],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words the problem that an object has a key more than once.
pub(crate) fn words(key: &str) -> Words {
    Words::new(format!("duplicate key `{key}`"))
        .help("keep one of them: most readers take the last value and silently drop the others")
}
