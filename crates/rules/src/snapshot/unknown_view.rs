use massup_model::Draft;
use massup_model::json::Node;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The module has no such custom view.
    ///
    /// ## Why
    ///
    /// The list contains the custom views that are visible to the user who downloaded it. Views of other modules are
    /// reported by another rule.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "City": "Chennai" }], "cvid": "554023000000099999" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU240 "unknown-view",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_CVID, INVALID_ID],
    sources: [V2_PAGE, V8_OPENAPI, V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(views) = known::views(draft, facts, sink) else { return };
    let Some(view) = draft.key("cvid").and_then(Node::as_id) else { return };
    if views.find(view).is_some() || facts.views.values().any(|other| other.find(view).is_some()) {
        return;
    }
    if !views.complete {
        return sink.unchecked(|| {
            (
                "the complete list of custom views",
                "save all pages of the list, not only single views",
            )
        });
    }
    let module = draft.module_name().unwrap_or_default();
    sink.value("/cvid", format!("module `{module}` has no custom view `{view}`"))
        .answers(&[known::wrong_view(draft)])
        .help(format!(
            "`massup views {module}` lists the ids; they differ between organisations and sandboxes"
        ));
}
