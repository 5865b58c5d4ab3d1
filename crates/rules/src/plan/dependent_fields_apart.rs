use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A picklist and the picklist that it depends on are set by separate calls.
    ///
    /// ## Why
    ///
    /// Only calls on Deals can set more than one field. Between the calls a record has options that do not match, and
    /// the server may refuse either call. The plan sets the parent first.
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
