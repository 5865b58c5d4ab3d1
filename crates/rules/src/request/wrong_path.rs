use massup_model::{Draft, Route, RouteError};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The path of a mass update is `/crm/{version}/{module}/actions/mass_update`.
    ///
    /// ## Why
    ///
    /// The version is one of `v2`, `v2.1`, `v3` … `v8`, the module an API name. Anything else is another
    /// call, or none.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v2/Leads/mass_update",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v9/Leads/actions/mass_update",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v2.1/Leads/actions/mass_update",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    MU102 "wrong-path",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_URL],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(path) = &draft.path else { return };
    if let Err(error) = Route::parse(&path.text) {
        let finding = sink.place(path.span, "", error.to_string());
        if error == RouteError::Shape {
            finding.help("for example `/crm/v8/Leads/actions/mass_update`");
        }
    }
}
