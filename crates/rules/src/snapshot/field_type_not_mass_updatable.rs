use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The pages exclude fields of this type from mass updates.
    ///
    /// ## Why
    ///
    /// The pages exclude email, lookup, layout and multi-line fields and line items. If the metadata of such a field
    /// has `mass_update: true`, as the v7 sample has for the layout, the finding is only a warning. User lookups
    /// with this flag are allowed: an example in the OpenAPI description of v8 sets one.
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
        // Fields with `mass_update: false` are reported by another rule.
        if field.mass_update == Some(false) || !data_type.is_some_and(|t| EXCLUDED.contains(&t)) {
            continue;
        }
        let user = data_type == Some("userlookup");
        if user && field.mass_update == Some(true) {
            continue;
        }
        let message = format!(
            "field `{}` has type `{}`, which the pages exclude from mass updates",
            member.key,
            field.data_type()
        );
        let finding = sink.field(member, message);
        if field.mass_update == Some(true) {
            finding
                .severity(Severity::Warning)
                .help("test the call on one record first: the metadata has `mass_update: true`");
        } else if user {
            finding.severity(Severity::Warning).help(
                "check `mass_update` in the metadata of the field: some user lookups allow it",
            );
        } else {
            finding.help("set the field with Update Records");
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
