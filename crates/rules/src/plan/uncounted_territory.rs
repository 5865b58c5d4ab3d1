use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The number of records of the view in the territory is unknown.
    ///
    /// ## Why
    ///
    /// The count API does not support territories. A job triggers automations below 1,000 records and not above; which
    /// case applies is unknown, unless the whole view has fewer records.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533", territory: { id: "554023000000430409" } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091515", territory: { id: "554023000000430409" } }
    /// ```
    MU323 "uncounted-territory",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [V7_RECORD_COUNT, V2_PAGE],
    since: "0.1.0",
    check: Check::Planning,
}
