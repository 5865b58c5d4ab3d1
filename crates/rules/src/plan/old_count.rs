use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The records of the view were counted more than a day ago.
    ///
    /// ## Why
    ///
    /// Whether a job reaches the records and whether automations run depends on how many there are when it runs. The
    /// policy says with `max_count_age_hours` what is old.
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
