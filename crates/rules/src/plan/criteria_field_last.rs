use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The plan sets a field in the criteria of the view last.
    ///
    /// ## Why
    ///
    /// A job that sets such a field moves records into or out of the view, so it runs last. Afterwards the view has
    /// other records than planned, and a second run would update those.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { City: Madurai }
    /// select: { view: "554023000000091515" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU310 "criteria-field-last",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Planning,
}
