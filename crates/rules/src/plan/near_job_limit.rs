use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The view holds nearly 50,000 records, the most that a job reaches.
    ///
    /// ## Why
    ///
    /// Counts lag by up to ten minutes; a job on more than 50,000 records is refused whole.
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
