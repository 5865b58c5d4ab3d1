use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The records of the view were counted more than a day ago.
    ///
    /// ## Why
    ///
    /// The number of records at the time of the job decides whether the job is accepted and whether automations run.
    /// Set `max_count_age_hours` in the policy to accept older counts.
    ///
    /// ## Rejected
    ///
    /// ```yaml snapshot now=2026-11-25T12:00:00Z
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot now=2026-11-25T12:00:00Z
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// policy: { max_count_age_hours: 72 }
    /// ```
    MU324 "old-count",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Planning,
}
