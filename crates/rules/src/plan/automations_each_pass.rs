use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Records are updated several times, and automations run each time.
    ///
    /// ## Why
    ///
    /// More fields than a call takes need several passes. A workflow whose criteria fit fires in each of them.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { City: Chennai, Company: Zylker }
    /// select: { ids: ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { City: Chennai }
    /// select: { ids: ["554023000000497007"] }
    /// ```
    MU320 "automations-each-pass",
    severity: |_| Severity::Note,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Planning,
}
