use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The view has nearly 50,000 records, the most that a job updates.
    ///
    /// ## Why
    ///
    /// Counts are up to ten minutes old, and the server refuses a job on more than 50,000 records completely.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091527" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU314 "near-job-limit",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Planning,
}
