use massup_model::Draft;
use massup_model::json::join;

use crate::proof::Ids;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// A record id occurs more than once.
    ///
    /// ## Why
    ///
    /// No document says whether the record is updated once or twice. If twice, its automations run twice. Each
    /// duplicate also takes one of the 500 places of the call.
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
    /// Removes the duplicate and keeps the first occurrence.
    MU123 "repeated-id",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V2_PAGE],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Pass,
}

fn check(_: &Draft<'_>, sink: &mut Sink<'_>) {
    let numbers = sink.id_numbers();
    let mut list = Vec::with_capacity(numbers.len());
    list.extend(numbers.iter().flatten());
    if Ids::all_differ(list) {
        return;
    }
    let ids = numbers.iter().enumerate();
    let mut ids: Vec<_> = ids.filter_map(|(index, id)| Some(((*id)?, index))).collect();
    ids.sort_unstable();
    let mut repeated: Vec<_> = ids
        .chunk_by(|(id, _), (next, _)| id == next)
        .filter_map(|same| same.split_first())
        .flat_map(|((_, first), others)| others.iter().map(|(_, index)| (*index, *first)))
        .collect();
    repeated.sort_unstable();
    for (index, earlier) in repeated {
        if !sink.only_counts() {
            let path = join("/ids", index);
            sink.value(
                path.clone(),
                format!("duplicate id: it is already at position {}", earlier + 1),
            )
            .help("list each record once")
            .fix("remove the duplicate id", vec![Edit::Remove { path }]);
        }
    }
}
