use massup_model::Draft;
use massup_model::draft::CRITERIA;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call uses `criteria`, which official SDKs have but no page documents.
    ///
    /// ## Why
    ///
    /// No document says what `criteria` selects, whether it narrows `ids` or `cvid`, or what its limits are. The
    /// OpenAPI description of v8 does not allow the key. A call that relies on it may update other records than
    /// intended.
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
        sink.key("/criteria", "`criteria` is not documented, so what it selects is unknown")
            .help("create a custom view with these criteria and select it with `cvid`");
    }
}
