use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The view has about 1,000 records, the number from which jobs trigger no automations.
    ///
    /// ## Why
    ///
    /// A job triggers workflows, approvals and blueprints if it has fewer than 1,000 records, and does not if it has
    /// more; no document covers exactly 1,000. Counts are up to ten minutes old, so within fifty records of the
    /// threshold the outcome is not predictable.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091523" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU313 "near-automation-threshold",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Planning,
}
