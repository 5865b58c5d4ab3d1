use massup_model::Draft;
use massup_model::json::Node;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The custom view belongs to another module.
    ///
    /// ## Why
    ///
    /// The server gives the same answer as for a view that is not visible to the user.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000092501" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU241 "view-of-another-module",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VIEW_NOT_ACCESSIBLE],
    sources: [V2_PAGE, V7_PAGE, V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(views) = known::views(draft, facts, sink) else { return };
    let Some(view) = draft.key("cvid").and_then(Node::as_id) else { return };
    if views.find(view).is_some() {
        return;
    }
    if let Some((other, _)) = facts.views.iter().find(|(_, others)| others.find(view).is_some()) {
        sink.value("/cvid", format!("custom view `{view}` belongs to module `{other}`"))
            .help(format!("send the call to module `{other}`, or use a view of this module"));
    }
}
