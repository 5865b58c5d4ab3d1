use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The view has more than 50,000 records, so no job can update it.
    ///
    /// ## Why
    ///
    /// The plan reads the ids instead, if the policy allows it. To use jobs, split the view: views for different
    /// options of one picklist are disjoint, and together with one view for records without a value and one for other
    /// values they are complete. The plan must not set this picklist. `massup plan` lists the views if the snapshot has
    /// the options; `--format json` includes their criteria.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091517" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU315 "view-to-divide",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Planning,
}
