use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The records of the view depend on the time or on the caller.
    ///
    /// ## Why
    ///
    /// Views of recently modified, recently created or unread records, and views with criteria such as `${TODAY}`, have
    /// other records when the plan runs than when it was made. Each update moves records into a view with criteria on
    /// `Modified_Time`. Views of one's own records show those of the user who runs the plan.
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
