use massup_model::Draft;

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `territory` narrows a custom view, so it needs `cvid`.
    ///
    /// ## Why
    ///
    /// A territory alone selects nothing. A sample of an official SDK sends it next to `ids`, without a
    /// view; the OpenAPI description of v8 forbids that, and no page gives it a meaning.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "territory": { "id": "554023000000430409" },
    ///   "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000091515",
    ///   "territory": { "id": "554023000000430409" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Next to `ids`, drop the territory; else add the view.
    MU117 "territory-without-cvid",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    if draft.key("territory").is_none() || draft.key("cvid").is_some() {
        return;
    }
    let finding = sink.key("/territory", "`territory` is given without `cvid`");
    if draft.key("ids").is_some() {
        finding
            .help("`ids` select records whatever their territory: drop `territory`")
            .unsafe_fix("drop `territory`", vec![Edit::Remove { path: "/territory".into() }]);
    } else {
        finding.help("add the `cvid` of the view that the territory is to narrow");
    }
}
