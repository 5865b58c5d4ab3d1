use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Nobody counted the records of the view.
    ///
    /// ## Why
    ///
    /// On how many there are depends whether a job reaches them, whether automations run, and what other routes would take.
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
