use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The records of the view were not counted.
    ///
    /// ## Why
    ///
    /// The number of records decides whether a job is accepted, whether automations run, and what other routes would
    /// cost.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091529" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU316 "uncounted-view",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Planning,
}
