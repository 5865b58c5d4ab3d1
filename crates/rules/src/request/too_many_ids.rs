use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::join;
use massup_model::limits::MAX_IDS;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call has more than 500 record ids.
    ///
    /// ## Why
    ///
    /// All versions document the limit; none documents the answer to 501 ids. More records need more calls, or a
    /// custom view that selects them.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads repeat=/ids/0*501
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads repeat=/ids/0*500
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU119 "too-many-ids",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Pass,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let ids = draft.ids().len();
    if draft.kind == Kind::Call && ids > MAX_IDS {
        let message = format!("{ids} record ids are given; a call accepts {MAX_IDS}");
        sink.value(join("/ids", MAX_IDS), message)
            .help("send the other ids in separate calls; `massup plan` splits them");
    }
}
