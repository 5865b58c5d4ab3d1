use massup_model::limits::AUTOMATION_THRESHOLD;
use massup_model::{Automation, Draft};

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// Whether workflows, approvals and blueprints run depends on how many records the view holds.
    ///
    /// ## Why
    ///
    /// Calls by `ids` always trigger them. A job does so below 1,000 records, and does not above; at just 1,000
    /// the documents leave it open. Within a territory there is no way to count.
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
    // Fewer records are left within a territory, so only a small view tells something.
    if draft.has_territory() && count >= AUTOMATION_THRESHOLD {
        return known::uncounted_territory(sink);
    }
    let (message, help) = match Automation::of_job(Some(count)) {
        Automation::Triggered => return,
        Automation::NotTriggered => (
            format!(
                "no automation runs: the view holds {count} records, more than {AUTOMATION_THRESHOLD}"
            ),
            "where workflows, approvals or blueprints must run, select by `ids` or by smaller views",
        ),
        Automation::Undefined => (
            format!("whether automations run is undefined: the view holds just {count} records"),
            "select by `ids`, which always triggers them, or by a view of another size",
        ),
    };
    sink.value("/cvid", message).help(help);
}
