use crate::facts::{Dependency, Facts, Field};
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::Sink;

declare_rule! {
    /// The option is no longer in use.
    ///
    /// ## Why
    ///
    /// The metadata marks options that were removed from a picklist as unused. People can no longer select them, and no
    /// document says whether the server still accepts them.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Fax blast" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "ids": ["554023000000497007"] }
    /// ```
    MU226 "unused-option",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_FIELDS],
    since: "0.1.0",
    check: Check::Values(check, safe),
}

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    Safe { options: field.options.is_some(), ..Safe::ALL }
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for set in values {
        let member = set.member;
        for (index, text) in known::texts(&member.value) {
            if set.option(text).is_some_and(|(option, _)| !option.used) {
                let message =
                    format!("option `{text}` of field `{}` is no longer in use", member.key);
                sink.value(known::pointer(member, index), message)
                    .help("use another option, or add the option to the picklist again");
            }
        }
    }
}
