use massup_model::Draft;

use crate::facts::{Facts, MovedBy};
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// What the custom view holds depends on the time or on the caller.
    ///
    /// ## Why
    ///
    /// A mass update modifies records, and so changes views of recently modified ones while the job runs; a view
    /// of one's own records holds those of whoever the token belongs to. Criteria on `Modified_Time`,
    /// `Modified_By` or `Last_Activity_Time` move a view as well.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091503" }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091505" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU247 "moving-view",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(view) = known::view(draft, facts, sink) else { return };
    let why = match (view.moved_by(), view.criteria_set_by_every_update().next()) {
        (Some(_), Some(field)) => format!("its criteria name `{field}`, which every update sets"),
        (Some(MovedBy::Time), None) => "it changes while the job runs".to_owned(),
        (Some(MovedBy::Caller), None) => {
            "it holds the records of whoever sends the call".to_owned()
        }
        (None, _) => return,
    };
    let name = view.system_name.as_deref().or(view.name.as_deref()).unwrap_or_default();
    sink.value("/cvid", format!("custom view `{name}` is no fixed set of records: {why}"))
        .help("read its ids first and select by `ids`, or make a view with criteria that stay");
}
