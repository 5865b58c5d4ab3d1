use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use crate::text::quoted;

declare_rule! {
    /// A blueprint may control the field, so records in the blueprint would refuse the value.
    ///
    /// ## Why
    ///
    /// `blueprint_supported` means that a blueprint can be created for the picklist, not that one exists or which
    /// records are in it: it is true for most picklists. Records in a blueprint refuse the update one by one.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Status": "Contacted" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "ids": ["554023000000497007"] }
    /// ```
    MU231 "blueprint-field",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [IN_BLUEPRINT],
    sources: [V2_PAGE, V7_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let mut controlled = Vec::new();
    for (member, field) in known::fields(draft, facts, sink) {
        // Only picklists always have the key.
        let supported = match field.data_type() {
            "picklist" => known::told(field.blueprint, "blueprint_supported", sink),
            _ => field.blueprint,
        };
        if supported == Some(true) {
            controlled.push(member);
        }
    }
    if let Some(first) = controlled.first() {
        let names: Vec<_> = controlled.iter().map(|member| member.key.as_ref()).collect();
        let message = format!("records in a blueprint on {} refuse this update", quoted(&names));
        sink.field(first, message)
            .help("if there is such a blueprint, select records outside it, or move them by its transitions");
    }
}
