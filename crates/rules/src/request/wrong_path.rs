use massup_model::catalogue::{INVALID_MODULE, INVALID_URL};
use massup_model::{ApiVersion, Draft, Module, Route, RouteError};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The path is not `/crm/{version}/{module}/actions/mass_update`.
    ///
    /// ## Why
    ///
    /// The version is one of `v2`, `v2.1`, `v3` … `v8`. The module is an API name: `Price_Books`, not the label
    /// `Price Books`. Any other path is another API call, or does not exist.
    ///
    /// ## Rejected
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v2/Leads/mass_update",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v99/Leads/actions/mass_update",
    ///   "body": { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] } }
    /// ```
    ///
    /// ```json
    /// { "method": "POST", "path": "/crm/v8/Price%20Books/actions/mass_update",
    ///   "body": { "data": [{ "Active": true }], "ids": ["554023000000497007"] } }
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
    answers: [INVALID_URL, INVALID_MODULE],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(path) = &draft.path else { return };
    let Err(error) = Route::parse(&path.text) else { return };
    let finding = sink.place(path.span, "", error.to_string());
    match error {
        RouteError::Shape => {
            finding
                .answers(&[&INVALID_URL])
                .help("use a path such as `/crm/v8/Leads/actions/mass_update`");
        }
        RouteError::Version(version) => {
            let finding = finding.answers(&[&INVALID_URL]);
            let lower = version.to_lowercase();
            if lower.parse::<ApiVersion>().is_ok() {
                finding.help(format!("did you mean `{lower}`?"));
            } else {
                finding
                    .help(format!("use a known version; `{}` is the newest", ApiVersion::LATEST));
            }
        }
        RouteError::Module(module) if module.is_empty() => {
            finding.answers(&[&INVALID_URL]).help("insert the API name of the module");
        }
        RouteError::Module(module) => {
            let finding = finding.answers(&[&INVALID_MODULE]);
            match Module::meant_by(&module.replace("%20", " ")) {
                Some(meant) => finding.help(format!("did you mean `{}`?", meant.api_name)),
                None => {
                    finding.help("use the `api_name` of the module, from `GET /settings/modules`")
                }
            };
        }
    }
}
