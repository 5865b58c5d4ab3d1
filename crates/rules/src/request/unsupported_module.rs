use massup_model::catalogue::{
    DocumentedError, INVALID_MODULE, MODULE_NOT_SUPPORTED, STATUS_MODULE_NOT_SUPPORTED,
};
use massup_model::json::Span;
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
    /// The change log of v3 ends the calls to Activities: from v3 on its modules are Tasks, Calls and Events,
    /// although the pages of v3 to v7 still list Activities. Before v3 nothing documents the three: a
    /// warning. Cases is in the OpenAPI description of v8 alone; Services and Appointments are excluded by
    /// name. v8 compares API names with case; before v8, clients send `leads`: a warning. `Custom` in the
    /// lists of modules is a placeholder for the name of a custom module.
    ///
    /// ## Rejected
    ///
    /// ```json module=leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Activities api=v3
    /// { "data": [{ "Priority": "High" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Services__s
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json
    /// { "method": "GET", "path": "/crm/v7/Services__s/actions/mass_update?job_id=554023000000506003" }
    /// ```
    ///
    /// ```json module=Custom
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Activities api=v2.1
    /// { "data": [{ "Priority": "High" }], "ids": ["554023000000497007"] }
    /// ```
    MU103 "unsupported-module",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_MODULE, MODULE_NOT_SUPPORTED, STATUS_MODULE_NOT_SUPPORTED],
    sources: [V2_PAGE, V7_PAGE, V8_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

/// The answer to a mass update of a module that exists but takes none. v8 has one of its own; a call with
/// GET, which reads the status of a job, gets another one.
pub(crate) fn not_supported(draft: &Draft<'_>) -> &'static DocumentedError {
    let method = draft.method.as_ref().map(|method| method.text.as_ref());
    if method.is_some_and(|method| method.eq_ignore_ascii_case("GET")) {
        &STATUS_MODULE_NOT_SUPPORTED
    } else if draft.version_or_latest() >= ApiVersion::V8 {
        &MODULE_NOT_SUPPORTED
    } else {
        &INVALID_MODULE
    }
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
            .answers(&[not_supported(draft)])
            .help("update its records one by one, with the ordinary update call");
    } else if let Some(module) = Module::find(name) {
        if module.only_openapi && version == ApiVersion::V8 {
            let message = format!("module `{name}` is listed in the OpenAPI description alone");
            sink.place(span, "", message)
                .severity(Severity::Warning)
                .help("no page lists it: try it on one record first");
        } else if !module.listed_in(version) {
            not_listed(module, version, span, sink);
        }
    } else if let Some(meant) = Module::meant_by(name) {
        let message = format!("`{name}` is not the API name of a module");
        let finding = sink.place(span, "", message);
        let finding = finding.help(format!("did you mean `{}`?", meant.api_name));
        if version < ApiVersion::V8 && meant.api_name.eq_ignore_ascii_case(name) {
            finding.severity(Severity::Warning);
        }
    }
}

/// A documented module in a version that does not list it.
fn not_listed(module: &Module, version: ApiVersion, span: Option<Span>, sink: &mut Sink<'_>) {
    let name = module.api_name;
    let (oldest, newest) = module.versions;
    let message = format!("module `{name}` takes no mass update in {version}");
    let finding = sink.place(span, "", message);
    if newest < version {
        finding.help(format!("from {oldest} to {newest} only; use `Tasks`, `Calls` or `Events`"));
    } else if oldest == ApiVersion::V3 {
        finding
            .severity(Severity::Warning)
            .help(format!("{version} documents `Activities` only; use {oldest} or newer"));
    } else {
        finding.help(format!("use {oldest}"));
    }
}
