use massup_model::Draft;
use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call selects no record: neither `ids` nor `cvid` is given.
    ///
    /// ## Why
    ///
    /// There is no way to update all records of a module. A custom view that shows all of them does it,
    /// up to 50,000.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515" }
    /// ```
    MU116 "no-selection",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [SELECTION_MISSING],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(body) = &draft.body else { return };
    if body.as_object().is_none()
        || draft.key("ids").is_some()
        || draft.key("cvid").is_some()
        || draft.ids_file.is_some()
    {
        return;
    }
    let help = match draft.kind {
        Kind::Intent => "say `select: { ids: […] }`, `ids_file: …` or `view: …`",
        Kind::Call | Kind::Status => {
            "add `ids` for up to 500 records at once, or `cvid` for the records of a custom view"
        }
    };
    sink.call("no record is selected: neither `ids` nor `cvid` is given").help(help);
}
