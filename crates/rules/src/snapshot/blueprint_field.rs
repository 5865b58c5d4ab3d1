use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A blueprint may govern the field: records inside it refuse the value.
    ///
    /// ## Why
    ///
    /// `blueprint_supported` says that a blueprint can be built on the picklist, not that there is one, nor which
    /// records are in it. Those that are refuse the update, one by one.
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
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [IN_BLUEPRINT],
    sources: [V2_PAGE, V7_PAGE, V7_FIELDS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (member, field) in known::fields(draft, facts, sink) {
        // Other fields than picklists need not have the key.
        let governed = match field.data_type() {
            "picklist" => known::told(field.blueprint, "blueprint_supported", sink),
            _ => field.blueprint,
        };
        if governed == Some(true) {
            let message = format!("a blueprint may govern field `{}`", member.key);
            sink.field(member, message)
                .help("records in a blueprint refuse it: select those outside, or move them by its transitions");
        }
    }
}
