use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// How many records of the view are in the territory is not known.
    ///
    /// ## Why
    ///
    /// The count API takes no territory. Below 1,000 records a job triggers automations, above it does not: on which
    /// side the records of the territory are cannot be told, unless the whole view is below.
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
