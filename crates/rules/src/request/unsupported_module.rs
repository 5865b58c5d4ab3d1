use massup_model::catalogue::{DocumentedError, INVALID_MODULE, MODULE_NOT_SUPPORTED};
use massup_model::module::{CUSTOM_PLACEHOLDER, Module, NOT_SUPPORTED};
use massup_model::{ApiVersion, Draft};

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The module takes no mass update in this version, or its name is not an API name.
    ///
    /// ## Why
    ///
    /// Activities is listed up to v7; Tasks, Calls and Meetings are listed from v8 on; Cases stands in the
    /// OpenAPI description of v8 alone; Services and Appointments are excluded by name. API names are
    /// compared with case, and `Custom` in the lists of modules stands for the name of a custom module.
    ///
    /// ## Rejected
    ///
    /// ```json module=leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Activities api=v8
    /// { "data": [{ "Priority": "High" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Services__s
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Custom
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Activities api=v7
    /// { "data": [{ "Priority": "High" }], "ids": ["554023000000497007"] }
    /// ```
    MU103 "unsupported-module",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_MODULE, MODULE_NOT_SUPPORTED],
    sources: [V2_PAGE, V7_PAGE, V8_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

/// v8 has an answer of its own for modules that are there.
fn not_supported(version: ApiVersion) -> &'static DocumentedError {
    if version >= ApiVersion::V8 { &MODULE_NOT_SUPPORTED } else { &INVALID_MODULE }
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(spot) = &draft.module else { return };
    let (name, span) = (spot.text.as_ref(), spot.span);
    let version = draft.version_or_latest();
    if name == CUSTOM_PLACEHOLDER {
        sink.place(span, "", "`Custom` is a placeholder, not a module")
            .help("write the API name of the custom module, as the Modules API lists it");
    } else if NOT_SUPPORTED.contains(&name) {
        sink.place(span, "", format!("module `{name}` takes no mass update"))
            .answers(&[not_supported(version)])
            .help("update its records one by one, with the ordinary update call");
    } else if let Some(module) = Module::find(name) {
        if module.only_openapi && version == ApiVersion::V8 {
            let message = format!("module `{name}` is listed in the OpenAPI description alone");
            sink.place(span, "", message)
                .severity(Severity::Warning)
                .help("no page lists it: try it on one record first");
        } else if !module.listed_in(version) {
            let (oldest, newest) = module.versions;
            let message = format!("module `{name}` takes no mass update in {version}");
            let help = if newest < version {
                format!(
                    "it is listed up to {newest}; {version} lists `Tasks`, `Calls` and `Events`"
                )
            } else {
                format!("it is listed from {oldest} on; {version} lists `Activities`")
            };
            sink.place(span, "", message).help(help);
        }
    } else if let Some(meant) = Module::meant_by(name) {
        let message = format!("`{name}` is not the API name of a module");
        sink.place(span, "", message).help(format!("did you mean `{}`?", meant.api_name));
    }
}
