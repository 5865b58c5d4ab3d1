use massup_model::Draft;
use massup_model::request::is_field_name;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The module has no such field.
    ///
    /// ## Why
    ///
    /// The server gives the same answer as for a field that cannot be mass updated. Use the case-sensitive API name,
    /// not the label that people see.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Sorce": "Advertisement" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_employees": 40 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU210 "unknown-field",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [FIELD_NOT_UPDATABLE],
    sources: [V2_PAGE, V7_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(metadata) = known::metadata(draft, facts, sink) else { return };
    for member in draft.fields() {
        let key = member.key.as_ref();
        // Keys that are not API names are reported by another rule.
        if !is_field_name(key) || sink.metadata(facts, key).is_some() || sink.only_counts() {
            continue;
        }
        let message =
            format!("module `{}` has no field `{key}`", draft.module_name().unwrap_or_default());
        let finding = sink.field(member, message);
        match known::meant_field(key, metadata) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help(format!(
                "`massup fields {}` lists the API names of the fields",
                draft.module_name().unwrap_or_default()
            )),
        };
    }
}
