use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// What the view holds depends on the time or on the caller.
    ///
    /// ## Why
    ///
    /// Views of records that were lately modified, created or left unread hold others when the plan is run than when it was
    /// made; each update moves records into a view whose criteria name `Modified_Time`. Views of one's own records hold those
    /// of whoever runs the plan.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091503" }
    /// ```
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091505" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU312 "plan-on-moving-view",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Planning,
}
