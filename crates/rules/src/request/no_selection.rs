use massup_model::Draft;
use massup_model::draft::Kind;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The call selects no records: it has neither `ids` nor `cvid`.
    ///
    /// ## Why
    ///
    /// A call cannot update all records of a module. Use a custom view that shows all of them, up to 50,000.
    /// The only parameter that the URL takes is the `job_id` of a status request.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }] }
    /// ```
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v8/Leads/actions/mass_update?ids=554023000000497007",
    ///   "body": { "data": [{ "City": "Chennai" }] } }
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
        Kind::Intent => "add `select` with `ids: […]`, `ids_file: …` or `view: …`",
        Kind::Call | Kind::Status => {
            "add `ids` with up to 500 record ids, or `cvid` with the id of a custom view"
        }
    };
    // The key is there, but in the wrong place: another rule reports where it belongs.
    if draft.fields().iter().any(|member| matches!(member.key.as_ref(), "ids" | "cvid" | "id")) {
        let (message, help) = match draft.kind {
            Kind::Intent => (
                "no record is selected: the selection must be under `select`, not in `set`",
                "move the selection to `select`",
            ),
            Kind::Call | Kind::Status => (
                "no record is selected: the selection must be next to `data`, not inside it",
                "move the selection out of `data`, to `ids` or `cvid` next to it",
            ),
        };
        sink.call(message).help(help);
        return;
    }
    if let Some(key) = draft.selection_in_query {
        let finding = sink.call(format!(
            "no record is selected: `{key}` is a parameter of the URL, not a key of the body"
        ));
        finding.help(format!("move `{key}` from the URL to the body, next to `data`"));
        return;
    }
    sink.call(match draft.kind {
        Kind::Intent => "the change file selects no records",
        Kind::Call | Kind::Status => "no record is selected: neither `ids` nor `cvid` is given",
    })
    .help(help);
}
