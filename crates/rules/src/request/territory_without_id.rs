use massup_model::Draft;
use massup_model::json::Node;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `territory` has no `id`.
    ///
    /// ## Why
    ///
    /// Without an id the view is not narrowed. If the server ignored `territory`, it would update the whole view.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515",
    ///   "territory": { "include_child": true } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515",
    ///   "territory": { "id": "554023000000430409", "include_child": true } }
    /// ```
    MU118 "territory-without-id",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [V8_OPENAPI, V2_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(territory) = draft.key("territory") else { return };
    if Node::as_object(territory).is_some() && territory.field("id").is_none() {
        sink.value("/territory", "`territory` has no `id`")
            .help("add the `id` of the territory, from `GET /settings/territories`");
    }
}
