use massup_model::Draft;
use massup_model::json::Value;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A unique field is set to the same value in several records.
    ///
    /// ## Why
    ///
    /// Two records cannot have the same value in a unique field, but a mass update sets the same value in all
    /// records. A single record, or `null`, cannot collide.
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
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        if member.value.value == Value::Null
            || field.mass_update == Some(false)
            || known::told(field.unique, "unique", sink) != Some(true)
            || !reaches_several(draft, facts, sink)
        {
            continue;
        }
        let message = format!(
            "field `{}` is unique, but several records would get the same value",
            member.key
        );
        let finding = sink
            .field(member, message)
            .help("set the field with Update Records, with another value for each record");
        // The records of a view in a territory cannot be counted: there may be only one.
        if draft.has_territory() && !draft.names_several_ids() {
            finding.severity(Severity::Warning);
        }
    }
}

/// Whether more than one record is reached, as far as that is known.
fn reaches_several(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) -> bool {
    if draft.names_several_ids() {
        return true;
    }
    if draft.ids_file.is_some() {
        sink.unchecked(|| ("the number of ids in the file", "massup plan FILE"));
    }
    known::count(draft, facts, sink).is_some_and(|count| count > 1)
}
