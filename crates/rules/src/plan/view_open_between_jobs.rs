use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Several jobs run on the view one after another, and the view may change in between.
    ///
    /// ## Why
    ///
    /// A view allows one job at a time, and a job takes time. Records that people or workflows move into or out of the
    /// view in between get only some of the fields.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { City: Chennai, Company: Zylker }
    /// select: { view: "554023000000091525" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU322 "view-open-between-jobs",
    severity: |_| Severity::Note,
    evidence: Inferred,
    answers: [],
    sources: [V7_PAGE, V7_STATUS_PAGE],
    since: "0.1.0",
    check: Check::Planning,
}
