use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::Node;
use massup_model::limits::MAX_DATA;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `data` has more than one object.
    ///
    /// ## Why
    ///
    /// `data` is an array, as in Update Records, but it contains the values for all selected records in one
    /// object; objects are not matched with `ids`. The pages show one object, the OpenAPI description allows
    /// only one.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }, { "City": "Madurai" }],
    ///   "ids": ["554023000000497007", "554023000000497021"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007", "554023000000497021"] }
    /// ```
    MU113 "data-not-single",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [V8_OPENAPI, V2_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let objects = draft.key("data").and_then(Node::as_array).map_or(0, <[_]>::len);
    if draft.kind == Kind::Call && objects > MAX_DATA {
        sink.value("/data/1", format!("`data` has {objects} objects; a call accepts {MAX_DATA}"))
            .help("send one call for each set of values, with the ids of its records; or use Update Records");
    }
}
