use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A unique field gets one value in records that were not counted.
    ///
    /// ## Why
    ///
    /// If the view has more than one record, all but one are refused. If it is known to have more, there is no plan.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { External_Key: A1 }
    /// select: { view: "554023000000091529" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { External_Key: A1 }
    /// select: { ids: ["554023000000497007"] }
    /// ```
    MU318 "one-value-for-unique-field",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [DUPLICATE_DATA],
    sources: [V7_FIELDS],
    since: "0.1.0",
    check: Check::Planning,
}
