use massup_model::catalogue::{
    DocumentedError, INVALID_MODULE, MODULE_NOT_SUPPORTED, STATUS_MODULE_NOT_SUPPORTED,
};
use massup_model::draft::Kind;
use massup_model::json::Span;
use massup_model::module::{CUSTOM_PLACEHOLDER, Module, NOT_SUPPORTED, SYSTEM, is_api_name};
use massup_model::{ApiVersion, Draft};

use crate::facts::Facts;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The module does not support mass updates in this version, or its name is not an API name.
    ///
    /// ## Why
    ///
    /// The change log of v3 ends the calls to Activities: from v3 on its modules are Tasks, Calls and Events,
    /// although the pages of v3 to v7 still list Activities. Before v3 no document lists the three: a warning.
    /// Only the OpenAPI description of v8 lists Cases: a warning too. Services and Appointments are excluded
    /// explicitly, and no list contains system modules such as Users or Notes. In v8 API names are
    /// case-sensitive; before v8, clients send `leads`: a warning. `Custom` in the lists is a placeholder for
    /// the API name of a custom module.
    ///
    /// ## Rejected
    ///
    /// ```json module=leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Potentials
    /// { "data": [{ "Type": "New Business" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Activities api=v3
    /// { "data": [{ "Priority": "High" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Users
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
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
    evidence: Contradicted,
    answers: [INVALID_MODULE, MODULE_NOT_SUPPORTED, STATUS_MODULE_NOT_SUPPORTED],
    sources: [V2_PAGE, V3_CHANGE_LOG, V7_PAGE, V8_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

/// The answer to a mass update of a module that exists but does not support it. v8 has a separate code; GET,
/// which reads the status of a job, has an answer of its own.
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

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(spot) = &draft.module else { return };
    let (name, span) = (spot.text.as_ref(), spot.span);
    let version = draft.version_or_latest();
    let one_by_one = "update the records one by one, with the API of this module";
    if name == CUSTOM_PLACEHOLDER {
        sink.place(span, "", "`Custom` is a placeholder, not a module")
            .help("write the API name of the custom module, from `GET /settings/modules`");
    } else if NOT_SUPPORTED.contains(&name) {
        sink.place(span, "", format!("module `{name}` does not support mass updates"))
            .answers(&[not_supported(draft)])
            .help(one_by_one);
    } else if let Some(module) = Module::find(name) {
        if module.only_openapi && version >= ApiVersion::V8 {
            let message = format!("only the OpenAPI description lists module `{name}`");
            sink.place(span, "", message)
                .severity(Severity::Warning)
                .help("test the call on one record first: no page lists the module");
        } else if module.listed_as_activities(version) {
            let message =
                format!("the page of {version} lists `{name}` under its old label Activities");
            sink.place(span, "", message)
                .severity(Severity::Note)
                .help("no change is needed: since v3 calls use the names of the modules");
        } else if !module.listed_in(version) {
            not_listed(module, version, span, sink);
        }
    } else if is_custom(name, facts) {
        // The organisation has a custom module of this name.
    } else if let Some(meant) = Module::meant_by(name) {
        let message = format!("`{name}` is not the API name of a module");
        let finding = sink.place(span, "", message).answers(&[&INVALID_MODULE]);
        let finding = finding.help(format!("did you mean `{}`?", meant.api_name));
        if version < ApiVersion::V8 && meant.api_name.eq_ignore_ascii_case(name) {
            finding.severity(Severity::Warning);
        }
    } else if let Some(system) = SYSTEM.iter().find(|system| system.eq_ignore_ascii_case(name)) {
        sink.place(span, "", format!("module `{system}` does not support mass updates"))
            .answers(&[&INVALID_MODULE])
            .help(one_by_one);
    } else if draft.kind == Kind::Intent && !is_api_name(name) {
        sink.place(span, "", format!("`{name}` is not the API name of a module"))
            .answers(&[&INVALID_MODULE])
            .help("write the `api_name` of the module, from `GET /settings/modules`");
    }
}

/// Whether the organisation has a custom module of this name. System modules are listed too, so without its
/// kind a module with the name of one is not custom.
fn is_custom(name: &str, facts: &Facts) -> bool {
    let listed = facts.modules.as_ref().and_then(|modules| modules.get(name));
    listed.is_some_and(|kind| match kind {
        Some(kind) => kind == "custom",
        None => !SYSTEM.contains(&name),
    })
}

/// Reports a documented module in a version that does not list it.
fn not_listed(module: &Module, version: ApiVersion, span: Option<Span>, sink: &mut Sink<'_>) {
    let name = module.api_name;
    let (oldest, newest) = module.versions;
    if newest < version {
        let message = format!("module `{name}` does not support mass updates in {version}");
        sink.place(span, "", message).help(format!(
            "use `Tasks`, `Calls` or `Events`: the change log of v3 ends the calls to `{name}`, although the pages up to v7 list it"
        ));
    } else if oldest == ApiVersion::V3 {
        let message = format!("no document of {version} lists module `{name}`");
        sink.place(span, "", message)
            .severity(Severity::Warning)
            .help(format!("use {oldest} or newer, or module `Activities`"));
    } else {
        let message = format!("module `{name}` does not support mass updates in {version}");
        let finding = sink.place(span, "", message);
        match massup_model::module::other_name(name) {
            Some(other) => finding.help(format!("use `{other}`, the API name of the module")),
            None => finding.help(format!("use {oldest}")),
        };
    }
}
