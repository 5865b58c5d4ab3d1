use massup_model::Draft;
use massup_model::json::Node;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `ids` is an empty array.
    ///
    /// ## Why
    ///
    /// It selects nothing. Documents do not say whether the server takes it as missing, which it would
    /// refuse, or, with a `cvid` next to it, as not there at all.
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
        sink.value("/ids", "`ids` is empty: no record is selected").help(if draft.has_view() {
            "drop `ids` to schedule the view"
        } else {
            "send no call where there is nothing to update"
        });
    }
}
