use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The view holds more than 50,000 records, so that no job reaches them.
    ///
    /// ## Why
    ///
    /// The plan reads the ids instead, if the policy lets it. To stay with jobs, divide the view: views of different
    /// options of one picklist are disjoint, and with one for records without any value and one for any other value
    /// they are complete. The plan must not set this picklist. `massup plan` names the views, in `--format json` with
    /// their criteria, where the snapshot tells the options.
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
