use std::collections::HashMap;

use massup_model::Draft;
use massup_model::json::join;

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A record id is given twice.
    ///
    /// ## Why
    ///
    /// No document says whether the record is updated once or twice. Twice means that its automations run
    /// twice, and that each repeated id takes the place of another of the 500.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007", "554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007", "554023000000497021"] }
    /// ```
    ///
    /// ## Fix
    ///
    /// The later of the two is removed.
    MU123 "repeated-id",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Pass,
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let ids = draft.ids();
    let mut first = HashMap::with_capacity(ids.len());
    for (index, node) in ids.iter().enumerate() {
        let Some(id) = node.as_id() else { continue };
        let earlier = *first.entry(id).or_insert(index);
        if earlier != index {
            let path = join("/ids", index);
            sink.value(path.clone(), format!("this id stands at position {} already", earlier + 1))
                .help("give each record once")
                .fix("remove the repeated id", vec![Edit::Remove { path }]);
        }
    }
}
