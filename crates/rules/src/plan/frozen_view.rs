use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The ids of the view are read before anything is changed.
    ///
    /// ## Why
    ///
    /// The plan takes this way where jobs on the view would do something else than what was asked for: the view is too
    /// large, automations must run, or the first job would change what the second finds. What the view holds at the time of
    /// the reading is updated, and nothing else.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// policy: { automation: require }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU311 "frozen-view",
    severity: |_| Severity::Note,
    evidence: Inferred,
    answers: [],
    sources: [V7_PAGE, V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Planning,
}
