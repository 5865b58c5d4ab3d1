use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The plan ends with a field that the criteria of the view name.
    ///
    /// ## Why
    ///
    /// A job that sets such a field moves records out of the view, or into it. So it comes last; after it the view holds other
    /// records than were planned, and a second run would find those.
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
