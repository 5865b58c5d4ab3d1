use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// A scheduled job may refuse the field.
    ///
    /// ## Why
    ///
    /// The client SDKs have an error for fields that calls by ids can set but jobs cannot. Without the metadata of the
    /// field there is no evidence that a job can set it.
    ///
    /// ## Rejected
    ///
    /// ```yaml
    /// module: Leads
    /// set: { Region: South }
    /// select: { view: "554023000000091533" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```yaml snapshot
    /// module: Leads
    /// set: { Lead_Source: Advertisement }
    /// select: { view: "554023000000091533" }
    /// ```
    MU321 "job-may-refuse-field",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [SDK, V7_FIELDS],
    since: "0.1.0",
    check: Check::Planning,
}
