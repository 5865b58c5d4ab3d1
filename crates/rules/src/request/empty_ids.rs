use massup_model::Draft;
use massup_model::json::Node;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `ids` is empty.
    ///
    /// ## Why
    ///
    /// An empty list selects no records. No document says whether the server treats it as missing, which is an
    /// error, or ignores it when there is a `cvid`.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": [] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU120 "empty-ids",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [SELECTION_MISSING],
    sources: [V2_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    if draft.key("ids").and_then(Node::as_array).is_some_and(<[_]>::is_empty) {
        let name = draft.name_in_file("ids");
        sink.value("/ids", format!("`{name}` is empty: no record is selected")).help(
            if draft.has_view() {
                "remove `ids` to schedule the view"
            } else {
                "add record ids, or skip the call if there is nothing to update"
            },
        );
    }
}
