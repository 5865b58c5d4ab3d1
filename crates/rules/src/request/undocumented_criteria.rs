use massup_model::Draft;
use massup_model::draft::CRITERIA;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `criteria` is in the body class of every official SDK, and on no page.
    ///
    /// ## Why
    ///
    /// Nothing says what it selects, whether it narrows `ids` or `cvid`, or what it is limited to. The
    /// OpenAPI description of v8 refuses it. A body that relies on it may touch other records than meant.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"],
    ///   "criteria": [{ "field": "City", "comparator": "equal", "value": "Madras" }] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515" }
    /// ```
    MU112 "undocumented-criteria",
    severity: |_| Severity::Warning,
    evidence: Contradicted,
    answers: [],
    sources: [SDK, V8_OPENAPI, V8_OPENAPI_2025],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    if draft.key(CRITERIA).is_some() {
        sink.key("/criteria", "`criteria` is not documented: what it selects is unknown")
            .help("put the criteria into a custom view and select it with `cvid`");
    }
}
