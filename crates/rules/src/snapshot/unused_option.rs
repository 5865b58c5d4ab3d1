use crate::facts::Facts;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The option is no longer in use.
    ///
    /// ## Why
    ///
    /// The metadata marks options that were taken out of a picklist as unused. Whether the server still takes
    /// them is not documented; people can no longer choose them.
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
    check: Check::Values(check),
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for set in values {
        let member = set.member;
        for (index, text) in known::texts(&member.value) {
            if set.option(text).is_some_and(|option| !option.used) {
                let message =
                    format!("option `{text}` of field `{}` is no longer in use", member.key);
                sink.value(known::pointer(member, index), message)
                    .help("take one that is in use, or bring the option back");
            }
        }
    }
}
