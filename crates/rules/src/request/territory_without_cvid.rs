use massup_model::Draft;

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// `territory` is given without `cvid`.
    ///
    /// ## Why
    ///
    /// A territory narrows a custom view and selects nothing by itself. A sample of an official SDK sends it with
    /// `ids` and without a view; the OpenAPI description of v8 forbids that, and no page documents it.
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
    /// Removes the territory if the call has `ids`.
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
    let (territory, view) = (draft.name_in_file("territory"), draft.name_in_file("cvid"));
    let finding = sink.key("/territory", format!("`{territory}` is given without `{view}`"));
    if draft.key("ids").is_some() {
        finding
            .help("remove `territory`: ids select records in any territory")
            .unsafe_fix("remove `territory`", vec![Edit::Remove { path: "/territory".into() }]);
    } else {
        finding.help(format!("add `{view}` with the id of the custom view to narrow"));
    }
}
