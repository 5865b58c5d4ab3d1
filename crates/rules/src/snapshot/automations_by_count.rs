use massup_model::limits::AUTOMATION_THRESHOLD;
use massup_model::{Automation, Draft};

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The number of records in the view decides whether workflows, approvals and blueprints run.
    ///
    /// ## Why
    ///
    /// Calls by `ids` always trigger automations. A job triggers them if it has fewer than 1,000 records, and does
    /// not if it has more; the documents do not cover exactly 1,000. Records in a territory cannot be counted.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091501" }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091521" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU248 "automations-by-count",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V7_RECORD_COUNT],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(count) = known::count(draft, facts, sink) else { return };
    // A territory narrows the view, so only a small view is conclusive.
    if draft.has_territory() && count >= AUTOMATION_THRESHOLD {
        return known::uncounted_territory(sink);
    }
    let (message, help) = match Automation::of_job(Some(count)) {
        Automation::Triggered => return,
        Automation::NotTriggered => (
            format!(
                "no automations will run: the view has {count} records, more than {AUTOMATION_THRESHOLD}"
            ),
            "if workflows, approvals or blueprints must run, select by `ids` or by smaller views",
        ),
        Automation::Undefined => (
            format!("automations may or may not run: the view has exactly {count} records"),
            "select by `ids`, which always triggers automations, or by a view of another size",
        ),
    };
    sink.value("/cvid", message).help(help);
}
