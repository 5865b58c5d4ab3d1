use massup_model::Draft;
use massup_model::catalogue::INVALID_MODULE;
use massup_model::module::{Module, NOT_SUPPORTED, SYSTEM};

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::request::unsupported_module::not_supported;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use crate::suggest::{folded, nearest};

declare_rule! {
    /// The organisation has no such module.
    ///
    /// ## Why
    ///
    /// Use the `api_name` of the module from the Modules API; the names of tabs can be changed and are not API names.
    /// Modules that the API does not support do not support mass updates either.
    ///
    /// ## Rejected
    ///
    /// ```json module=Vehicle snapshot
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads_X_Vehicles snapshot
    /// { "data": [{ "Remark": "none" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Vehicles snapshot
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    MU203 "unknown-module",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_MODULE, MODULE_NOT_SUPPORTED, STATUS_MODULE_NOT_SUPPORTED],
    sources: [V2_PAGE, V7_MODULES],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(name) = draft.module_name() else { return };
    let documented = Module::find(name).is_some();
    let misspelt = !documented && Module::meant_by(name).is_some();
    let system = SYSTEM.iter().any(|system| system.eq_ignore_ascii_case(name));
    // Misspelt and unsupported names are reported by another rule.
    if misspelt || system || NOT_SUPPORTED.contains(&name) || UNLISTED.contains(&name) {
        return;
    }
    // A documented module is hardly ever missing, so the list of modules is not worth asking for.
    if documented && facts.modules.is_none() {
        return;
    }
    let Some(modules) = known::modules(draft, facts, sink) else { return };
    let span = draft.module.as_ref().and_then(|module| module.span);
    if let Some(kind) = modules.get(name) {
        let kind = kind.as_deref().unwrap_or("custom");
        if !documented && kind != "custom" {
            let message =
                format!("module `{name}` has kind `{kind}`, which does not support mass updates");
            sink.place(span, "", message)
                .answers(&[not_supported(draft)])
                .help("update the records one by one, with Update Records");
        }
        return;
    }
    let message = format!("the organisation has no module `{name}` that the API supports");
    let finding = sink.place(span, "", message).answers(&[&INVALID_MODULE]);
    let labelled = facts.module_names.iter().find(|(other, _)| folded(other) == folded(name));
    let labelled = labelled.map(|(_, meant)| meant.as_str());
    match labelled.or_else(|| nearest(name, modules.keys().map(String::as_str))) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help("`massup modules` lists the API names of the modules"),
    };
}

/// Names in documents of modules that the Modules API lists under other names.
const UNLISTED: [&str; 2] = ["Activities", "Meetings"];
