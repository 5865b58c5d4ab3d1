use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// Whether a job may set the field is not known.
    ///
    /// ## Why
    ///
    /// The client SDKs list an answer for fields that calls by ids take and jobs refuse. Without the metadata of the field
    /// nothing speaks for it.
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
