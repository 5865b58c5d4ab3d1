use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The time when the records of the view were counted is unknown.
    ///
    /// ## Why
    ///
    /// An old count may no longer be correct.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091531" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU317 "undated-count",
    severity: |_| Severity::Note,
    evidence: Inferred,
    answers: [],
    sources: [V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Planning,
}
