use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The field is of a type that the pages exclude from mass updates.
    ///
    /// ## Why
    ///
    /// The pages exclude email, lookup, layout, multi-line fields and line items. Where the metadata of such a
    /// field says `mass_update: true`, as the sample of v7 does for the layout, the metadata is believed more
    /// than the prose, and the finding is a warning.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Layout": { "id": "554023000000091055" } }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU212 "field-type-not-mass-updatable",
    severity: |_| Severity::Error,
    evidence: Contradicted,
    answers: [FIELD_NOT_UPDATABLE],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        let data_type = known::told(field.data_type.as_deref(), "data_type", sink);
        // Where the flag says no, that is another rule's finding.
        if field.mass_update == Some(false) || !data_type.is_some_and(|t| EXCLUDED.contains(&t)) {
            continue;
        }
        let message = format!(
            "field `{}` is of type `{}`, which the pages exclude",
            member.key,
            field.data_type()
        );
        let finding = sink.field(member, message);
        if field.mass_update == Some(true) {
            finding
                .severity(Severity::Warning)
                .help("its metadata says `mass_update: true`: try it on one record first");
        } else {
            finding.help("set it record by record with the ordinary update call");
        }
    }
}

/// Emails, lookups of every kind, layouts, multi-line fields and line items.
const EXCLUDED: [&str; 10] = [
    "email",
    "lookup",
    "userlookup",
    "ownerlookup",
    "multiselectlookup",
    "multiuserlookup",
    "multi_module_lookup",
    "layout",
    "textarea",
    "subform",
];
