use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The metadata of the field does not allow mass updates.
    ///
    /// ## Why
    ///
    /// In the Fields Metadata API `mass_update` is false for emails, lookups, multi-line fields, line items, unique
    /// fields and fields that the system writes. The flag depends on the organisation.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Email": "a@zylker.example" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Full_Name": "Ann Lee" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    MU211 "field-not-mass-updatable",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [FIELD_NOT_UPDATABLE],
    sources: [V2_PAGE, V7_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        if known::told(field.mass_update, "mass_update", sink) != Some(false) {
            continue;
        }
        let kind =
            field.data_type.as_deref().map_or_else(String::new, |kind| format!(" (`{kind}`)"));
        let message = format!("field `{}`{kind} cannot be mass updated", member.key);
        sink.field(member, message)
            .help("set the field with Update Records; its metadata has `mass_update: false`");
    }
}
