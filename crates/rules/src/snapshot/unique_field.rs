use std::collections::BTreeSet;

use massup_model::Draft;
use massup_model::json::Node;

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
        let matters = field.unique == Some(true) && field.mass_update != Some(false);
        if matters && reaches_several(draft, facts) {
            let message = format!(
                "field `{}` is unique, and more than one record would get the same value",
                member.key
            );
            sink.field(member, message)
                .help("set it record by record with the ordinary update call");
        }
    }
}

/// Whether more than one record may be reached: a view is taken to hold several until it is counted.
fn reaches_several(draft: &Draft<'_>, facts: &Facts) -> bool {
    let view = draft.key("cvid").and_then(Node::as_id);
    let count = view.and_then(|view| facts.counts.get(&view)).copied();
    let ids: BTreeSet<u64> = draft.ids().iter().filter_map(Node::as_id).collect();
    draft.has_view() && count.is_none_or(|count| count > 1)
        || ids.len() > 1
        || draft.ids_file.is_some()
}
