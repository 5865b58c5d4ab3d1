use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Records are updated several times, and automations run each time.
    ///
    /// ## Why
    ///
    /// A call has a limited number of fields, so more fields need several passes. A workflow whose criteria match runs
    /// in each pass.
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
