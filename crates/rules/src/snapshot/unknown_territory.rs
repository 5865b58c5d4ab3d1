use massup_model::Draft;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The organisation has no such territory.
    ///
    /// ## Why
    ///
    /// The server gives the same answer as for any unknown id.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515",
    ///   "territory": { "id": "554023000000430999" } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515",
    ///   "territory": { "id": "554023000000430411" } }
    /// ```
    MU242 "unknown-territory",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_ID],
    sources: [V2_PAGE, V7_TERRITORIES],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(node) = draft.key("territory").and_then(|territory| territory.field("id")) else {
        return;
    };
    let Some(territories) = known::territories(draft, facts, sink) else { return };
    let Some(id) = node.as_id() else { return };
    if !territories.iter().any(|territory| territory.id == id) {
        sink.value("/territory/id", format!("the organisation has no territory `{id}`"))
            .help("`massup territories` lists the ids of the territories");
    }
}
