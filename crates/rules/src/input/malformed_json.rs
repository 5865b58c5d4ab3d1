use crate::report::Severity;
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// The text is not JSON.
    ///
    /// ## Why
    ///
    /// A body that cannot be parsed is refused as a whole. No page names the error for a mass update;
    /// sibling calls answer `UNABLE_TO_PARSE_DATA_TYPE`. The place given is where reading had to stop,
    /// and the cause usually stands just before it.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { 'data': [{ 'City': 'Chennai' }], 'ids': ['554023000000497007'] }
    /// ```
    ///
    /// ```json
    /// { "data": [{ "City": "Chennai" }] "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU001 "malformed-json",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [],
    sources: [RFC_8259],
    since: "0.1.0",
    check: Check::Reading,
}
