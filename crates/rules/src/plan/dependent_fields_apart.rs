use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A picklist and the one that it depends on are set by different calls.
    ///
    /// ## Why
    ///
    /// Only Deals take more than one field a call. Between the calls a record holds options that do not fit each other, and
    /// the server may refuse either call. The parent is set first.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Rating: Active, Lead_Source: Advertisement }
    /// select: { ids: ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Deals
    /// set: { Stage: Qualification, Pipeline: Renewals }
    /// select: { ids: ["554023000000497007"] }
    /// ```
    MU319 "dependent-fields-apart",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_LAYOUTS, V7_PAGE],
    since: "0.1.0",
    check: Check::Planning,
}
