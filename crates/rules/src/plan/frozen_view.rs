use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The plan reads the ids of the view before it changes anything.
    ///
    /// ## Why
    ///
    /// The plan does this if jobs on the view would not do what was requested: the view is too large, automations must
    /// run, or the first job would change which records the second one finds. Only the records that are in the view at
    /// the time of reading are updated.
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
