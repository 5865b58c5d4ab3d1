use massup_model::Draft;
use massup_model::module::Module;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use crate::suggest::nearest;

declare_rule! {
    /// The organisation has no such module.
    ///
    /// ## Why
    ///
    /// A custom module is named by its `api_name`, as the Modules API lists it. One that is listed as out of
    /// the reach of the API takes no mass update either.
    ///
    /// ## Rejected
    ///
    /// ```json module=Vehicle snapshot
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
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
    answers: [INVALID_MODULE],
    sources: [V2_PAGE, V7_MODULES],
    since: "0.1.0",
    check: Check::Facts(check),
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(name) = draft.module_name() else { return };
    // What the documents name, another rule looks at.
    if Module::find(name).is_some() || Module::meant_by(name).is_some() {
        return;
    }
    let Some(modules) = known::modules(facts, sink) else { return };
    if modules.contains(name) {
        return;
    }
    let span = draft.module.as_ref().and_then(|module| module.span);
    let finding = sink.place(span, "", format!("the organisation has no module `{name}`"));
    match nearest(name, modules.iter().map(String::as_str)) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help("take the `api_name` from the Modules API"),
    };
}
