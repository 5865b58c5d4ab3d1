use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A unique field is set to one value on more than one record.
    ///
    /// ## Why
    ///
    /// No two records may share the value of a unique field, and a mass update sets the same value on all. With
    /// one record, or `null`, there is nothing to collide.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "External_Key": "A-1" }], "ids": ["554023000000497007", "554023000000497008"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "External_Key": "A-1" }], "ids": ["554023000000497007"] }
    /// ```
    MU228 "unique-field",
    severity: |_| Severity::Error,
    evidence: Inferred,
    answers: [DUPLICATE_DATA],
    sources: [V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::values(draft, facts, sink) {
        let several = draft.has_view() || draft.ids().len() > 1 || draft.ids_file.is_some();
        if field.unique == Some(true) && several && field.mass_update != Some(false) {
            let message = format!(
                "field `{}` is unique, and more than one record would get the same value",
                member.key
            );
            sink.field(member, message)
                .help("set it record by record with the ordinary update call");
        }
    }
}
