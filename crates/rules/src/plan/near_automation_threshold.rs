use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The view holds about 1,000 records, where a job begins to leave automations out.
    ///
    /// ## Why
    ///
    /// Below 1,000 records a job triggers workflows, approvals and blueprints, above it does not, and at just 1,000 no
    /// document tells. Counts lag by up to ten minutes. Within fifty of the number the outcome is a matter of luck.
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
